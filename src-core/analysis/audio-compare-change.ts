/** In which way samples were changed, from what they should be and what they are: channels exchanged, bits or bytes read in
 *  another way, louder or quieter, or at another rate. All but the last two are exact. */
import { FORMATS, type SampleFormat } from '../spec/formats.ts';
import type { Bytes, Frames } from '../units.ts';
import { findGain } from './audio-compare-gain.ts';
import { findRate } from './audio-compare-rate.ts';
import type { Classified } from './audio-verdict.ts';
import type { PcmReader } from './pcm-reader.ts';
import { clearPadding, firstDifference } from './pcm-scan.ts';

interface Place {
  readonly reference: PcmReader;
  readonly heard: PcmReader;
  readonly frame: Frames;
  readonly offset: Frames;
}

/** What is needed of the windows from the difference on. */
export interface Changed {
  readonly place: Place;
  readonly wantedPcm: Uint8Array;
  readonly gotPcm: Uint8Array;
}

const WINDOW_FRAMES = 4096;
/** How late the first sound of a reference may begin for its bytes to be counted from its beginning. */
const FURTHEST_BEGINNING = 1 << 16;

/** The change of the first `frames` frames (without a bound: of everything); `undefined` when it is none of those. */
export function changeOf(changed: Changed, frames: Frames): Classified | undefined {
  const { reference } = changed.place;
  const { frameBytes, channels } = reference;
  const both = Math.min(changed.wantedPcm.length, changed.gotPcm.length) / frameBytes;
  const bytes = Math.min(WINDOW_FRAMES, frames, Math.floor(both)) * frameBytes;
  const wanted = changed.wantedPcm.subarray(0, bytes);
  const got = changed.gotPcm.subarray(0, bytes);
  const format = FORMATS[reference.format];
  if (format === undefined) return undefined;
  const isWhole = frames === Number.POSITIVE_INFINITY;
  const layout = { format, channels };
  const found =
    swapped(wanted, got, layout) ??
    misread(wanted, got, format) ??
    (isWhole ? slipped(changed, bytes, layout) : undefined) ??
    (isWhole ? regrouped(changed.place, format) : undefined) ??
    findGain(wanted, got, reference) ??
    (isWhole ? findRate(changed.wantedPcm, changed.gotPcm, reference) : undefined);
  return found === undefined || isWhole ? found : { ...found, frames };
}

interface Layout {
  readonly format: SampleFormat;
  readonly channels: number;
}

/** Each channel of what was heard is one of the reference, and not all are their own. */
function swapped(wanted: Uint8Array, got: Uint8Array, layout: Layout): Classified | undefined {
  const { channels } = layout;
  const sampleBytes = layout.format.containerBits / 8;
  if (channels < 2 || sampleBytes < 1) return undefined;
  const origins: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    const own = isChannel(wanted, channel, got, channel, channels, sampleBytes);
    const candidates = Array.from({ length: channels }, (_, other) => other);
    const origin = own
      ? channel
      : candidates.find((other) => isChannel(wanted, other, got, channel, channels, sampleBytes));
    if (origin === undefined) return undefined;
    origins.push(origin);
  }
  const told = origins.flatMap((origin, channel) =>
    origin === channel ? [] : [`channel ${channel} has what belongs to channel ${origin}`],
  );
  return told.length === 0
    ? undefined
    : { class: 'channel-swap', detail: `channels are exchanged: ${told.join(', ')}` };
}

function isChannel(
  wanted: Uint8Array,
  wantedChannel: number,
  got: Uint8Array,
  gotChannel: number,
  channels: number,
  sampleBytes: Bytes,
): boolean {
  const frameBytes = channels * sampleBytes;
  for (let frame = 0; frame < got.length; frame += frameBytes) {
    const from = frame + wantedChannel * sampleBytes;
    const to = frame + gotChannel * sampleBytes;
    for (let byte = 0; byte < sampleBytes; byte++) {
      if (wanted[from + byte] !== got[to + byte]) return false;
    }
  }
  return true;
}

/** Sign, byte order, and place of the significant bits within their container. */
function misread(
  wanted: Uint8Array,
  got: Uint8Array,
  format: SampleFormat,
): Classified | undefined {
  const bytes = format.containerBits / 8;
  if (bytes < 1) return undefined;
  const is = (change: (sample: Uint8Array) => void) => firstDifference(mapped(change), got) < 0;
  const mapped = (change: (sample: Uint8Array) => void): Uint8Array => {
    const copy = wanted.slice();
    for (let at = 0; at < copy.length; at += bytes) change(copy.subarray(at, at + bytes));
    return clearPadding(copy, format.id);
  };
  if (bytes > 1 && is((sample) => sample.reverse())) {
    return { class: 'endianness-misread', detail: 'the bytes of each sample are in reverse order' };
  }
  if (format.kind !== 'signed' && format.kind !== 'unsigned') return undefined;
  if (is((sample) => flipSign(sample, format))) {
    const other = format.kind === 'signed' ? 'unsigned' : 'signed';
    return {
      class: 'sign-misread',
      detail: `samples were taken as ${other}: their sign bit is inverted`,
    };
  }
  for (let shift = 1; shift < bytes; shift++) {
    if (is((sample) => sample.copyWithin(shift, 0).fill(0, 0, shift))) return shifted(shift, 'up');
    if (is((sample) => shiftDown(sample, shift, format))) return shifted(shift, 'down');
  }
  return undefined;
}

