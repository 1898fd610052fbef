// What the tests of sinks and sources share: parameters of a stream by words, PCM from numbers, a source that is listened to.
import type { AudioSource, OpenStream, StreamIdentity } from '../../../src-core/audio/audio-io.ts';
import type { ManualClock } from '../../../src-core/clock.ts';
import {
  formatByName,
  frameBytesOf,
  RATES_HZ,
  type StreamParams,
} from '../../../src-core/spec/formats.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';

export interface StreamWords {
  readonly format?: string;
  readonly rateHz?: (typeof RATES_HZ)[number];
  readonly channels?: number;
  readonly periodFrames?: number;
  readonly periods?: number;
  readonly streamId?: number;
  readonly run?: number;
}

/** 48 kHz stereo S16 with four periods of 10 ms, unless told otherwise. */
export function paramsOf(words: StreamWords = {}): StreamParams {
  const { rateHz = 48000, channels = 2, periodFrames = rateHz / 100, periods = 4 } = words;
  const format = formatId(words.format ?? 'S16');
  const periodBytes = periodFrames * frameBytesOf({ format, channels });
  return {
    format,
    rate: RATES_HZ.indexOf(rateHz),
    channels,
    periodBytes,
    bufferBytes: periods * periodBytes,
    features: 0,
  };
}

export function streamOf(words: StreamWords = {}): StreamIdentity {
  return { streamId: words.streamId ?? 0, run: words.run ?? 0, params: paramsOf(words) };
}

export function formatId(name: string): number {
  const format = formatByName(name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return format.id;
}

export function pcm16(...samples: number[]): Uint8Array {
  return new Uint8Array(Int16Array.from(samples).buffer);
}

/** Bytes that count up, `frames` frames of them: every frame can be told from its neighbours. */
export function countingPcm(params: StreamParams, frames: number, from = 0): Uint8Array {
  const frameBytes = frameBytesOf(params);
  return Uint8Array.from(
    { length: frames * frameBytes },
    (_, at) => (from * frameBytes + at) * 31 + ((from * frameBytes + at) >> 8),
  );
}

/** Opens a source, runs it for `ms` and gives what it pushed, call by call. */
export function listen(
  source: AudioSource,
  clock: ManualClock,
  stream: StreamIdentity,
  ms: number,
): { pushes: Uint8Array[]; opened: OpenStream } {
  const pushes: Uint8Array[] = [];
  const opened = source.open(stream, (pcm) => {
    pushes.push(pcm.slice());
    return pcm.length / frameBytesOf(stream.params);
  });
  opened.start();
  clock.advance(ms * NS_PER_MS);
  return { pushes, opened };
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
