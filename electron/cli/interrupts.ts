/** Ctrl-C and its relatives: the first ends the session in order, the second ends the process. */
import { EXIT } from './exit-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C comes twice when npx or timeout(1) pass on what the terminal has sent to the whole group already. */
const SAME_PRESS_MS = 400;
/** After that time the user is told how to end at once. */
const PATIENCE_MS = 2000;

export interface Interrupts {
  /** Resolves at the first of them. */
  readonly first: Promise<void>;
  /** From now on they do again what they do without us. */
  release(): void;
}

/** Takes the signals over; a second one ends the process at once with code 130. `say` tells the user of it if the end
 *  takes its time. */
export function holdInterrupts(say: (text: string) => void): Interrupts {
  let resolve = () => {};
  const first = new Promise<void>((done) => {
    resolve = done;
  });
  let firstMs: number | undefined;
  let patience: NodeJS.Timeout | undefined;
  const listener = () => {
    const nowMs = performance.now();
    if (firstMs === undefined) {
      firstMs = nowMs;
      patience = setTimeout(
        () => say('ringside: ending; Ctrl-C again ends at once\n'),
        PATIENCE_MS,
      );
      resolve();
    } else if (nowMs - firstMs > SAME_PRESS_MS) process.exit(EXIT.interrupted);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    first,
    release() {
      clearTimeout(patience);
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}
