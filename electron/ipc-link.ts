/** A window's page joined to one link of the host, over Electron's messages. The bytes pass unread. Each document gets a
 *  link of its own, so that what the host answers to one never reaches the next. */
import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import { LIMITS } from '../src-core/limits.ts';
import type { Link } from '../src-core/rpc.ts';
import { PAGE_ORIGIN } from './page-scheme.ts';

/** Both ways. The preload script knows it too. */
export const PACKET_CHANNEL = 'packet';

/** What a window has to do for it. */
export type LinkedContents = Pick<WebContents, 'on' | 'send' | 'isDestroyed' | 'mainFrame'>;

/** Joins the page in `contents` to the host from now until the contents are destroyed. */
export function joinContents(
  ipc: Pick<IpcMain, 'on' | 'off'>,
  contents: LinkedContents,
  connect: () => Link,
): void {
  let link: Link | undefined;
  const drop = () => {
    const dropped = link;
    link = undefined;
    dropped?.close();
  };
  const open = () => {
    const opened = connect();
    link = opened;
    opened.onMessage((packet) => {
      if (link === opened && !contents.isDestroyed()) contents.send(PACKET_CHANNEL, packet);
    });
    return opened;
  };
  const onPacket = (event: IpcMainEvent, packet: unknown) => {
    if (isFromPage(event, contents) && isPacket(packet)) (link ?? open()).send(packet);
  };
  ipc.on(PACKET_CHANNEL, onPacket);
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) drop();
  });
  contents.on('render-process-gone', drop);
  contents.on('destroyed', () => {
    ipc.off(PACKET_CHANNEL, onPacket);
    drop();
  });
}

/** Only the page itself, at its own address, in this window. */
function isFromPage(event: IpcMainEvent, contents: LinkedContents): boolean {
  const { senderFrame } = event;
  return (
    senderFrame !== null && senderFrame === contents.mainFrame && senderFrame.origin === PAGE_ORIGIN
  );
}

function isPacket(packet: unknown): packet is Uint8Array {
  return packet instanceof Uint8Array && packet.length <= LIMITS.packetBytes;
}
