/** The sound of several runs one after the other, or as they lie in time, with silence between. */
import type { Track } from '../capture/tracks.ts';
import { rateHzOf } from '../spec/formats.ts';
import { type Frames, NS_PER_S, type Ns } from '../units.ts';
import { sinkSilences } from './sink-gaps.ts';

/** A stretch of a run, or of silence where `track` is absent. */
export interface AudioPart {
  readonly track?: Track;
  readonly fromFrame: Frames;
  readonly frames: Frames;
}

/** `stream`: the runs end to end, at the sink (`isHeard`) with the silence that filled their gaps. `timeline`: silence from the session's start to the first hand-over, in every underrun for
 *  as long as it lasted, and between runs. */
export function alignedParts(
  runs: readonly Track[],
  align: 'stream' | 'timeline',
  isHeard = false,
): readonly AudioPart[] {
  if (align === 'stream' && isHeard) {
    return runs.flatMap(withGaps).filter(({ frames }) => frames > 0);
  }
  if (align === 'stream') {
    return runs.map((track) => ({ track, fromFrame: 0, frames: track.frames }));
  }
  const parts: AudioPart[] = [];
  let endFrame = 0;
  for (const track of runs) {
    const startNs = track.segments > 0 ? track.segment(0).atNs : track.fromNs;
    const startFrame = Math.max(endFrame, framesAt(startNs, track));
    parts.push({ fromFrame: 0, frames: startFrame - endFrame });
    const made = withGaps(track);
    parts.push(...made);
    endFrame = startFrame + made.reduce((sum, part) => sum + part.frames, 0);
  }
  return parts.filter(({ frames }) => frames > 0);
}

function withGaps(track: Track): AudioPart[] {
  const parts: AudioPart[] = [];
  let fromFrame = 0;
  for (const { atFrame, silentFrames } of sinkSilences(track)) {
    if (atFrame < fromFrame || atFrame > track.frames) continue;
    parts.push({ track, fromFrame, frames: atFrame - fromFrame });
    parts.push({ fromFrame: 0, frames: silentFrames });
    fromFrame = atFrame;
  }
  parts.push({ track, fromFrame, frames: track.frames - fromFrame });
  return parts;
}

function framesAt(atNs: Ns, track: Track): Frames {
  return Math.round((atNs * rateHzOf(track.params.rate)) / NS_PER_S);
}
