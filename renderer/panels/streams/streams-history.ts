/** How full each stream was over the last half minute, sampled from the status as the host reports it. Kept on the view's
 *  side only: it says nothing about a time at which nobody looked. */
import type { SessionStatus } from '../../../src-core/contract-data.ts';
import type { Frames, Ns } from '../../../src-core/units.ts';

export const HISTORY_NS: Ns = 30e9;
/** Ten a second for the time that is shown, and some more. */
export const MOST_SAMPLES = 400;
/** Samples further apart than this are not joined: nobody looked in between. */
export const GAP_NS: Ns = 1e9;

export interface FillSample {
  readonly atNs: Ns;
  readonly guestFrames: Frames;
  readonly deviceFrames: Frames;
  readonly sinkFrames: Frames;
}

export class FillHistory {
  private sessionId = -1;
  private readonly byStream = new Map<number, FillSample[]>();

  /** Takes a status in; the same moment twice counts once, another session starts anew. */
  look(status: SessionStatus): void {
    if (status.sessionId !== this.sessionId) this.byStream.clear();
    this.sessionId = status.sessionId;
    for (const stream of status.streams) {
      const samples = this.byStream.get(stream.streamId) ?? [];
      const lastNs = samples.at(-1)?.atNs ?? Number.NEGATIVE_INFINITY;
      if (status.endNs <= lastNs) continue;
      const { guestFrames, deviceFrames, sinkFrames } = stream;
      samples.push({ atNs: status.endNs, guestFrames, deviceFrames, sinkFrames });
      if (samples.length > MOST_SAMPLES) samples.shift();
      this.byStream.set(stream.streamId, samples);
    }
  }

  /** Oldest first, from half a minute before `endNs`. */
  samples(streamId: number, endNs: Ns): readonly FillSample[] {
    const all = this.byStream.get(streamId) ?? [];
    return all.filter(({ atNs }) => atNs >= endNs - HISTORY_NS);
  }
}
