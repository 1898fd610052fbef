/** The pace of one stream's messages, and what sounds like an underrun in it. A trace shows when messages were posted and
 *  when they came back, not what was heard: so these are suspicions, from two signs that a listener would have noticed.
 *
 *      - nothing is with the device for longer than a period while the stream runs, and then PCM goes on
 *      - STOP comes when nothing is left, and PREPARE follows without SET_PARAMS: how Linux mends an underrun */
import { NS_PER_MS, type Ns } from '../../units.ts';

/** QEMU's audio timer: what is shorter than one tick and a half may be its grain. */
const GRAIN_NS = 15 * NS_PER_MS;
/** Before so many have come back, a pace is not known. */
const RETURNS_FOR_PACE = 4;

export interface Suspicion {
  readonly row: number;
  readonly text: string;
}

export class Cadence {
  /** With the device now. */
  open = 0;
  private isRunning = false;
  private returns = 0;
  private firstReturnNs = 0;
  private lastReturnNs = Number.NaN;
  private lastRow = -1;
  private gapsNs = 0;
  private ranDryAtNs = Number.NaN;

  /** A message was posted; tells of a gap that it ends. */
  posted(atNs: Ns): Suspicion | undefined {
    const wasEmpty = this.open++ === 0;
    if (!wasEmpty || !this.isRunning || this.returns < RETURNS_FOR_PACE) return undefined;
    const gapNs = atNs - this.lastReturnNs;
    const periodNs = this.periodNs();
    if (gapNs <= Math.max(1.5 * periodNs, GRAIN_NS)) return undefined;
    this.gapsNs += gapNs;
    const text = `nothing was posted for ${ms(gapNs)} while the stream ran; a message lasts about ${ms(periodNs)}`;
    return { row: this.lastRow, text };
  }

  returned(atNs: Ns, row: number): void {
    if (this.open > 0) this.open--;
    if (!this.isRunning) return;
    if (this.returns++ === 0) this.firstReturnNs = atNs;
    this.lastReturnNs = atNs;
    this.lastRow = row;
  }

  started(): void {
    this.isRunning = true;
    this.returns = 0;
    this.gapsNs = 0;
    this.lastReturnNs = Number.NaN;
    this.ranDryAtNs = Number.NaN;
  }

  stopped(): void {
    const ranDry = this.isRunning && this.open === 0 && this.returns > 0;
    this.ranDryAtNs = ranDry ? this.lastReturnNs : Number.NaN;
    this.isRunning = false;
  }

  /** PREPARE; `isAgain`: SET_PARAMS did not come before it. */
  prepared(atNs: Ns, isAgain: boolean): Suspicion | undefined {
    const dryAtNs = this.ranDryAtNs;
    this.ranDryAtNs = Number.NaN;
    if (!isAgain || Number.isNaN(dryAtNs)) return undefined;
    const text =
      `STOP came when nothing was left to play, and PREPARE without SET_PARAMS ${ms(atNs - dryAtNs)} after the last ` +
      'message: the guest noticed an underrun and began again';
    return { row: this.lastRow, text };
  }

  /** All that was open is gone: reset. */
  reset(): void {
    this.open = 0;
    this.isRunning = false;
    this.ranDryAtNs = Number.NaN;
  }

  /** Mean time from one return to the next, gaps left out: QEMU returns them in bursts, so a median would be of its timer. */
  periodNs(): Ns {
    if (this.returns < 2) return 0;
    return (this.lastReturnNs - this.firstReturnNs - this.gapsNs) / (this.returns - 1);
  }
}

function ms(ns: Ns): string {
  return `${(ns / NS_PER_MS).toFixed(1)} ms`;
}
