/** The other versions of a run for the waveform: as posted, as in a reference, and differences, as peaks or samples. */

import type { PcmReader } from '../analysis/pcm-reader.ts';
import { decodePcm } from '../audio/decode.ts';
import { decodable, PeakPyramid } from '../audio/peaks.ts';
import { type PeakColumns, peaksOf, peaksOfSamples } from '../audio/peaks-query.ts';
import { BLOCK_FRAMES } from '../audio/peaks-scan.ts';
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import type { Peaks, PeaksQuery, Samples } from '../contract-data.ts';
import type { OtherVersion } from '../contract-proof.ts';
import { LIMITS } from '../limits.ts';
import { formatByName } from '../spec/formats.ts';
import type { Frames } from '../units.ts';
import { peaksSlice } from './pcm-slice.ts';

const FLOAT = formatByName('FLOAT')?.id ?? 0;
const CHUNK_FRAMES = 1 << 16;
/** Changed messages that one question about a wide stretch looks at. */
const CHANGES_AT_ONCE = 2000;
const NO_XRUNS = { atFrame: new Float64Array(0), missingFrames: new Float64Array(0) };

/** A reference laid against a run: frame `n` of it belongs to frame `n + offset` of the run. */
export class LaidReference {
  readonly track: Track;
  private readonly reader: PcmReader;
  private readonly offset: Frames;
  private readonly own: PeakPyramid;
  private readonly against: PeakPyramid;

  constructor(capture: Capture, track: Track, reader: PcmReader, offset: Frames) {
    this.track = track;
    this.reader = reader;
    this.offset = offset;
    const { channels } = track.params;
    this.own = new PeakPyramid({ format: reader.format, channels: reader.channels });
    this.against = new PeakPyramid({ format: FLOAT, channels });
    for (let frame = 0; frame < reader.frames; frame += CHUNK_FRAMES) {
      this.own.append(reader.read(frame, CHUNK_FRAMES), frame + offset);
      const pcm = interleave(this.differenceIn(capture, frame + offset, CHUNK_FRAMES));
      if (pcm.length > 0) this.against.append(pcm, frame + offset);
    }
  }

  pyramidOf(version: 'reference' | 'against'): PeakPyramid {
    return version === 'reference' ? this.own : this.against;
  }

  channelsIn(capture: Capture, version: OtherVersion, from: Frames, frames: Frames) {
    return version === 'reference'
      ? this.ownIn(from, frames)
      : this.differenceIn(capture, from, frames);
  }

  /** From a frame of the run on; NaN before the reference begins. */
  private ownIn(fromFrame: Frames, frames: Frames): Float32Array[] {
    const before = Math.max(0, Math.min(frames, this.offset - fromFrame));
    const from = Math.max(0, fromFrame - this.offset);
    const pcm = this.reader.read(from, Math.max(0, frames - before));
    return decodePcm(pcm, this.reader).map((samples) => behind(samples, before));
  }

  private differenceIn(capture: Capture, fromFrame: Frames, frames: Frames): Float32Array[] {
    const heard = decodePcm(capture.pcm(this.track, fromFrame, frames), this.track.params);
    const own = this.ownIn(fromFrame, frames);
    return heard.map((samples, channel) => less(samples, own[channel]));
  }
}

/** `null` where the run has no such version, or its format no samples. */
export function versionPeaks(
  capture: Capture,
  query: PeaksQuery & { readonly version: OtherVersion },
  laid: LaidReference | undefined,
): Peaks | null {
  const track = capture.tracks[query.track];
  const consumed = peaksSlice(capture, query);
  if (track === undefined || consumed === null) return null;
  const { version } = query;
  const { fromFrame, frames, columns } = consumed;
  const isNear = frames / columns < BLOCK_FRAMES;
  if (isNear) {
    const wanted = Math.min(Math.ceil(frames), LIMITS.framesPerRequest);
    const samples = channelsOf(capture, track, version, Math.floor(fromFrame), wanted, laid);
    if (samples === undefined) return null;
    const channels = samples.map((values) => peaksOfSamples(padded(values, wanted), columns));
    return { fromFrame, frames, columns, channels, xruns: NO_XRUNS };
  }
  if (version === 'reference' || version === 'against') {
    if (laid?.track !== track) return null;
    const pyramid = laid.pyramidOf(version);
    const channels = Array.from({ length: pyramid.channels }, (_, channel) =>
      peaksOf(pyramid, channel, fromFrame, fromFrame + frames, columns),
    );
    return { fromFrame, frames, columns, channels, xruns: NO_XRUNS };
  }
  if (!track.comparesPosted) return null;
  return { ...changedPeaks(capture, track, version, consumed), xruns: NO_XRUNS };
}

