/** What a guest does, one step after the other, as generators: they run on the clock of the demo, so that a test runs them in
 *  no time at all, which promises would not. */

/** Something to wait for: calls `resume` once, later, never from within. */
export type Wait = (resume: () => void) => void;

/** Yields what it waits for; composed with `yield*`. */
export type Program<T = void> = Generator<Wait, T, void>;

/** Runs a program up to its end, then calls `onDone`. */
export function runProgram(program: Program, onDone: () => void): void {
  const step = (): void => {
    const { done, value } = program.next();
    if (done === true) onDone();
    else value(step);
  };
  step();
}

/** What several programs may wait for. */
export class Signal {
  private waiting: (() => void)[] = [];

  /** Calls `run` at the next `fire`. Returns what takes it back. */
  once(run: () => void): () => void {
    this.waiting.push(run);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== run);
    };
  }

  fire(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const run of waiting) run();
  }
}
