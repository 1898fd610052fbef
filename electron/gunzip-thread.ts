/** Unpacks gzip in a thread of its own. Node unpacks a stream only while its loop turns, which that of the device thread does
 *  not; so packed bytes go to another thread, and what comes out of it is fetched without a loop. What waits there and here
 *  is bounded: a caller takes what is ready before it gives more. */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** Packed pieces that are on their way. Of 16 KiB each, since a piece may unpack to a thousand times its size. */
const MOST_PIECES = 8;
export const PIECE_BYTES = 16 << 10;
/** A look at an empty port waits this long at most, in milliseconds: a piece is unpacked in less. */
const PATIENCE_MS = 5;

export interface Gunzip {
  /** True while there is room for another piece. */
  readonly takesMore: boolean;
  /** True while there is more to come out of what was given. */
  readonly isBusy: boolean;
  /** The piece is no longer the caller's. */
  give(piece: Uint8Array<ArrayBuffer>): void;
  /** Nothing more is given: a file that ends in the middle gives what came before. */
  end(): void;
  /** What is ready; empty: nothing yet; `undefined`: nothing more comes. */
  take(): Uint8Array | undefined;
  close(): void;
}

type Answer = { readonly part: Uint8Array } | 'taken' | 'end';

export function startGunzip(): Gunzip {
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(`(${gunzipThread.toString()})()`, {
    eval: true,
    workerData: { port: port2, signal },
    transferList: [port2],
  });
  worker.unref();
  let pieces = 0;
  let hasEnded = false;
  let isOver = false;
  const next = (): Uint8Array | undefined => {
    for (;;) {
      const seen = Atomics.load(signal, 0);
      let answer = receiveMessageOnPort(port1)?.message as Answer | undefined;
      if (answer === undefined && (pieces > 0 || hasEnded)) {
        Atomics.wait(signal, 0, seen, PATIENCE_MS);
        answer = receiveMessageOnPort(port1)?.message as Answer | undefined;
      }
      if (answer === undefined) return NOTHING;
      if (answer === 'end') {
        isOver = true;
        return undefined;
      }
      if (answer !== 'taken') return answer.part;
      if (--pieces < MOST_PIECES >> 1 && !hasEnded) return NOTHING; // time to give more
    }
  };
  return {
    get takesMore() {
      return pieces < MOST_PIECES && !hasEnded;
    },
    get isBusy() {
      return pieces > 0 || hasEnded;
    },
    give(piece) {
      pieces++;
      port1.postMessage(piece, [piece.buffer]);
    },
    end() {
      if (!hasEnded) port1.postMessage(null);
      hasEnded = true;
    },
    take: () => (isOver ? undefined : next()),
    close: () => {
      port1.close();
      void worker.terminate();
    },
  };
}

const NOTHING = new Uint8Array();

/** The thread's program, handed over as its own text: it may name nothing of this file. */
function gunzipThread(): void {
  const { workerData } = process.getBuiltinModule('node:worker_threads');
  const zlib = process.getBuiltinModule('node:zlib');
  const { port, signal } = workerData;
  const say = (answer: unknown, transfer: readonly ArrayBuffer[] = []) => {
    port.postMessage(answer, transfer);
    Atomics.add(signal, 0, 1);
    Atomics.notify(signal, 0);
  };
  const gunzip = zlib.createGunzip({
    chunkSize: 1 << 18,
    finishFlush: zlib.constants.Z_SYNC_FLUSH, // a torn file ends where it was torn
  });
  gunzip.on('data', (bytes: Uint8Array) => {
    const part = new Uint8Array(bytes); // a copy: the stream goes on writing behind it
    say({ part }, [part.buffer]);
  });
  gunzip.on('end', () => say('end'));
  gunzip.on('error', () => say('end')); // damaged: what came before is shown
  port.on('message', (piece: Uint8Array | null) => {
    if (piece === null) gunzip.end();
    else gunzip.write(piece, () => say('taken'));
  });
}
