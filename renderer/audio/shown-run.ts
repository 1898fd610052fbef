/** A run in the version that is shown: what is drawn, read off, heard and saved is the same. At the sink its frames are those on
 *  the sink's clock, silence that filled gaps among them. */
import type { Samples, TrackInfo } from '../../src-core/contract-data.ts';
import type { Client } from '../../src-core/rpc.ts';
import type { Frames } from '../../src-core/units.ts';

export type ShownVersion = 'consumed' | 'posted' | 'sink' | 'late';

export interface ShownRun extends TrackInfo {
  /** `sink` only where something is known of it. */
  readonly version: ShownVersion;
}

/** What cannot be shown is shown as consumed. `lateWrites`: undefined where nothing is known of what was posted. */
export function asShown(
  track: TrackInfo,
  version: ShownVersion,
  lateWrites: number | undefined,
): ShownRun {
  const isPosted = version === 'posted' || version === 'late';
  if (isPosted && (lateWrites === undefined || track.direction === 'input')) {
    return { ...track, version: 'consumed' };
  }
  if (version !== 'sink') return { ...track, version };
  if (track.heardFrames === undefined) return { ...track, version: 'consumed' };
  return { ...track, version, frames: track.heardFrames };
}

/** The part of a question that says which frames are meant. */
export function heardIn({ version }: ShownRun): { readonly heard?: true } {
  return version === 'sink' ? { heard: true } : {};
}

/** Samples of the version. */
export function samplesOf(
  client: Pick<Client, 'call'>,
  run: ShownRun,
  fromFrame: Frames,
  frames: Frames,
): Promise<Samples | null> {
  const query = { track: run.track, fromFrame, frames };
  const { version } = run;
  return version === 'posted' || version === 'late'
    ? client.call('otherSamples', { ...query, version })
    : client.call('samples', { ...query, ...heardIn(run) });
}
