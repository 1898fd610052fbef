/** Stretches of time in which nothing went between driver and device: no kick, no message, no interrupt, no change of a
 *  stream's state. Told by the entries as they come, live and opened alike. */
import { LIMITS } from '../limits.ts';
import { NS_PER_S, type Ns } from '../units.ts';

/** What is shorter is a pause between periods. */
export const IDLE_FROM_NS: Ns = 2 * NS_PER_S;

export class IdleTimes {
  /** Begin and end by turns, in order; beyond the bound no more are told. */
  private readonly edgesNs: Ns[] = [];
  private lastNs: Ns = Number.NaN;

  /** Something happened. Times go up; one that lies before the last says nothing new. */
  happened(atNs: Ns): void {
    const { lastNs } = this;
    if (atNs <= lastNs) return;
    this.lastNs = atNs;
    if (!(atNs - lastNs > IDLE_FROM_NS)) return;
    if (this.edgesNs.length < 2 * LIMITS.idleTimes) this.edgesNs.push(lastNs, atNs);
  }

  /** Begin and end by turns, in order. */
  all(): Float64Array {
    return Float64Array.from(this.edgesNs);
  }
}
