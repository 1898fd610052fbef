/** What reached the sink of a run: what was consumed, with the silence that filled each gap, on the sink's own clock. */

import { sinkSilences } from '../analysis/sink-gaps.ts';
import { decodePcm } from '../audio/decode.ts';
import type { PeakPyramid } from '../audio/peaks.ts';
import { type PeakColumns, peaksOf, peaksOfSamples } from '../audio/peaks-query.ts';
import { BLOCK_FRAMES } from '../audio/peaks-scan.ts';
import { fillSilence } from '../audio/samples.ts';
import { SinkLayout, type SinkPiece } from '../audio/sink-layout.ts';
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import type { Peaks, PeaksQuery, Samples } from '../contract-data.ts';
import type { SinkLaid } from '../contract-proof.ts';
import { LIMITS } from '../limits.ts';
import type { Frames } from '../units.ts';

/** Why nothing is known of the sink of a run; `undefined` when it is. */
export function sinkUnknown(capture: Capture, track: Track): string | undefined {
  if (track.direction === 'input') return 'A recording comes from a source: no sink has it.';
  if (capture.facts.trace !== undefined) return 'A trace has no sound in it.';
  if (track.segments === 0) return 'Nothing was handed over yet.';
  if (track.segment(0).delayFrames >= 0) return undefined;
  return 'This source does not see the sink: another device played, or an older version recorded. With Ringside as the sound device (ringside device, ringside demo) it is recorded.';
}

export function layoutOf(track: Track): SinkLayout {
  return new SinkLayout(sinkSilences(track), track.frames);
}

/** `sinkLaid` of the contract. */
export function sinkLaid(capture: Capture, id: number): SinkLaid | null {
  const track = capture.tracks[id];
  if (track === undefined) return null;
  const cannot = sinkUnknown(capture, track);
  if (cannot !== undefined) return { ...NOTHING, cannot };
  const gaps = sinkSilences(track);
  return {
    atFrame: Float64Array.from(gaps, ({ atFrame }) => atFrame),
    silentFrames: Float64Array.from(gaps, ({ silentFrames }) => silentFrames),
    counted: Uint8Array.from(gaps, ({ isCounted }) => (isCounted ? 1 : 0)),
    leftOut: track.underruns - track.xruns.length,
  };
}

const NOTHING = {
  atFrame: new Float64Array(0),
  silentFrames: new Float64Array(0),
  counted: new Uint8Array(0),
  leftOut: 0,
};

/** Frames of the query are heard ones. */
export function sinkPeaks(capture: Capture, query: PeaksQuery): Peaks | null {
  const track = capture.tracks[query.track];
  if (track?.pyramid === undefined || sinkUnknown(capture, track) !== undefined) return null;
  const columns = Math.max(1, Math.min(Math.floor(query.columns) || 1, LIMITS.pixelsPerRequest));
  const fromFrame = Math.max(0, Number(query.fromFrame) || 0);
  const frames = Math.max(1, Number(query.frames) || 1);
  const layout = layoutOf(track);
  const range = { fromFrame, frames, columns };
  const near = frames / columns < BLOCK_FRAMES ? nearPeaks(capture, track, layout, range) : [];
  const channels = near.length > 0 ? near : farPeaks(track.pyramid, layout, range);
  return { ...range, channels, silences: silencesIn(track, layout, fromFrame, fromFrame + frames) };
}

/** Those that a view can tell apart. */
function silencesIn(track: Track, layout: SinkLayout, from: Frames, to: Frames) {
  const gaps = sinkSilences(track);
  const inside = layout.silences.filter(
    ({ fromHeard, toHeard }) => toHeard >= from && fromHeard <= to,
  );
  return {
    fromFrame: Float64Array.from(inside, ({ fromHeard }) => fromHeard),
    frames: Float64Array.from(inside, ({ fromHeard, toHeard }) => toHeard - fromHeard),
    counted: Uint8Array.from(inside, ({ toHeard }) => {
      const atFrame = layout.ownOf(toHeard);
      return gaps.find((one) => one.atFrame === atFrame)?.isCounted === true ? 1 : 0;
    }),
  };
}

interface Range {
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly columns: number;
}

/** From the samples; nothing where their PCM was not kept. */
function nearPeaks(capture: Capture, track: Track, layout: SinkLayout, range: Range) {
  const first = Math.floor(range.fromFrame);
  const wanted = Math.min(Math.ceil(range.frames), LIMITS.framesPerRequest);
  const pcm = heardPcm(capture, track, layout, first, wanted);
  const there = Math.min(wanted, Math.max(0, layout.heardFrames - first));
  if (pcm.length < there * track.frameBytes) return [];
  return decodePcm(pcm, track.params).map((values) => {
    const padded = new Float32Array(wanted).fill(Number.NaN);
    padded.set(values);
    return peaksOfSamples(padded, range.columns);
  });
}

