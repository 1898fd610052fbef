/** The frame of every command that runs without a host thread: it reads files in this process. Ctrl-C and a reader that has
 *  gone away (`… | head`) end it at its next pause. */
import { CommandFailure, EXIT } from './exit-codes.ts';
import { holdInterrupts } from './interrupts.ts';
import type { Output } from './output.ts';

export interface Offline {
  readonly output: Output;
  /** Resolves at the first Ctrl-C, for a command that ends in order (`read --follow`). */
  readonly interrupted: Promise<void>;
  /** To be awaited every few milliseconds of work: lets signals in. Throws a CommandFailure after Ctrl-C, and when nobody
   *  reads standard output any more. */
  pause(): Promise<void>;
  /** Standard input, chunk by chunk. */
  stdin(): AsyncIterable<Uint8Array>;
}

/** Runs `body` and gives what it gives. */
export async function withOffline<T>(
  output: Output,
  stdin: () => AsyncIterable<Uint8Array>,
  body: (offline: Offline) => Promise<T>,
): Promise<T> {
  const interrupts = holdInterrupts((text) => output.say(text));
  let isInterrupted = false;
  const interrupted = interrupts.first.then(() => {
    isInterrupted = true;
  });
  const pause = async () => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (isInterrupted) throw new CommandFailure(EXIT.interrupted, 'interrupted', 'Interrupted.');
    if (output.isClosed()) throw new CommandFailure(EXIT.ok, 'nobody-reads', '');
  };
  try {
    return await body({ output, interrupted, pause, stdin });
  } finally {
    output.endStatus();
    interrupts.release();
  }
}
