/** What the waveform shows besides peaks: which message carried which frame, when that was, which lanes there are, and
 *  what a frame is in words. Pure. Spec: 5.14.6.8 */
import { dbfsText, isDecodable, sampleText } from '../../../src-core/audio/decode.ts';
import type { Borders, Peaks, Samples, TrackInfo } from '../../../src-core/contract-data.ts';
import { USUAL_POSITIONS } from '../../../src-core/spec/chmap.ts';
import { FORMATS, formatName, frameBytesOf } from '../../../src-core/spec/formats.ts';
import { type Frames, NS_PER_S, type Ns, nsOf } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import { formatCount, formatRate } from '../../ui/format.ts';
import { type FrameScale, framesPerPx } from './waveform-scale.ts';

/** Decoded samples of a stretch, a Float32Array a channel. */
export interface DecodedSamples {
  readonly fromFrame: Frames;
  readonly channels: readonly Float32Array[];
}

/** Place in `borders` of the piece that carried a frame; -1 when none did. Pieces are in the order of their frames. */
export function pieceAt(borders: Borders | undefined, frame: Frames): number {
  if (borders === undefined) return -1;
  let low = 0;
  let high = borders.fromFrame.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const from = borders.fromFrame[middle] ?? 0;
    if (frame < from) high = middle - 1;
    else if (frame >= from + (borders.frames[middle] ?? 0)) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** Row of the message that carried a frame; -1 when it is not known. */
export function messageOfFrame(borders: Borders | undefined, frame: Frames): number {
  return borders?.index[pieceAt(borders, frame)] ?? -1;
}

/** When a frame was handed over: exact to its message, else estimated from the begin of the track. */
export function timeOfFrame(
  track: TrackInfo,
  borders: Borders | undefined,
  frame: Frames,
): { readonly atNs: Ns; readonly isDerived: boolean } {
  const piece = pieceAt(borders, frame);
  const atNs = borders?.atNs[piece];
  if (atNs === undefined) {
    return { atNs: track.fromNs + framesNs(track, frame), isDerived: true };
  }
  const into = frame - (borders?.fromFrame[piece] ?? frame);
  return { atNs: atNs + framesNs(track, into), isDerived: false };
}

/** The frame that was handed over at a time, as far as `borders` reach. */
export function frameAtTime(
  track: TrackInfo,
  borders: Borders | undefined,
  atNs: Ns,
): Frames | undefined {
  if (borders === undefined || track.rateHz === 0) return undefined;
  const next = borders.atNs.findIndex((at) => at > atNs);
  const piece = (next === -1 ? borders.atNs.length : next) - 1;
  const from = borders.fromFrame[piece];
  const startNs = borders.atNs[piece];
  if (from === undefined || startNs === undefined) return undefined;
  const into = ((atNs - startNs) * track.rateHz) / NS_PER_S;
  return into <= (borders.frames[piece] ?? 0) + track.rateHz / 10 ? from + into : undefined;
}

function framesNs(track: TrackInfo, frames: Frames): Ns {
  return track.rateHz === 0 ? 0 : nsOf(frames, track.rateHz);
}

/** Whether messages are wide enough in view to draw their borders; otherwise nobody has to ask for them. */
export function showsBorders(track: TrackInfo, scale: FrameScale): boolean {
  const frameBytes = frameBytesOf(track.params);
  const periodFrames = frameBytes === 0 ? 0 : track.params.periodBytes / frameBytes;
  return periodFrames / framesPerPx(scale) >= 4;
}

/** One message's stretch on the ribbon; pieces of one message are joined. */
export interface RibbonPart {
  readonly fromFrame: Frames;
  readonly toFrame: Frames;
  readonly index: number;
}

export function ribbonParts(borders: Borders): RibbonPart[] {
  const parts: RibbonPart[] = [];
  borders.fromFrame.forEach((fromFrame, piece) => {
    const index = borders.index[piece] ?? -1;
    const toFrame = fromFrame + (borders.frames[piece] ?? 0);
    const last = parts.at(-1);
    if (last?.index === index && last.toFrame === fromFrame) {
      parts[parts.length - 1] = { ...last, toFrame };
    } else parts.push({ fromFrame, toFrame, index });
  });
  return parts;
}

export interface Lane {
  readonly channel: number;
  readonly title: string;
  readonly topPx: number;
  readonly heightPx: number;
}

export const RULER_PX = 20;
export const RIBBON_PX = 18;
export const GUTTER_PX = 52;
const LANE_GAP_PX = 3;
const MIN_LANE_PX = 34;

/** Lanes of all channels under ruler and ribbon; where they do not fit they keep their least height and scroll. */
export function lanesOf(channels: number, heightPx: number): readonly Lane[] {
  const room = heightPx - RULER_PX - RIBBON_PX - 2;
  const heightEach = Math.max(MIN_LANE_PX, Math.floor(room / Math.max(1, channels)) - LANE_GAP_PX);
  return Array.from({ length: channels }, (_, channel) => ({
    channel,
    title: channelName(channel, channels),
    topPx: RULER_PX + RIBBON_PX + 2 + channel * (heightEach + LANE_GAP_PX),
    heightPx: heightEach,
  }));
}

/** How far the lanes can be scrolled. */
export function lanesOverflow(lanes: readonly Lane[], heightPx: number): number {
  const last = lanes.at(-1);
  return last === undefined ? 0 : Math.max(0, last.topPx + last.heightPx + 2 - heightPx);
}

/** `FL`, or the channel's number where no usual order is known. */
export function channelName(channel: number, channels: number): string {
  return USUAL_POSITIONS[channels]?.[channel] ?? `ch ${channel}`;
}

/** Vertical zoom in steps of two; 1 shows full scale. */
export const MAX_GAIN = 4096;

export function stepGain(gain: number, by: 1 | -1): number {
  return Math.min(MAX_GAIN, Math.max(1, by > 0 ? gain * 2 : gain / 2));
}

/** The largest gain at which nothing in view is cut off. */
export function gainToFit(peaks: Peaks | null | undefined, scale: FrameScale): number {
  if (peaks === null || peaks === undefined) return 1;
  const perColumn = peaks.frames / peaks.columns;
  const from = Math.max(0, Math.floor((scale.fromFrame - peaks.fromFrame) / perColumn));
  const to = Math.min(peaks.columns, Math.ceil((scale.toFrame - peaks.fromFrame) / perColumn));
  let highest = 0;
  for (const { min, max } of peaks.channels) {
    for (let column = from; column < to; column++) {
      const level = Math.max(max[column] ?? 0, -(min[column] ?? 0));
      if (level > highest) highest = level;
    }
  }
  return highest === 0 ? 1 : Math.min(MAX_GAIN, Math.max(1, 2 ** Math.floor(-Math.log2(highest))));
}

/** Level of the lane's upper edge. */
export function gainText(gain: number): string {
  return dbfsText(1 / gain);
}

/** `Stream 0 · run 2 · S16 2 ch 48 kHz · 12.3 s` */
export function trackTitle(track: TrackInfo): string {
  const { streamId, direction, run, params, rateHz, frames, open } = track;
  const length =
    rateHz > 0 ? formatDuration(nsOf(frames, rateHz)) : `${formatCount(frames)} frames`;
  const kind = direction === 'output' ? 'playback' : 'capture';
  const format = `${formatName(params.format)} ${params.channels} ch ${formatRate(rateHz)}`;
  return [
    `Stream ${streamId} ${kind}`,
    `run ${run + 1}`,
    format,
    length,
    ...(open ? ['live'] : []),
  ].join(' · ');
}

/** Why no wave can be drawn from a format; undefined when one can. */
export function noWaveReason(formatId: number): string | undefined {
  if (isDecodable(formatId)) return undefined;
  const format = FORMATS[formatId];
  if (format === undefined) {
    return `Format ${formatId} is not in the standard, so what its bytes mean is not known.`;
  }
  const why = format.name.startsWith('DSD')
    ? 'one-bit samples at a high rate, not amplitudes'
    : format.name === 'IEC958_SUBFRAME'
      ? 'subframes of a digital link with parity and channel status around each sample'
      : 'compressed: a sample depends on those before it';
  return `${format.name} holds ${why}. Its bytes are recorded and shown in the inspector.`;
}

export interface ReadOut {
  readonly frame: Frames;
  readonly timeInTrack: string;
  readonly values: readonly { readonly channel: string; readonly text: string }[];
}

/** A frame in words: each channel's sample as integer, hex and level. `samples` may hold any stretch. */
export function readOut(
  track: TrackInfo,
  frame: Frames,
  samples: Samples | null | undefined,
): ReadOut {
  const { channels } = track.params;
  const at = samples === null || samples === undefined ? -1 : frame - samples.fromFrame;
  const values = Array.from({ length: channels }, (_, channel) => {
    const said =
      samples === null || samples === undefined
        ? undefined
        : sampleText(samples.pcm, samples.params, at, channel);
    const text =
      said === undefined ? '–' : [said.value, said.hex, said.dbfs].filter(Boolean).join('  ');
    return { channel: channelName(channel, channels), text };
  });
  return { frame, timeInTrack: trackTime(track, frame), values };
}

/** `1:02.345 678`: minutes, seconds and microseconds from the begin of the track. */
export function trackTime(track: TrackInfo, frame: Frames): string {
  if (track.rateHz === 0) return '–';
  const micros = Math.round((frame * 1e6) / track.rateHz);
  const minutes = Math.floor(micros / 60e6);
  const seconds = String(Math.floor(micros / 1e6) % 60).padStart(2, '0');
  const rest = String(micros % 1e6).padStart(6, '0');
  return `${minutes}:${seconds}.${rest.slice(0, 3)}\u2009${rest.slice(3)}`;
}

/** The track to show: the chosen one while it is there, else the newest that holds PCM (of the stream looked at, if any). */
export function trackToShow(
  tracks: readonly TrackInfo[] | undefined,
  chosen: number | undefined,
): TrackInfo | undefined {
  const found = tracks?.find(({ track }) => track === chosen);
  if (found !== undefined) return found;
  return tracks?.findLast(({ frames }) => frames > 0) ?? tracks?.at(-1);
}
