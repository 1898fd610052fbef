// What a guest has printed, and promises for what it is about to print.

/** A guest that prints without end must not fill the memory of the test run. */
const KEPT_CHARACTERS = 4_000_000;

interface Wait {
  readonly pattern: RegExp;
  readonly settle: (match: RegExpExecArray) => void;
  readonly fail: (reason: string) => void;
}

export class GuestConsole {
  text = '';
  #ended: string | undefined;
  readonly #waits = new Set<Wait>();

  add(chunk: string): void {
    this.text = (this.text + chunk.replaceAll('\r', '')).slice(-KEPT_CHARACTERS);
    for (const wait of [...this.#waits]) {
      const match = wait.pattern.exec(this.text);
      if (match) wait.settle(match);
    }
  }

  /** Nothing more will come: fails every wait, and those to come that do not match. */
  end(reason: string): void {
    this.#ended = reason;
    for (const wait of [...this.#waits]) wait.fail(reason);
  }

  /** Resolves with the first match in all that was or will be printed. Rejects after `timeoutMs` or at the guest's end. */
  waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    // A global pattern would remember where it matched last.
    const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
    const match = stateless.exec(this.text);
    if (match) return Promise.resolve(match);
    if (this.#ended !== undefined) return Promise.reject(this.#failure(pattern, this.#ended));
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waits.delete(wait);
      };
      const wait: Wait = {
        pattern: stateless,
        settle: (found) => {
          finish();
          resolve(found);
        },
        fail: (reason) => {
          finish();
          reject(this.#failure(pattern, reason));
        },
      };
      const timer = setTimeout(() => wait.fail(`not within ${timeoutMs} ms`), timeoutMs);
      this.#waits.add(wait);
    });
  }

  #failure(pattern: RegExp, reason: string): Error {
    const tail = this.text.slice(-2000);
    return new Error(
      `the guest did not print ${pattern}: ${reason}. Its console ended so:\n${tail}`,
    );
  }
}
