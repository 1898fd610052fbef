/** The device thread as others see it: start it, link to its host, stop it. The thread blocks in its own loop, so each
 *  packet that is sent to it is followed by a write to its wake descriptor. */
import { writeSync } from 'node:fs';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Link } from '../src-core/rpc.ts';
import { messageOf } from './capture-disk.ts';

export interface ThreadOptions {
  readonly carrier: 'electron' | 'browser';
  readonly version: string;
}

/** What main says to the thread. A client link is a port; `null` on it says that the client is gone. */
export type ToThread =
  | { readonly kind: 'connect'; readonly port: MessagePort }
  | { readonly kind: 'stop' };

/** What the thread says to main. */
export type FromThread =
  | { readonly kind: 'ready'; readonly wakeFd: number }
  | { readonly kind: 'guest'; readonly isThere: boolean }
  | { readonly kind: 'failed'; readonly error: string };

export interface HostThread {
  /** A new link to the host: one for each view. */
  connect(): Link;
  /** True while a guest would be hurt if the thread ended now. */
  hasGuest(): boolean;
  /** Settles when the thread has ended; with a reason when it was not asked to. */
  readonly stopped: Promise<{ reason?: string }>;
  /** Ends sessions cleanly, finishes files. Calling it twice does no harm. */
  stop(): Promise<void>;
}

const WAKE = new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]);

export function startHostThread(options: ThreadOptions): HostThread {
  const worker = new Worker(threadUrl(import.meta.url), { workerData: options });
  let wakeFd = -1;
  let isGuestThere = false;
  let reason: string | undefined;
  const links = new Set<PortLink>();
  const wake = (): void => {
    if (wakeFd >= 0) writeSync(wakeFd, WAKE);
  };
  worker.on('message', (said: FromThread) => {
    if (said.kind === 'ready') {
      wakeFd = said.wakeFd;
      wake();
    } else if (said.kind === 'guest') isGuestThere = said.isThere;
    else reason = said.error;
  });
  worker.on('error', (error) => {
    reason ??= messageOf(error);
  });
  const stopped = new Promise<{ reason?: string }>((resolve) => {
    worker.once('exit', () => {
      wakeFd = -1;
      for (const link of links) link.gone();
      resolve(reason === undefined ? {} : { reason });
    });
  });
  return {
    connect() {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ kind: 'connect', port: port2 } satisfies ToThread, [port2]);
      const link = new PortLink(port1, wake, () => links.delete(link));
      links.add(link);
      wake();
      return link;
    },
    hasGuest: () => isGuestThere,
    stopped,
    async stop() {
      worker.postMessage({ kind: 'stop' } satisfies ToThread);
      wake();
      await stopped;
    },
  };
}

/** Of the thread's bundle beside the program at `programUrl`. A worker is started from a real file: in a package of the
 *  app it lies beside the archive that the program is in. */
export function threadUrl(programUrl: string): URL {
  return new URL('./device-thread.js', programUrl.replace('/app.asar/', '/app.asar.unpacked/'));
}

class PortLink implements Link {
  private readonly port: MessagePort;
  private readonly wake: () => void;
  private readonly onGone: () => void;
  private readonly closeListeners: (() => void)[] = [];
  private isClosed = false;

  constructor(port: MessagePort, wake: () => void, onGone: () => void) {
    this.port = port;
    this.wake = wake;
    this.onGone = onGone;
  }

  send(packet: Uint8Array): void {
    if (this.isClosed) return;
    this.port.postMessage(packet);
    this.wake();
  }

  onMessage(listener: (packet: Uint8Array) => void): void {
    this.port.on('message', listener);
  }

  onClose(listener: () => void): void {
    this.closeListeners.push(listener);
  }

  close(): void {
    if (this.isClosed) return;
    this.port.postMessage(null);
    this.wake();
    this.gone();
  }

  /** The other end has gone. */
  gone(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.port.close();
    this.onGone();
    for (const listener of this.closeListeners) listener();
  }
}
