/** What the waveform asks besides peaks and samples. Types only. */
import type { Ns, TrackId } from './units.ts';

export interface WaveRequests {
  /** Which frame was handed over at each of these times (at most `LIMITS.rowsPerRequest`): exact to its piece, the last frame of
   *  the piece before where nothing moved, NaN outside of the run. */
  framesAt: {
    params: { readonly track: TrackId; readonly atNs: readonly Ns[]; readonly heard?: boolean };
    result: Float64Array;
  };
}
