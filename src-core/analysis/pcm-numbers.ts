/** Samples of PCM as numbers, for what is found by calculating. */
import { codecOf, viewOf } from '../audio/samples.ts';

export interface PcmLayout {
  /** Format id. */
  readonly format: number;
  readonly channels: number;
}

/** One channel, -1…1, at most `most` frames of it; empty for a format that has no numbers. */
export function samplesOf(
  pcm: Uint8Array,
  { format, channels }: PcmLayout,
  channel: number,
  most = Number.POSITIVE_INFINITY,
): Float64Array {
  const codec = codecOf(format);
  if (codec === undefined) return new Float64Array(0);
  const frameBytes = codec.sampleBytes * channels;
  const count = Math.min(most, Math.floor(pcm.length / frameBytes));
  const view = viewOf(pcm);
  const samples = new Float64Array(count);
  let at = channel * codec.sampleBytes;
  for (let frame = 0; frame < count; frame++, at += frameBytes)
    samples[frame] = codec.read(view, at);
  return samples;
}
