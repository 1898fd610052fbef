/** What views ask about the proof of the audio. The content of runs is looked through behind the capture, a piece with each
 *  question; a reference is held until another one comes, or another capture. */
import { compareAudio } from './analysis/audio-compare.ts';
import { ContentScan } from './analysis/content-scan.ts';
import { trackReader, wavReader } from './analysis/pcm-reader.ts';
import { lateStretches, lateWriteAt } from './analysis/proof.ts';
import { byteSourceOf } from './audio/file-store.ts';
import { decodable } from './audio/peaks.ts';
import type { SinkLayout } from './audio/sink-layout.ts';
import type { Capture } from './capture/capture.ts';
import type { Track } from './capture/tracks.ts';
import type { ProofRequests, ReferenceState, WaveMark, WaveMarks } from './contract-proof.ts';
import { type HostContext, NOTHING } from './host-context.ts';
import { HostError } from './host-error.ts';
import { LIMITS } from './limits.ts';
import type { Handlers } from './rpc.ts';
import { type Frames, NS_PER_MS } from './units.ts';
import { layoutOf, sinkLaid } from './views/sink-version.ts';
import { LaidReference, versionPeaks, versionSamples } from './views/wave-versions.ts';

/** PCM that one question looks through. */
const SLICE_BYTES = 2 << 20;
const MOST_OFFSET_S = 1;

interface Held {
  readonly capture: Capture;
  readonly scan: ContentScan;
  reference:
    | { readonly state: ReferenceState; readonly laid: LaidReference | undefined }
    | undefined;
}

export function proofHandlers(host: HostContext): Pick<Handlers, keyof ProofRequests> {
  let kept: Held | undefined;
  let references = 0;
  let wasGrowing = false;
  const held = (): Held => {
    const capture = host.capture();
    if (kept?.capture !== capture) {
      kept = { capture, scan: new ContentScan(capture), reference: undefined };
    }
    return kept;
  };
  return {
    waveMarks: (query) => {
      const { capture, scan } = held();
      const growing = scan.advance({ bytes: SLICE_BYTES });
      // who is told a part asks again; everybody else hears of it once, at the end
      if (wasGrowing && !growing) host.changed();
      wasGrowing = growing;
      return waveMarks(capture, scan, query, growing);
    },
    otherPeaks: (query) => versionPeaks(host.capture(), query, held().reference?.laid),
    otherSamples: (query) => versionSamples(host.capture(), query, held().reference?.laid),
    sinkLaid: ({ track }) => sinkLaid(host.capture(), track),
    setReference: ({ track, name, bytes }) => {
      const now = held();
      const found = now.capture.tracks[track];
      if (found === undefined)
        throw new HostError('no-track', 'That run is not there any more.', 'Choose another run.');
      now.reference = layReference(now.capture, found, { id: ++references, name, bytes });
      host.changed();
      return now.reference.state;
    },
    clearReference: () => {
      held().reference = undefined;
      host.changed();
      return NOTHING;
    },
    reference: () => (host.shown() === undefined ? null : (held().reference?.state ?? null)),
  };
}

function waveMarks(
  capture: Capture,
  scan: ContentScan,
  query: {
    readonly track: number;
    readonly fromFrame: Frames;
    readonly frames: Frames;
    readonly heard?: boolean;
  },
  growing: boolean,
): WaveMarks {
  const track = capture.tracks[query.track];
  if (track === undefined) return { marks: [], partial: false, growing };
  const layout = query.heard === true ? layoutOf(track) : undefined;
  const fromFrame = layout?.ownOf(query.fromFrame) ?? query.fromFrame;
  const endFrame = query.fromFrame + query.frames;
  const frames = (layout?.ownOf(endFrame) ?? endFrame) - fromFrame;
  const late = lateMarks(capture, track, fromFrame, frames);
  const content = scan.marksIn(query.track, fromFrame, frames);
  const marks = [...late, ...content].sort((one, other) => one.fromFrame - other.fromFrame);
  return {
    marks: marks.slice(0, LIMITS.marksPerRequest).map((mark) => markIn(layout, mark)),
    partial: marks.length > LIMITS.marksPerRequest,
    growing,
    ...(track.comparesPosted ? { lateWrites: track.changes } : {}),
  };
}

/** On the sink's clock, with silence in it where a gap cut it. */
function markIn(layout: SinkLayout | undefined, mark: WaveMark): WaveMark {
  if (layout === undefined) return mark;
  const fromFrame = layout.heardOf(mark.fromFrame);
  const toFrame = layout.heardOf(mark.fromFrame + mark.frames - 1) + 1;
  return { ...mark, fromFrame, frames: toFrame - fromFrame };
}

function lateMarks(capture: Capture, track: Track, fromFrame: Frames, frames: Frames): WaveMark[] {
  const marks: WaveMark[] = [];
  for (let place = track.changeAt(fromFrame); place < track.changes; place++) {
    const change = track.change(place);
    if (change.fromFrame >= fromFrame + frames || marks.length > LIMITS.marksPerRequest) break;
    for (const stretch of lateStretches(capture, track, change)) {
      const length = stretch.toFrame - stretch.fromFrame;
      const within = (stretch.withinNs / NS_PER_MS).toFixed(3);
      const detail = `${length} frames of message ${stretch.row} were written within ${within} ms after it was posted`;
      marks.push({ kind: 'late-write', fromFrame: stretch.fromFrame, frames: length, detail });
    }
  }
  return marks;
}

interface ReferenceFile {
  readonly id: number;
  readonly name: string;
  readonly bytes: Uint8Array;
}

function layReference(capture: Capture, track: Track, { id, name, bytes }: ReferenceFile) {
  const reader = wavReader(byteSourceOf(bytes));
  if ('kind' in reader) {
    const action = 'Take a WAV file with the samples as they were to be played.';
    throw new HostError(
      'bad-reference',
      `${name} cannot be the reference: ${reader.detail}.`,
      action,
    );
  }
  const verdict = compareAudio(reader, trackReader(capture, track, 'consumed'), {
    maxOffsetFrames: MOST_OFFSET_S * reader.rateHz,
    lateWriteAt: (frame) => lateWriteAt(capture, track, frame),
  });
  const isDrawable = decodable(reader.format) && reader.channels === track.params.channels;
  const laid = isDrawable
    ? new LaidReference(capture, track, reader, verdict.leadingFrames)
    : undefined;
  return { state: { id, track: track.track, name, verdict }, laid };
}
