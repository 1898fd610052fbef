/** PCM that can be read at any place: what comparisons read from. */
import { type ByteSource, type FileProblem, problem } from '../audio/file-store.ts';
import { fromWav } from '../audio/wav-layout.ts';
import { parseWav } from '../audio/wav-parse.ts';
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import { frameBytesOf, rateHzOf } from '../spec/formats.ts';
import type { Bytes, Frames } from '../units.ts';

export interface PcmReader {
  /** Format id. */
  readonly format: number;
  readonly rateHz: number;
  readonly channels: number;
  readonly frameBytes: Bytes;
  readonly frames: Frames;
  /** Whole frames in the wire format from `fromFrame` on; fewer than asked at the end and where some are missing. */
  read(fromFrame: Frames, frames: Frames): Uint8Array;
}

/** As the guest wrote it when it posted its messages, or as the device took it. */
export type PcmView = 'posted' | 'consumed';

export function trackReader(capture: Capture, track: Track, view: PcmView): PcmReader {
  const { params, frameBytes } = track;
  const read = (fromFrame: Frames, frames: Frames) =>
    view === 'posted'
      ? capture.postedPcm(track, fromFrame, frames)
      : capture.pcm(track, fromFrame, frames);
  return {
    format: params.format,
    rateHz: rateHzOf(params.rate),
    channels: params.channels,
    frameBytes,
    frames: track.frames,
    read,
  };
}

/** The samples of a WAV file in the wire format that they came from, or why they cannot be read. */
export function wavReader(file: ByteSource): PcmReader | FileProblem {
  const wav = parseWav(file);
  if (wav.kind === 'problem') return wav;
  const { wireFormat: format, rateHz, channels, frameBytes, frames, dataAt } = wav;
  if (frames === 0) return problem('a WAV file without samples');
  const read = (fromFrame: Frames, count: Frames): Uint8Array => {
    const wanted = Math.max(0, Math.min(count, frames - fromFrame));
    const bytes = file.read(dataAt + fromFrame * frameBytes, wanted * frameBytes);
    const isPlain = format === wav.format;
    return isPlain ? bytes.slice() : fromWav(bytes, format);
  };
  return { format, rateHz, channels, frameBytes, frames, read };
}

/** PCM that is in memory already. */
export function memoryReader(
  pcm: Uint8Array,
  layout: { readonly format: number; readonly rateHz: number; readonly channels: number },
): PcmReader {
  const frameBytes = frameBytesOf(layout);
  return {
    ...layout,
    frameBytes,
    frames: Math.floor(pcm.length / frameBytes),
    read: (fromFrame, frames) =>
      pcm.slice(fromFrame * frameBytes, (fromFrame + Math.max(0, frames)) * frameBytes),
  };
}
