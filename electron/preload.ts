/** All that the page gets of the outside: packets to the host and packets from it, and where a file lies that the user gave it. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';

const CHANNEL = 'packet'; // ipc-link.ts is the other end

contextBridge.exposeInMainWorld('link', {
  send: (packet: Uint8Array) => ipcRenderer.send(CHANNEL, packet),
  onMessage: (listener: (packet: Uint8Array) => void) => {
    ipcRenderer.on(CHANNEL, (_event, packet: Uint8Array) => listener(packet));
  },
  pathOf: (file: File) => webUtils.getPathForFile(file),
});
