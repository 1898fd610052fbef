/** The gaps of a capture that touch a stretch of time. */
import type { Capture } from '../capture/capture.ts';
import type { GapBand } from '../contract-gaps.ts';
import type { Ns } from '../units.ts';

/** When there are more, the shortest are left out: the marks of what was lost stay. */
const BANDS_BOUND = 500;

export function gapsIn(capture: Capture, fromNs: Ns, toNs: Ns): GapBand[] {
  const { endNs } = capture;
  const inside = capture.story.gaps.within(fromNs, toNs);
  const width = (gap: GapBand) => gap.toNs - gap.fromNs;
  const shown =
    inside.length <= BANDS_BOUND
      ? inside
      : [...inside].sort((a, b) => width(b) - width(a)).slice(0, BANDS_BOUND);
  return shown.map((gap) => ({ ...gap, toNs: Math.max(gap.fromNs, Math.min(gap.toNs, endNs)) }));
}
