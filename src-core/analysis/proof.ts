/** Proves a run of a stream against a reference: picks the run, reads the view that is asked for, and knows which late write
 *  touched which frame. */
import type { Capture } from '../capture/capture.ts';
import type { PostedChange, Track } from '../capture/tracks.ts';
import type { Frames } from '../units.ts';
import { compareAudio } from './audio-compare.ts';
import type { AudioVerdict, LateStretch } from './audio-verdict.ts';
import { type PcmReader, type PcmView, trackReader } from './pcm-reader.ts';

export interface Proof {
  readonly track: Track;
  readonly view: PcmView;
  readonly verdict: AudioVerdict;
  /** Row of the message that carried the first different frame; -1: none. */
  readonly row: number;
}

/** Compares one run. */
export function proveTrack(
  capture: Capture,
  track: Track,
  view: PcmView,
  reference: PcmReader,
  maxOffsetFrames: Frames,
): Proof {
  const verdict = compareAudio(reference, trackReader(capture, track, view), {
    maxOffsetFrames,
    lateWriteAt: (frame) => lateWriteAt(capture, track, frame),
  });
  const { difference } = verdict;
  return {
    track,
    view,
    verdict,
    row: difference === undefined ? -1 : rowAt(track, difference.heardFrame),
  };
}

/** Of several runs the one that is identical, else the longest: which one a proof is about when nobody says. */
export function bestProof(proofs: readonly Proof[]): Proof | undefined {
  const identical = proofs.find(({ verdict }) => verdict.verdict === 'identical');
  const longest = [...proofs].sort((one, other) => other.track.frames - one.track.frames);
  return identical ?? longest[0];
}

/** The stretch that was written late and holds `frame` of the run. */
export function lateWriteAt(
  capture: Capture,
  track: Track,
  frame: Frames,
): LateStretch | undefined {
  const place = track.changeAt(frame);
  if (place >= track.changes) return undefined;
  const change = track.change(place);
  return lateStretches(capture, track, change).find(
    ({ fromFrame, toFrame }) => frame >= fromFrame && frame < toFrame,
  );
}

/** What of one message was written late, in frames of the run. */
export function lateStretches(
  capture: Capture,
  track: Track,
  change: PostedChange,
): readonly LateStretch[] {
  const entry = capture.entryAt(change.at);
  if (entry?.kind !== 'posted') return [];
  const { frameBytes } = track;
  return entry.ranges.map(({ fromByte, toByte, withinNs }) => ({
    fromFrame: change.fromFrame + Math.floor(fromByte / frameBytes),
    toFrame: change.fromFrame + Math.ceil(toByte / frameBytes),
    withinNs,
    row: change.row,
  }));
}

function rowAt(track: Track, frame: Frames): number {
  const place = Math.min(track.placeOf(frame), track.segments - 1);
  return place < 0 ? -1 : track.segment(place).row;
}
