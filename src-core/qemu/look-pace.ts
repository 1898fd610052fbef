/** How far looks are apart: as far as asked, and further where they take too much of this thread's time. */
import type { Ns } from '../units.ts';

/** A look may take one part in so many of the time. */
const SHARE = 6;
/** So much what a look usually costs is moved towards what the last one did: one that was held up by something else counts no more
 *  than any other. */
const STEP = 1 / 16;

export class LookPace {
  private usualNs: Ns | undefined;

  /** From the end of a look that took `tookNs` to the next. */
  nextNs(tookNs: Ns, everyNs: Ns): Ns {
    // The first look is the dearest by far: its code was never run.
    const { usualNs = Math.min(tookNs, everyNs) } = this;
    this.usualNs = usualNs * (tookNs > usualNs ? 1 + STEP : 1 - STEP);
    return Math.max(everyNs, SHARE * this.usualNs);
  }
}
