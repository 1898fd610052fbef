/** The pace of one stream's messages, and what sounds like an underrun or a stall in it. A trace shows when messages were
 *  posted and when they came back, not what was heard: so these are suspicions, from signs that a listener would have noticed.
 *
 *      - nothing is with the device for longer than a period while the stream runs, and then PCM goes on
 *      - STOP comes when nothing is left, and PREPARE follows without SET_PARAMS: how Linux mends an underrun
 *      - messages wait, and none comes back for longer than all of them last: the device or its sound server stood still */
import { NS_PER_MS, type Ns } from '../../units.ts';

/** QEMU's audio timer: what is shorter than one tick and a half may be its grain. */
const GRAIN_NS = 15 * NS_PER_MS;
/** Before so many have come back, a pace is not known. */
const RETURNS_FOR_PACE = 4;

/** Shorter waits are not told: as in the check of live devices. */
const SHORTEST_STALL_NS = 60 * NS_PER_MS;
/** A stream that ran for so long without a single return gave none: few messages last longer. */
const FIRST_RETURN_NS = 500 * NS_PER_MS;

export interface Suspicion {
  readonly kind: 'dry' | 'stall';
  readonly row: number;
  readonly text: string;
  readonly grade: 'derived' | 'assumed';
}

/** A time in which no virtio device of the trace shows anything. */
export interface Quiet {
  readonly fromNs: Ns;
  readonly toNs: Ns;
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
  private startedNs: Ns = 0;
  /** Since when messages wait without a break, and the first of them. */
  private filledNs: Ns = 0;
  private filledRow = -1;
  /** The most that were with the device in this run: as much as the guest's buffer has. */
  private most = 0;

  /** A message was posted; tells of a gap that it ends. */
  posted(atNs: Ns, row: number): Suspicion | undefined {
    const wasEmpty = this.open++ === 0;
    if (wasEmpty) [this.filledNs, this.filledRow] = [atNs, row];
    if (this.open > this.most) this.most = this.open;
    if (!wasEmpty || !this.isRunning || this.returns < RETURNS_FOR_PACE) return undefined;
    const gapNs = atNs - this.lastReturnNs;
    const periodNs = this.periodNs();
    if (gapNs <= Math.max(1.5 * periodNs, GRAIN_NS)) return undefined;
    this.gapsNs += gapNs;
    const text = `nothing was posted for ${ms(gapNs)} while the stream ran; a message lasts about ${ms(periodNs)}`;
    return { kind: 'dry', grade: 'derived', row: this.lastRow, text };
  }

  /** A message came back; tells of a stall that it ends. `quiet`: the last time in which nothing moved at all. */
  returned(atNs: Ns, row: number, quiet?: Quiet): Suspicion | undefined {
    const waiting = this.open;
    if (this.open > 0) this.open--;
    if (!this.isRunning) return undefined;
    const stall = this.stalled(atNs, row, waiting, quiet);
    if (this.returns++ === 0) this.firstReturnNs = atNs;
    this.lastReturnNs = atNs;
    this.lastRow = row;
    return stall;
  }

  private stalled(
    atNs: Ns,
    row: number,
    waiting: number,
    quiet: Quiet | undefined,
  ): Suspicion | undefined {
    const sinceNs = this.filledNs > this.lastReturnNs ? this.filledNs : this.lastReturnNs;
    const waitedNs = atNs - sinceNs;
    if (!(waitedNs > SHORTEST_STALL_NS) || waiting === 0) return undefined;
    if (this.returns < RETURNS_FOR_PACE) return undefined;
    const periodNs = this.periodNs();
    if (waitedNs <= this.most * periodNs) return undefined;
    this.gapsNs += waitedNs;
    const isQuiet = quiet !== undefined && quiet.toNs > sinceNs;
    const quietNs = isQuiet ? quiet.toNs - Math.max(sinceNs, quiet.fromNs) : 0;
    const all =
      quietNs > waitedNs / 2
        ? '; no virtio device shows anything in that time: QEMU or the guest stood still as a whole'
        : '';
    const text =
      `nothing came back for ${ms(waitedNs)} though ${messages(waiting)} waited; ` +
      `a message lasts about ${ms(periodNs)}, all that fit about ${ms(this.most * periodNs)}${all}`;
    return { kind: 'stall', grade: 'derived', row, text };
  }

  started(atNs: Ns): void {
    this.isRunning = true;
    this.startedNs = atNs;
    this.most = this.open;
    this.returns = 0;
    this.gapsNs = 0;
    this.lastReturnNs = Number.NaN;
    this.ranDryAtNs = Number.NaN;
  }

  /** STOP; tells when nothing ever came back. */
  stopped(atNs: Ns): Suspicion | undefined {
    const ranDry = this.isRunning && this.open === 0 && this.returns > 0;
    this.ranDryAtNs = ranDry ? this.lastReturnNs : Number.NaN;
    const ranNs = this.isRunning && this.returns === 0 ? atNs - this.startedNs : 0;
    this.isRunning = false;
    if (this.open === 0 || ranNs < FIRST_RETURN_NS) return undefined;
    const text =
      `nothing came back in the ${ms(ranNs)} from START to STOP though ${messages(this.open)} waited ` +
      '(unless one lasts longer than that)';
    return { kind: 'stall', grade: 'assumed', row: this.filledRow, text };
  }

  /** PREPARE; `isAgain`: SET_PARAMS did not come before it. */
  prepared(atNs: Ns, isAgain: boolean): Suspicion | undefined {
    const dryAtNs = this.ranDryAtNs;
    this.ranDryAtNs = Number.NaN;
    if (!isAgain || Number.isNaN(dryAtNs)) return undefined;
    const text =
      `STOP came when nothing was left to play, and PREPARE without SET_PARAMS ${ms(atNs - dryAtNs)} after the last ` +
      'message: the guest noticed an underrun and began again';
    return { kind: 'dry', grade: 'derived', row: this.lastRow, text };
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

function messages(count: number): string {
  return `${count} message${count === 1 ? '' : 's'}`;
}

function ms(ns: Ns): string {
  return `${(ns / NS_PER_MS).toFixed(1)} ms`;
}
