/** The user's marks on the wave: where in the run their times are. */
import { useMemo } from 'react';
import type { UserMark } from '../../../src-core/capture/entry.ts';
import type { TrackInfo } from '../../../src-core/contract-data.ts';
import { nsOf } from '../../../src-core/units.ts';
import { heardIn, type ShownRun } from '../../audio/shown-run.ts';
import { useMarks } from '../../marks/use-marks.ts';
import { usePull } from '../../store/pull.ts';

/** A mark, and the same with its place in the run: times from its begin, as if every frame took as long. */
export interface Flag {
  readonly mark: UserMark;
  readonly placed: UserMark;
}

const EVERY_MS = 300;

export function useFlags(track: ShownRun): readonly Flag[] {
  const marks = useMarks();
  const atNs = useMemo(() => marks.flatMap(({ fromNs, toNs }) => [fromNs, toNs]), [marks]);
  const frames = usePull(
    'framesAt',
    { track: track.track, atNs, ...heardIn(track) },
    { enabled: atNs.length > 0, live: track.open, everyMs: EVERY_MS },
  ).data;
  return useMemo(() => flagsOf(track, marks, frames), [track, marks, frames]);
}

/** `frames`: of the begin and end of each mark, NaN outside of the run. Marks that do not touch the run are left out; they keep
 *  their place in the list, which is their number. */
export function flagsOf(
  track: TrackInfo,
  marks: readonly UserMark[],
  frames: Float64Array | undefined,
): readonly Flag[] {
  if (frames === undefined || frames.length !== marks.length * 2 || track.rateHz === 0) return [];
  return marks.map((mark, place) => {
    const from = frames[2 * place] ?? Number.NaN;
    const to = frames[2 * place + 1] ?? Number.NaN;
    const reachesIn = mark.fromNs < track.fromNs && mark.toNs > track.fromNs;
    const reachesOut = mark.toNs > track.toNs && mark.fromNs < track.toNs;
    const fromFrame = Number.isNaN(from) && reachesIn ? 0 : from;
    const toFrame = Number.isNaN(to) && reachesOut ? track.frames : to;
    const fromNs = nsOf(fromFrame, track.rateHz);
    return { mark, placed: { ...mark, fromNs, toNs: nsOf(toFrame, track.rateHz) } };
  });
}