export function versionSamples(
  capture: Capture,
  query: { track: number; fromFrame: Frames; frames: Frames; version: OtherVersion },
  laid: LaidReference | undefined,
): Samples | null {
  const track = capture.tracks[query.track];
  if (track === undefined || !decodable(track.params.format)) return null;
  const fromFrame = Math.max(0, Math.floor(query.fromFrame) || 0);
  const wanted = Math.max(0, Math.min(Math.floor(query.frames) || 0, LIMITS.framesPerRequest));
  if (query.version === 'posted') {
    if (!track.comparesPosted) return null;
    const pcm = capture.postedPcm(track, fromFrame, wanted);
    return { fromFrame, frames: pcm.length / track.frameBytes, params: track.params, pcm };
  }
  const channels = channelsOf(capture, track, query.version, fromFrame, wanted, laid);
  if (channels === undefined) return null;
  const frames = channels[0]?.length ?? 0;
  const params = { ...track.params, format: FLOAT };
  return { fromFrame, frames, params, pcm: interleave(channels) };
}

function channelsOf(
  capture: Capture,
  track: Track,
  version: OtherVersion,
  fromFrame: Frames,
  frames: Frames,
  laid: LaidReference | undefined,
): Float32Array[] | undefined {
  if (version === 'reference' || version === 'against') {
    return laid?.track === track ? laid.channelsIn(capture, version, fromFrame, frames) : undefined;
  }
  if (!track.comparesPosted) return undefined;
  const posted = decodePcm(capture.postedPcm(track, fromFrame, frames), track.params);
  if (version === 'posted') return posted;
  const consumed = decodePcm(capture.pcm(track, fromFrame, frames), track.params);
  return consumed.map((samples, channel) => less(samples, posted[channel]));
}

/** From far away only changed messages are read: elsewhere both versions are the same. */
function changedPeaks(
  capture: Capture,
  track: Track,
  version: 'posted' | 'late',
  consumed: Peaks,
): Omit<Peaks, 'xruns'> {
  const { fromFrame, frames, columns } = consumed;
  const channels = consumed.channels.map((own) => copyOf(own, version === 'late'));
  const perFrame = columns / frames;
  const first = track.changeAt(fromFrame);
  for (let place = first; place < track.changes && place < first + CHANGES_AT_ONCE; place++) {
    const change = track.change(place);
    if (change.fromFrame >= fromFrame + frames) break;
    const values = channelsOf(capture, track, version, change.fromFrame, change.frames, undefined);
    values?.forEach((samples, channel) => {
      const target = channels[channel];
      if (target === undefined) return;
      samples.forEach((value, at) => {
        const column = Math.floor((change.fromFrame + at - fromFrame) * perFrame);
        if (column < 0 || column >= columns) return;
        target.min[column] = Math.min(target.min[column] ?? value, value);
        target.max[column] = Math.max(target.max[column] ?? value, value);
      });
    });
  }
  return { fromFrame, frames, columns, channels };
}

interface Columns {
  readonly min: Float32Array;
  readonly max: Float32Array;
  readonly rms: Float32Array;
}

/** Flat where there is PCM, for a difference. */
function copyOf({ min, max, rms }: Columns, isFlat: boolean): PeakColumns {
  const take = (values: Float32Array) =>
    Float32Array.from(values, (value) => (isFlat && !Number.isNaN(value) ? 0 : value));
  return { min: take(min), max: take(max), rms: take(rms) };
}

function less(one: Float32Array, other: Float32Array | undefined): Float32Array {
  return one.map((value, at) => value - (other?.[at] ?? Number.NaN));
}

function behind(samples: Float32Array, missing: Frames): Float32Array {
  if (missing === 0) return samples;
  const all = new Float32Array(samples.length + missing).fill(Number.NaN);
  all.set(samples, missing);
  return all;
}

function padded(samples: Float32Array, frames: Frames): Float32Array {
  const all = new Float32Array(frames).fill(Number.NaN);
  all.set(samples.subarray(0, frames));
  return all;
}

function interleave(channels: readonly Float32Array[]): Uint8Array {
  const frames = channels[0]?.length ?? 0;
  const all = new Float32Array(frames * channels.length);
  channels.forEach((samples, channel) => {
    for (let frame = 0; frame < frames; frame++) {
      all[frame * channels.length + channel] = samples[frame] ?? Number.NaN;
    }
  });
  return new Uint8Array(all.buffer);
}