function farPeaks(pyramid: PeakPyramid, layout: SinkLayout, range: Range): PeakColumns[] {
  const { fromFrame, frames, columns } = range;
  const pieces = layout.piecesIn(fromFrame, fromFrame + frames);
  return Array.from({ length: pyramid.channels }, (_, channel) => {
    const found = emptyColumns(columns);
    for (const piece of pieces) addPiece(found, pyramid, channel, piece, range);
    return found;
  });
}

/** Columns that lie in the piece as a whole are asked for at once; the first and the last one only as far as it reaches. */
function addPiece(
  found: PeakColumns,
  pyramid: PeakPyramid,
  channel: number,
  piece: SinkPiece,
  { fromFrame, frames, columns }: Range,
): void {
  const perColumn = frames / columns;
  const placeOf = (heard: Frames) => (heard - fromFrame) / perColumn;
  const [from, to] = [placeOf(piece.fromHeard), placeOf(piece.toHeard)];
  const add = (first: number, end: number) => {
    if (end <= first) return;
    const count = Math.max(1, Math.round(end) - Math.floor(first));
    const ownOf = (place: number) => piece.fromOwn + (place - from) * perColumn;
    const part =
      piece.fromOwn < 0
        ? silence(count)
        : peaksOf(pyramid, channel, ownOf(first), ownOf(end), count);
    merge(found, part, Math.floor(first));
  };
  const firstWhole = Math.ceil(from);
  const lastWhole = Math.floor(to);
  if (lastWhole <= firstWhole) {
    add(from, Math.min(to, firstWhole));
    add(Math.max(from, firstWhole), to);
    return;
  }
  add(from, firstWhole);
  add(firstWhole, lastWhole);
  add(lastWhole, to);
}

function merge(found: PeakColumns, part: PeakColumns, first: number): void {
  part.min.forEach((min, at) => {
    const column = first + at;
    const [max = Number.NaN, rms = Number.NaN] = [part.max[at], part.rms[at]];
    if (Number.isNaN(min) || column >= found.min.length) return;
    const isNew = Number.isNaN(found.min[column] ?? Number.NaN);
    found.min[column] = isNew ? min : Math.min(min, found.min[column] ?? min);
    found.max[column] = isNew ? max : Math.max(max, found.max[column] ?? max);
    found.rms[column] = isNew ? rms : Math.max(rms, found.rms[column] ?? rms);
  });
}

function emptyColumns(columns: number): PeakColumns {
  const nothing = () => new Float32Array(columns).fill(Number.NaN);
  return { min: nothing(), max: nothing(), rms: nothing() };
}

function silence(columns: number): PeakColumns {
  const zeros = () => new Float32Array(columns);
  return { min: zeros(), max: zeros(), rms: zeros() };
}

/** `samples` of the contract, of heard frames: silence where silence was. */
export function sinkSamples(
  capture: Capture,
  query: { track: number; fromFrame: Frames; frames: Frames },
): Samples | null {
  const track = capture.tracks[query.track];
  if (track === undefined || sinkUnknown(capture, track) !== undefined) return null;
  const fromFrame = Math.max(0, Math.floor(query.fromFrame) || 0);
  const wanted = Math.max(0, Math.min(Math.floor(query.frames) || 0, LIMITS.framesPerRequest));
  const pcm = heardPcm(capture, track, layoutOf(track), fromFrame, wanted);
  const frames = track.frameBytes === 0 ? 0 : pcm.length / track.frameBytes;
  return { fromFrame, frames, params: track.params, pcm };
}

/** As on the wire; it ends where PCM was not kept. */
function heardPcm(
  capture: Capture,
  track: Track,
  layout: SinkLayout,
  fromFrame: Frames,
  frames: Frames,
): Uint8Array {
  const { frameBytes, params } = track;
  const end = Math.min(fromFrame + frames, layout.heardFrames);
  const made = new Uint8Array(Math.max(0, end - fromFrame) * frameBytes);
  fillSilence(made, params.format);
  for (const { fromHeard, toHeard, fromOwn } of layout.piecesIn(fromFrame, end)) {
    if (fromOwn < 0) continue;
    const pcm = capture.pcm(track, fromOwn, toHeard - fromHeard);
    made.set(pcm, (fromHeard - fromFrame) * frameBytes);
    const isWhole = pcm.length === (toHeard - fromHeard) * frameBytes;
    if (!isWhole) return made.subarray(0, (fromHeard - fromFrame) * frameBytes + pcm.length);
  }
  return made;
}
