/** One page's WebSocket joined to one link of the host. The bytes pass unread. Neither side can make this grow: a page that
 *  does not read is asked no more, and after a bound it is let go. */
import type { RawData, WebSocket } from 'ws';
import { LIMITS } from '../src-core/limits.ts';
import type { Link } from '../src-core/rpc.ts';

/** Unsent bytes at which the page's further requests wait. */
const PAUSE_BYTES = 1024 * 1024;
/** Unsent bytes at which the page is let go: the largest answer, and as much again. */
const CLOSE_BYTES = 2 * LIMITS.packetBytes;

/** Close codes of RFC 6455, 7.4.1. */
const GOING_AWAY = 1001;
const UNSUPPORTED_DATA = 1003;
const TRY_AGAIN_LATER = 1013;

/** What a page's socket has to do for it. */
export type PageSocket = Pick<
  WebSocket,
  'on' | 'send' | 'close' | 'terminate' | 'pause' | 'resume' | 'bufferedAmount' | 'isPaused'
>;

/** Passes packets both ways until either end closes; then the other is closed too. */
export function joinSocket(socket: PageSocket, link: Link): void {
  let isOpen = true;
  const end = (code: number, reason: string) => {
    if (!isOpen) return;
    isOpen = false;
    socket.close(code, reason);
    link.close();
  };
  const resumeWhenSent = () => {
    if (socket.isPaused && socket.bufferedAmount < PAUSE_BYTES) socket.resume();
  };
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (!isOpen) return;
    if (isBinary) link.send(bytesOf(data));
    else end(UNSUPPORTED_DATA, 'packets are binary');
  });
  socket.on('close', () => {
    isOpen = false;
    link.close();
  });
  socket.on('error', () => socket.terminate());
  link.onMessage((packet) => {
    if (!isOpen) return;
    if (socket.bufferedAmount + packet.length > CLOSE_BYTES) {
      end(TRY_AGAIN_LATER, 'the page does not read');
      socket.terminate(); // what is queued would never be read, a closing handshake included
      return;
    }
    socket.send(packet, resumeWhenSent);
    if (socket.bufferedAmount >= PAUSE_BYTES) socket.pause();
  });
  link.onClose(() => end(GOING_AWAY, 'Ringside has ended'));
}

/** A copy: what ws hands over may share its memory with the next message. */
function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data));
  return new Uint8Array(data);
}
