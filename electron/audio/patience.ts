/** How long a card that moves no sound is waited for, and how often it is begun again before it is taken for gone. */
import { NS_PER_S, type Ns } from '../../src-core/units.ts';
import type { EventLoop } from '../event-loop.ts';

/** PulseAudio's null sink may sleep for two seconds. */
export const PATIENCE_S = 4;
/** Recoveries in a row that bring nothing. */
const MOST_RECOVERIES = 10;

export class Patience {
  private readonly loop: EventLoop;
  private readonly onOver: () => void;
  private progressNs: Ns = 0;
  private recoveries = 0;
  private cancel: () => void = () => {};

  /** `onOver` is called when nothing moved for `PATIENCE_S` seconds, a second late at the most. */
  constructor(loop: EventLoop, onOver: () => void) {
    this.loop = loop;
    this.onOver = onOver;
  }

  begin(): void {
    this.noteProgress();
    this.watch();
  }

  end(): void {
    this.cancel();
  }

  noteProgress(): void {
    this.progressNs = this.loop.nowNs();
    this.recoveries = 0;
  }

  /** Counts a try to begin the card anew: whether there is one more. */
  tryAgain(): boolean {
    return ++this.recoveries <= MOST_RECOVERIES;
  }

  private watch(): void {
    this.cancel();
    this.cancel = this.loop.at(this.loop.nowNs() + NS_PER_S, () => {
      if (this.loop.nowNs() - this.progressNs < PATIENCE_S * NS_PER_S) this.watch();
      else this.onOver();
    });
  }
}
