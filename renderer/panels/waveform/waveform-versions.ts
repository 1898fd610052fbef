/** Versions of a run in lanes one under the other: what is shown itself, and a reference with what differs from it. Pure. */
import type { Peaks, TrackInfo } from '../../../src-core/contract-data.ts';
import type { OtherVersion, ReferenceState } from '../../../src-core/contract-proof.ts';
import type { Frames } from '../../../src-core/units.ts';
import type { ShownVersion } from '../../audio/shown-run.ts';
import type { DecodedSamples } from './waveform-model.ts';
import { channelName, type Lane, lanesOf } from './waveform-model.ts';

export interface VersionChoice {
  readonly id: ShownVersion;
  readonly name: string;
  readonly tip: string;
}

/** What the lanes of the run itself show. */
export const VERSIONS: readonly VersionChoice[] = [
  {
    id: 'consumed',
    name: 'consumed',
    tip: 'What the device took when it was due, and handed to the sink',
  },
  { id: 'posted', name: 'posted', tip: 'What the guest’s buffers held when it posted them' },
  {
    id: 'sink',
    name: 'at sink',
    tip: 'What was heard, on the sink’s own clock: silence stands where it filled a gap. Before the monitor’s volume',
  },
  { id: 'late', name: 'difference', tip: 'Consumed less posted: what was written late' },
];

/** Why a version of a run cannot be shown; undefined when it can. */
export function whyNot(
  { id }: VersionChoice,
  track: TrackInfo,
  lateWrites: number | undefined,
): string | undefined {
  if (id === 'consumed') return undefined;
  if (id === 'sink') return track.sinkUnknown;
  if (track.direction === 'input')
    return 'A recording is what the device wrote: the guest posts empty buffers.';
  return lateWrites === undefined
    ? 'What was posted is not known here: the session was recorded without looking for late writes.'
    : undefined;
}

const EXTRA_TITLES: Partial<Record<OtherVersion, string>> = { reference: 'ref', against: 'Δ' };

/** Lanes of all channels in the shown version, then of each extra one. */
export function versionLanes(
  channels: number,
  extra: readonly OtherVersion[],
  heightPx: number,
): readonly Lane[] {
  const lanes = lanesOf(channels * (1 + extra.length), heightPx);
  return lanes.map((lane, place) => {
    const version = extra[Math.floor(place / Math.max(1, channels)) - 1];
    const name = channelName(place % Math.max(1, channels), channels);
    return {
      ...lane,
      title: version === undefined ? name : `${name} ${EXTRA_TITLES[version] ?? ''}`,
    };
  });
}

/** The channels of all versions one behind the other; of an answer to another question nothing. */
export function joinPeaks(
  first: Peaks | null | undefined,
  others: readonly (Peaks | null | undefined)[],
  channels: number,
): Peaks | null | undefined {
  if (first === null || first === undefined || others.length === 0) return first;
  const joined = [first, ...others].flatMap((peaks) => {
    const isSame =
      peaks?.fromFrame === first.fromFrame &&
      peaks.frames === first.frames &&
      peaks.columns === first.columns;
    return isSame
      ? [...peaks.channels]
      : new Array<Peaks['channels'][number]>(channels).fill(NOTHING);
  });
  return { ...first, channels: joined };
}

const NO_VALUES = new Float32Array(0);
const NOTHING = { min: NO_VALUES, max: NO_VALUES, rms: NO_VALUES };

export function joinSamples(
  first: DecodedSamples | undefined,
  others: readonly (DecodedSamples | undefined)[],
  channels: number,
): DecodedSamples | undefined {
  if (first === undefined || others.length === 0) return first;
  const nothing = () => new Array<Float32Array>(channels).fill(NO_VALUES);
  const joined = others.flatMap((other) =>
    other?.fromFrame === first.fromFrame ? [...other.channels] : nothing(),
  );
  return { fromFrame: first.fromFrame, channels: [...first.channels, ...joined] };
}

/** Amplitudes in decibels, -60 dB and less at the middle line. */
export const DB_RANGE = 60;

export function toDb(value: number): number {
  const level = 1 + (20 * Math.log10(Math.abs(value))) / DB_RANGE;
  return Number.isNaN(value) ? value : Math.sign(value) * Math.max(0, level);
}

export function peaksInDb(peaks: Peaks | null | undefined): Peaks | null | undefined {
  if (peaks === null || peaks === undefined) return peaks;
  const channels = peaks.channels.map(({ min, max, rms }) => ({
    min: Float32Array.from(min, toDb),
    max: Float32Array.from(max, toDb),
    rms: Float32Array.from(rms, toDb),
  }));
  return { ...peaks, channels };
}

export function samplesInDb(samples: DecodedSamples | undefined): DecodedSamples | undefined {
  if (samples === undefined) return undefined;
  return {
    ...samples,
    channels: samples.channels.map((values) => Float32Array.from(values, toDb)),
  };
}

/** What the bar over the lanes says of a reference. */
export function referenceText({ name, verdict }: ReferenceState): {
  readonly text: string;
  readonly tone: 'good' | 'bad';
  readonly frame: Frames | undefined;
} {
  const isGood = verdict.verdict === 'identical';
  const place = verdict.difference?.heardFrame;
  const kind = verdict.difference === undefined ? '' : `${CLASS_WORDS[verdict.difference.class]}: `;
  return {
    text: `${name} — ${kind}${verdict.sentence}`,
    tone: isGood ? 'good' : 'bad',
    frame: place,
  };
}

const CLASS_WORDS = {
  'inserted-silence': 'inserted silence',
  'repeated-block': 'repeated block',
  'dropped-block': 'dropped block',
  'cut-short': 'cut short',
  'channel-swap': 'channels exchanged',
  'sign-misread': 'sign misread',
  'endianness-misread': 'byte order misread',
  'width-misread': 'width misread',
  gain: 'another gain',
  rate: 'another rate',
  'late-write': 'late write',
  other: 'other',
} as const;
