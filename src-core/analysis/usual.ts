/** What a stage usually takes: the median of all that was measured so far, looked up anew now and then. */
import type { Ns } from '../units.ts';
import type { LatencyGroup } from './latency.ts';

const FEW = 16;

export class Usual {
  private readonly known = new Map<
    LatencyGroup,
    { readonly ns: number[]; readonly at: number[] }
  >();

  /** Of the stage at `place`; `undefined` as long as too little was measured. */
  of(group: LatencyGroup, place: number): Ns | undefined {
    const histogram = group.stages[place]?.histogram;
    if (histogram === undefined || histogram.count < FEW) return undefined;
    let kept = this.known.get(group);
    if (kept === undefined) {
      kept = { ns: [], at: [] };
      this.known.set(group, kept);
    }
    const lookedAt = kept.at[place];
    if (lookedAt === undefined || histogram.count > lookedAt * 1.25) {
      kept.ns[place] = histogram.percentile(0.5);
      kept.at[place] = histogram.count;
    }
    return kept.ns[place];
  }
}
