/** A track and its answers for tests of the waveform. */
import type { Borders, Peaks, TrackInfo } from '../../../../src-core/contract-data.ts';
import { formatByName, RATES_HZ } from '../../../../src-core/spec/formats.ts';

export function formatId(name: string): number {
  return formatByName(name)?.id ?? -1;
}

/** 48 kHz stereo S16 with periods of 480 frames, ten seconds long. */
export function trackOf(part: Partial<TrackInfo> = {}, format = 'S16', channels = 2): TrackInfo {
  return {
    track: 0,
    streamId: 0,
    direction: 'output',
    run: 0,
    params: {
      format: formatId(format),
      rate: RATES_HZ.indexOf(48000),
      channels,
      bufferBytes: 1920 * 4,
      periodBytes: 1920,
      features: 0,
    },
    rateHz: 48000,
    frames: 480_000,
    fromNs: 1e9,
    toNs: 11e9,
    underruns: 0,
    open: false,
    ...part,
  };
}

/** `[fromFrame, frames, message, atNs]` each. */
export function bordersOf(...pieces: readonly (readonly number[])[]): Borders {
  const column = (at: number) => Float64Array.from(pieces, (piece) => piece[at] ?? 0);
  return {
    fromFrame: column(0),
    frames: column(1),
    index: column(2),
    atNs: column(3),
    partial: false,
  };
}

/** The same min, max and RMS in every channel. */
export function peaksOf(
  columns: readonly (readonly [min: number, max: number, rms: number])[],
  { fromFrame = 0, perColumn = 1, channels = 1 } = {},
): Peaks {
  const column = (at: number) => Float32Array.from(columns, (values) => values[at] ?? Number.NaN);
  const channel = { min: column(0), max: column(1), rms: column(2) };
  return {
    fromFrame,
    frames: columns.length * perColumn,
    columns: columns.length,
    channels: new Array(channels).fill(channel),
  };
}