function shifted(bytes: Bytes, way: 'up' | 'down'): Classified {
  return { class: 'width-misread', detail: `samples are shifted ${way} by ${8 * bytes} bits` };
}

function flipSign(sample: Uint8Array, format: SampleFormat): void {
  const top = format.significantBits - 1;
  sample[top >> 3] = (sample[top >> 3] ?? 0) ^ (1 << (top & 7));
}

function shiftDown(sample: Uint8Array, bytes: Bytes, format: SampleFormat): void {
  const isNegative = format.kind === 'signed' && ((sample.at(-1) ?? 0) & 0x80) !== 0;
  sample.copyWithin(0, bytes).fill(isNegative ? 0xff : 0, sample.length - bytes);
}

/** Bytes were lost or came twice somewhere: everything behind is out of step. */
function slipped(changed: Changed, bytes: Bytes, layout: Layout): Classified | undefined {
  const sampleBytes = layout.format.containerBits / 8;
  const frameBytes = sampleBytes * layout.channels;
  const { wantedPcm, gotPcm } = changed;
  for (let slip = 1; slip < frameBytes; slip++) {
    const isLost = sameBytes(wantedPcm, slip, gotPcm, 0, bytes - frameBytes);
    const isMore = sameBytes(wantedPcm, 0, gotPcm, slip, bytes - frameBytes);
    if (!isLost && !isMore) continue;
    const what = `${slip} bytes ${isLost ? 'are missing' : 'came in between'}, and everything behind is out of step`;
    return slip % sampleBytes === 0
      ? { class: 'channel-swap', detail: `channels are exchanged: ${what}` }
      : { class: 'other', detail: what };
  }
  return undefined;
}

function sameBytes(
  one: Uint8Array,
  oneAt: number,
  other: Uint8Array,
  otherAt: number,
  bytes: Bytes,
): boolean {
  if (bytes < 16) return false;
  const left = one.subarray(oneAt, oneAt + bytes);
  const right = other.subarray(otherAt, otherAt + bytes);
  return left.length === right.length && firstDifference(left, right) < 0;
}

/** The bytes of the reference, cut into samples of another width and widened or narrowed to its own. Found where the
 *  reference's sound begins with the difference, since elsewhere nobody knows where such samples begin. */
function regrouped({ reference, heard, frame, offset }: Place, format: SampleFormat) {
  const bytes = format.containerBits / 8;
  const isInteger = format.kind === 'signed' || format.kind === 'unsigned';
  if (!isInteger || format.significantBits !== format.containerBits) return undefined;
  if (frame > FURTHEST_BEGINNING) return undefined;
  const wanted = reference.read(0, frame + WINDOW_FRAMES);
  const got = heard.read(offset, frame + WINDOW_FRAMES);
  const isSigned = format.kind === 'signed';
  for (const width of [1, 2, 3, 4]) {
    const samples = Math.min(Math.floor(wanted.length / width), Math.floor(got.length / bytes));
    if (width === bytes || samples < 16) continue;
    const isIt = [true, false].some((isHigh) => {
      const made = regroup(wanted, samples, { width, bytes, isHigh, isSigned });
      return firstDifference(made, got.subarray(0, made.length)) < 0;
    });
    const detail = `samples of ${8 * bytes} bits were taken as samples of ${8 * width} bits`;
    if (isIt) return { class: 'width-misread', detail } as const;
  }
  return undefined;
}

interface Regrouping {
  /** Bytes that a sample was taken to have, and that it has. */
  readonly width: Bytes;
  readonly bytes: Bytes;
  /** The narrower sample lies at the high end of the wider one; else at the low end, sign-extended. */
  readonly isHigh: boolean;
  readonly isSigned: boolean;
}

function regroup(from: Uint8Array, samples: number, how: Regrouping): Uint8Array {
  const { width, bytes, isHigh, isSigned } = how;
  const made = new Uint8Array(samples * bytes);
  const common = Math.min(width, bytes);
  for (let sample = 0; sample < samples; sample++) {
    const source = sample * width + (isHigh ? width - common : 0);
    const target = sample * bytes;
    made.set(from.subarray(source, source + common), target + (isHigh ? bytes - common : 0));
    const isNegative = isSigned && ((from[source + common - 1] ?? 0) & 0x80) !== 0;
    if (!isHigh && isNegative) made.fill(0xff, target + common, target + bytes);
  }
  return made;
}
