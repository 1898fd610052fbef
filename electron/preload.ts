/** All that the page gets of the outside: packets to the host and packets from it. */
import { contextBridge, ipcRenderer } from 'electron';

const CHANNEL = 'packet'; // ipc-link.ts is the other end

contextBridge.exposeInMainWorld('link', {
  send: (packet: Uint8Array) => ipcRenderer.send(CHANNEL, packet),
  onMessage: (listener: (packet: Uint8Array) => void) => {
    ipcRenderer.on(CHANNEL, (_event, packet: Uint8Array) => listener(packet));
  },
});
