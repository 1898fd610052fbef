/** Edges of an area and the cursor hold on to edges of messages that are near. Pure. */
import type { Ns } from '../../../src-core/units.ts';
import { type TimeScale, toPx } from '../../canvas/time-scale.ts';
import type { TimelineModel } from './timeline-model.ts';

/** The edge of a message, a stage, a state or a finding that is nearest to `xPx`, within `reachPx`; else `atNs`. */
export function snapNs(
  model: TimelineModel,
  scale: TimeScale,
  xPx: number,
  atNs: Ns,
  reachPx = 6,
): Ns {
  let best = atNs;
  let bestPx = reachPx;
  const consider = (ns: Ns) => {
    const awayPx = Math.abs(toPx(scale, ns) - xPx);
    if (awayPx < bestPx) {
      bestPx = awayPx;
      best = ns;
    }
  };
  for (const lane of model.lanes) {
    for (const bar of lane.bars) {
      consider(bar.fromNs);
      consider(bar.toNs);
      for (const { toNs } of bar.stages) consider(toNs);
    }
    for (const { fromNs } of lane.states) consider(fromNs);
  }
  for (const { atNs: markNs } of model.marks) consider(markNs);
  return best;
}
