/** What a waveform asks for: tracks, peaks per pixel column, raw samples, and which message carried which frames. */

import { decodePcm } from '../audio/decode.ts';
import type { PeakPyramid } from '../audio/peaks.ts';
import { type PeakColumns, peaksOf, peaksOfSamples } from '../audio/peaks-query.ts';
import { BLOCK_FRAMES } from '../audio/peaks-scan.ts';
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import type { Borders, Peaks, PeaksQuery, Samples, TrackInfo } from '../contract-data.ts';
import { LIMITS } from '../limits.ts';
import { rateHzOf } from '../spec/formats.ts';
import { type Frames, NS_PER_S, type Ns } from '../units.ts';
import { layoutOf, sinkPeaks, sinkSamples, sinkUnknown as whySinkUnknown } from './sink-version.ts';

export function trackInfos(capture: Capture): TrackInfo[] {
  return capture.tracks.map((track) => ({
    track: track.track,
    streamId: track.streamId,
    direction: track.direction,
    run: track.run,
    params: track.params,
    rateHz: rateHzOf(track.params.rate),
    frames: track.frames,
    fromNs: track.fromNs,
    toNs: track.isOpen ? capture.endNs : track.toNs,
    underruns: track.underruns,
    open: track.isOpen,
    ...sinkFacts(capture, track),
  }));
}

function sinkFacts(capture: Capture, track: Track) {
  const sinkUnknown = whySinkUnknown(capture, track);
  return sinkUnknown === undefined ? { heardFrames: layoutOf(track).heardFrames } : { sinkUnknown };
}

export function peaksSlice(capture: Capture, query: PeaksQuery): Peaks | null {
  if (query.heard === true) return sinkPeaks(capture, query);
  const track = capture.tracks[query.track];
  if (track?.pyramid === undefined) return null;
  const { pyramid } = track;
  const columns = Math.max(1, Math.min(Math.floor(query.columns) || 1, LIMITS.pixelsPerRequest));
  const fromFrame = Math.max(0, Number(query.fromFrame) || 0);
  const frames = Math.max(1, Number(query.frames) || 1);
  const channels =
    frames / columns < BLOCK_FRAMES
      ? samplePeaks(capture, track, pyramid, fromFrame, frames, columns)
      : pyramidPeaks(pyramid, fromFrame, frames, columns);
  const inside = track.xruns.filter(
    ({ atFrame }) => atFrame >= fromFrame && atFrame <= fromFrame + frames,
  );
  const xruns = {
    atFrame: Float64Array.from(inside, ({ atFrame }) => atFrame),
    missingFrames: Float64Array.from(inside, ({ missingFrames }) => missingFrames),
  };
  return { fromFrame, frames, columns, channels, xruns };
}

function pyramidPeaks(
  pyramid: PeakPyramid,
  fromFrame: Frames,
  frames: Frames,
  columns: number,
): PeakColumns[] {
  return Array.from({ length: pyramid.channels }, (_, channel) =>
    peaksOf(pyramid, channel, fromFrame, fromFrame + frames, columns),
  );
}

/** Where the pyramid is too coarse, peaks come from the PCM itself. */
function samplePeaks(
  capture: Capture,
  track: Track,
  pyramid: PeakPyramid,
  fromFrame: Frames,
  frames: Frames,
  columns: number,
): PeakColumns[] {
  const first = Math.floor(fromFrame);
  const wanted = Math.min(Math.ceil(frames), LIMITS.framesPerRequest);
  const pcm = capture.pcm(track, first, wanted);
  if (pcm.length === 0) return pyramidPeaks(pyramid, fromFrame, frames, columns); // not kept: levels may be
  return decodePcm(pcm, track.params).map((samples) => {
    const padded = new Float32Array(wanted).fill(Number.NaN);
    padded.set(samples);
    return peaksOfSamples(padded, columns);
  });
}

export function samplesSlice(
  capture: Capture,
  query: { track: number; fromFrame: Frames; frames: Frames; heard?: boolean },
): Samples | null {
  if (query.heard === true) return sinkSamples(capture, query);
  const track = capture.tracks[query.track];
  if (track === undefined) return null;
  const fromFrame = Math.max(0, Math.floor(query.fromFrame) || 0);
  const wanted = Math.max(0, Math.min(Math.floor(query.frames) || 0, LIMITS.framesPerRequest));
  const pcm = capture.pcm(track, fromFrame, wanted);
  const frames = track.frameBytes === 0 ? 0 : pcm.length / track.frameBytes;
  return { fromFrame, frames, params: track.params, pcm };
}

export function bordersSlice(
  capture: Capture,
  query: { track: number; fromFrame: Frames; frames: Frames; heard?: boolean },
): Borders {
  const track = capture.tracks[query.track];
  const layout = track !== undefined && query.heard === true ? layoutOf(track) : undefined;
  const from = layout?.ownOf(query.fromFrame) ?? query.fromFrame;
  const to = layout?.ownOf(query.fromFrame + query.frames) ?? query.fromFrame + query.frames;
  const places = track === undefined ? [] : placesIn(track, from, to - from);
  const segments = track === undefined ? [] : places.map((place) => track.segment(place));
  return {
    fromFrame: Float64Array.from(
      segments,
      ({ fromFrame }) => layout?.heardOf(fromFrame) ?? fromFrame,
    ),
    frames: Float64Array.from(segments, (segment) => segment.frames),
    index: Float64Array.from(segments, (segment) => segment.row),
    atNs: Float64Array.from(segments, (segment) => segment.atNs),
    partial: places.length >= LIMITS.pixelsPerRequest,
  };
}

/** Frames by time: `framesAt` of the contract. */
export function framesAtSlice(
  capture: Capture,
  query: { readonly track: number; readonly atNs: readonly Ns[]; readonly heard?: boolean },
): Float64Array {
  const track = capture.tracks[query.track];
  const times = query.atNs.slice(0, LIMITS.rowsPerRequest);
  const layout = track !== undefined && query.heard === true ? layoutOf(track) : undefined;
  return Float64Array.from(times, (atNs) => {
    const own = track === undefined ? Number.NaN : frameAt(track, Number(atNs));
    return layout?.heardOf(own) ?? own;
  });
}

/** The frame that changed hands at `atNs`; NaN outside the run. */
export function frameAt(track: Track, atNs: Ns): Frames {
  const place = track.placeAt(atNs);
  if (!(place >= 0) || (atNs > track.toNs && !track.isOpen)) return Number.NaN;
  const { fromFrame, frames, atNs: sinceNs } = track.segment(place);
  const into = ((atNs - sinceNs) * rateHzOf(track.params.rate)) / NS_PER_S;
  return fromFrame + Math.min(Math.max(0, frames - 1), into);
}

function placesIn(track: Track, fromFrame: Frames, frames: Frames): number[] {
  const places: number[] = [];
  for (let place = track.placeOf(fromFrame); place < track.segments; place++) {
    if (track.segment(place).fromFrame >= fromFrame + frames) break;
    if (places.length >= LIMITS.pixelsPerRequest) break;
    places.push(place);
  }
  return places;
}
