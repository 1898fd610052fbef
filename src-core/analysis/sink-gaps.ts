/** Where silence stood at the sink of a run. */
import type { Track } from '../capture/tracks.ts';
import type { Frames } from '../units.ts';

export interface SinkSilence {
  /** Frame of the run before which it stood. */
  readonly atFrame: Frames;
  readonly silentFrames: Frames;
  /** By the sink's own count, not by the device's clock. */
  readonly isCounted: boolean;
}

/** What the guest left empty and what the sink put in of its own, in the order of frames. */
export function sinkSilences({ xruns, hostGaps }: Track): readonly SinkSilence[] {
  const gaps = [...xruns, ...hostGaps].map(({ atFrame, missingFrames, silentFrames }) => ({
    atFrame,
    silentFrames: silentFrames ?? Math.round(missingFrames),
    isCounted: silentFrames !== undefined,
  }));
  return hostGaps.length === 0 ? gaps : gaps.sort((one, other) => one.atFrame - other.atFrame);
}
