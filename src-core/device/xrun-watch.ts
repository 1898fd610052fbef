/** Tells an underrun (overrun) from the plain end of a playback: both begin with a stream that has nothing to give. What
 *  happens next decides. Spec: 5.14.6.7 (VIRTIO_SND_EVT_PCM_XRUN) */
import { type Frames, framesIn, type Ns, type TrackId } from '../units.ts';

export interface Xrun {
  readonly track: TrackId;
  /** Frames of the track before the gap. */
  readonly atFrame: Frames;
  readonly missingFrames: Frames;
  /** The driver was told while it lasted. */
  readonly isTold: boolean;
}

export interface Run {
  readonly track: TrackId;
  readonly rateHz: number;
  /** A gap that lasts longer is an xrun whatever comes after it. */
  readonly toleranceNs: Ns;
}

interface Gap {
  readonly run: Run;
  readonly atFrame: Frames;
  /** When the host had nothing left to play, or nowhere to put what it recorded. */
  readonly sinceNs: Ns;
  /** Recorded frames that found no room; 0 for playback, where the time tells. */
  lostFrames: Frames;
  isTold: boolean;
}

/** One for each stream. A gap is an xrun when
 *
 *      running ──gap──► running      PCM moves again in the same run
 *      running ──gap────────────►    it outlasts the tolerance
 *      gap, STOP, RELEASE, PREPARE   without SET_PARAMS: the driver recovers (Linux does)
 *
 *  and else the end of what there was to play. */
export class XrunWatch {
  private run: Run | undefined;
  private gap: Gap | undefined;
  /** The gap that STOP ended, while it is not known what it was. */
  private suspect: Gap | undefined;

  /** PREPARE. Gives the xrun that this recovers from, if it does. */
  begin(run: Run, nowNs: Ns): Xrun | undefined {
    const { suspect } = this;
    this.forget();
    this.run = run;
    return suspect === undefined ? undefined : xrunOf(suspect, nowNs, 1);
  }

  /** The host asks for more than there is, from `sinceNs` on (playback) or offers `lostFrames` too many (recording).
   *  Says whether the driver should be told now: once for each gap, when it outlasts the tolerance. */
  starve(sinceNs: Ns, atFrame: Frames, lostFrames: Frames, nowNs: Ns): boolean {
    if (this.run === undefined) return false;
    this.gap ??= { run: this.run, atFrame, sinceNs, lostFrames: 0, isTold: false };
    this.gap.lostFrames += lostFrames;
    if (this.gap.isTold || !isLong(this.gap, nowNs)) return false;
    this.gap.isTold = true;
    return true;
  }

  /** PCM moves: a gap before it is over. */
  feed(nowNs: Ns): Xrun | undefined {
    const { gap } = this;
    if (gap === undefined) return undefined;
    this.gap = undefined;
    return xrunOf(gap, nowNs, 0);
  }

  /** STOP (or RELEASE, or a reset). `drySinceNs`: since when nothing is posted any more, if so. */
  stop(nowNs: Ns, atFrame: Frames, drySinceNs: Ns | undefined): Xrun | undefined {
    const { gap, run } = this;
    this.gap = undefined;
    this.suspect = gap;
    if (gap !== undefined && isLong(gap, nowNs)) {
      this.suspect = undefined;
      return xrunOf(gap, nowNs, 0);
    }
    if (gap === undefined && drySinceNs !== undefined && run !== undefined) {
      this.suspect = { run, atFrame, sinceNs: drySinceNs, lostFrames: 0, isTold: false };
    }
    return undefined;
  }

  /** SET_PARAMS, START after STOP, a reset: what was before has no bearing on what comes. */
  forget(): void {
    this.gap = undefined;
    this.suspect = undefined;
  }

  get isStarving(): boolean {
    return this.gap !== undefined;
  }
}

function isLong({ sinceNs, run }: Gap, nowNs: Ns): boolean {
  return nowNs - sinceNs > run.toleranceNs;
}

/** A gap in which nothing was missing, because the host had enough of its own, is none. */
function xrunOf(gap: Gap, nowNs: Ns, leastFrames: Frames): Xrun | undefined {
  const { run, atFrame, sinceNs, isTold } = gap;
  // A hair's breadth more, so that a whole number of frames is not cut down by rounding.
  const elapsed = framesIn(Math.max(0, nowNs - sinceNs) + 1, run.rateHz);
  const missingFrames = Math.max(gap.lostFrames > 0 ? gap.lostFrames : elapsed, leastFrames);
  return missingFrames > 0 ? { track: run.track, atFrame, missingFrames, isTold } : undefined;
}
