/** Bytes as PCM by choice: format, channels, rate and byte order as the user says, whatever the stream says. Pure. */
import { decodePcm, isDecodable } from '../../../src-core/audio/decode.ts';
import {
  FORMATS,
  frameBytesOf,
  rateHzOf,
  type StreamParams,
} from '../../../src-core/spec/formats.ts';
import type { PcmChoice } from './struct-store.ts';

export const MOST_CHANNELS = 18;
export const RATE_RANGE_HZ = [1000, 384_000] as const;

/** Those that a wave can be drawn from. */
export const CHOOSABLE = FORMATS.filter(({ id }) => isDecodable(id));

/** What the stream says, else what is most usual. */
export function firstChoice(params: StreamParams | undefined): PcmChoice {
  const usual = { format: 5, channels: 2, rateHz: 48_000, isBig: false };
  if (params === undefined || !isDecodable(params.format)) return usual;
  const { format, channels, rate } = params;
  return { format, channels, rateHz: rateHzOf(rate) || usual.rateHz, isBig: false };
}

/** Within what can be decoded. */
export function believedChoice(choice: PcmChoice): PcmChoice {
  const clamp = (value: number, low: number, high: number) =>
    Math.max(low, Math.min(high, Math.floor(value) || low));
  return {
    ...choice,
    format: isDecodable(choice.format) ? choice.format : 5,
    channels: clamp(choice.channels, 1, MOST_CHANNELS),
    rateHz: clamp(choice.rateHz, ...RATE_RANGE_HZ),
  };
}

export interface ReadPcm {
  readonly channels: readonly Float32Array<ArrayBuffer>[];
  readonly frames: number;
  readonly frameBytes: number;
  /** Bytes at the end that are no whole frame. */
  readonly restBytes: number;
}

export function readAsPcm(bytes: Uint8Array, choice: PcmChoice): ReadPcm {
  const { format, channels, isBig } = choice;
  const frameBytes = frameBytesOf({ format, channels });
  const width = (FORMATS[format]?.containerBits ?? 8) / 8;
  const pcm = isBig && width > 1 ? swapped(bytes, width) : bytes;
  const decoded = decodePcm(pcm, { format, channels });
  const frames = decoded[0]?.length ?? 0;
  return { channels: decoded, frames, frameBytes, restBytes: bytes.length - frames * frameBytes };
}

/** Each sample's bytes the other way round; a part of a sample at the end is left out. */
function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const whole = bytes.length - (bytes.length % width);
  const out = new Uint8Array(whole);
  for (let at = 0; at < whole; at++) {
    out[at] = bytes[at - (at % width) + (width - 1 - (at % width))] ?? 0;
  }
  return out;
}
