/** Asks one thing again and again, at most one request in flight and at most one every `everyMs`: the host announces, the
 *  view pulls, and there is no queue between them. */

export type Pulled<T> = { readonly result: T } | { readonly thrown: unknown };

export class Puller<T> {
  private readonly pull: () => Promise<T>;
  private readonly publish: (said: Pulled<T>) => void;
  private readonly everyMs: number;
  private readonly show: (work: () => void) => void;
  private isInFlight = false;
  private hasPublished = false;
  private isWanted = false;
  private isStopped = false;
  private lastStartMs = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `show` says when an answer is published; the next pull waits for that. */
  constructor(
    pull: () => Promise<T>,
    publish: (said: Pulled<T>) => void,
    everyMs: number,
    show: (work: () => void) => void = (work) => work(),
  ) {
    this.pull = pull;
    this.publish = publish;
    this.everyMs = everyMs;
    this.show = show;
  }

  /** Something changed: pull as soon as the last answer is there and the time has come. */
  want(): void {
    if (this.isStopped) return;
    this.isWanted = true;
    if (this.isInFlight || this.timer !== undefined) return;
    const waitMs = this.lastStartMs + this.everyMs - performance.now();
    if (waitMs <= 0) this.start();
    else this.timer = setTimeout(() => this.start(), waitMs);
  }

  /** What is in flight is not published any more. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private start(): void {
    this.timer = undefined;
    this.isWanted = false;
    this.isInFlight = true;
    this.lastStartMs = performance.now();
    this.pull().then(
      (result) => this.publishWhen({ result }),
      (thrown: unknown) => this.publishWhen({ thrown }),
    );
  }

  /** The first one at once: nothing is there yet that it could take turns with. */
  private publishWhen(said: Pulled<T>): void {
    const show = this.hasPublished ? this.show : (work: () => void) => work();
    this.hasPublished = true;
    show(() => this.finish(said));
  }

  private finish(said: Pulled<T>): void {
    this.isInFlight = false;
    if (this.isStopped) return;
    this.publish(said);
    if (this.isWanted) this.want();
  }
}
