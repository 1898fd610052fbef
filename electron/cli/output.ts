/** Where the command prints: data on standard output, everything else on standard error, and on a terminal one line at the
 *  bottom that is written over again and again. */
import { fitStatusLine } from '../status-line.ts';

export interface Output {
  /** Data, whole lines. */
  data(text: string): void;
  /** Everything else, whole lines. */
  say(text: string): void;
  /** Shows the line at the bottom; nothing happens unless standard error is a terminal. */
  status(line: string): void;
  /** Removes that line. */
  endStatus(): void;
  readonly hasStatus: boolean;
  /** True once nobody reads standard output any more. */
  isClosed(): boolean;
}

/** What a stream of this process has to do for it. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Set by Node when the other end of the pipe went away. */
  readonly errored?: Error | null;
}

const ERASE_LINE = '\r\x1b[2K';

export function openOutput(stdout: TextStream, stderr: TextStream): Output {
  const hasStatus = stderr.isTTY === true;
  let shown = '';
  const erase = () => {
    if (shown !== '') stderr.write(ERASE_LINE);
  };
  return {
    hasStatus,
    isClosed: () => Boolean(stdout.errored),
    data(text) {
      erase();
      stdout.write(text);
      if (shown !== '') stderr.write(shown);
    },
    say(text) {
      erase();
      stderr.write(text);
      if (shown !== '') stderr.write(shown);
    },
    status(line) {
      if (!hasStatus) return;
      const fitted = fitStatusLine(line, stderr.columns ?? 80);
      if (fitted === shown) return;
      stderr.write(`${ERASE_LINE}${fitted}`);
      shown = fitted;
    },
    endStatus() {
      erase();
      shown = '';
    },
  };
}
