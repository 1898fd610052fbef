/** What the streams panel shows of a stream: its lifecycle with counts, where its buffer is, its parameters and what it
 *  offers. Spec: 5.14.6.6.1, 5.14.6.6.2, 5.14.6.6.3 */
import type { StreamStatus } from '../../../src-core/contract-data.ts';
import {
  FORMATS,
  formatName,
  frameBytesOf,
  rateHzOf,
  type StreamParams,
} from '../../../src-core/spec/formats.ts';
import {
  LIFECYCLE,
  PCM_FEATURE_NAMES,
  type PcmCommand,
  STREAM_STATES,
  type StreamState,
} from '../../../src-core/spec/sound.ts';
import { type Frames, type Ns, nsOf } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import type { StateName } from '../../palette.ts';
import { formatBytes, formatCount, formatFrames, formatRate } from '../../ui/format.ts';

/** Glyph, colour and word of a stream's state; `init` has no name in the standard. */
export const STREAM_STATE_MARKS: Readonly<
  Record<StreamState, { glyph: string; colour: StateName; word: string; means: string }>
> = {
  init: { glyph: '○', colour: 'done', word: 'INIT', means: 'No command yet.' },
  params: { glyph: '▷', colour: 'posted', word: 'PARAMS', means: 'Parameters are set.' },
  prepared: { glyph: '▷', colour: 'posted', word: 'PREPARED', means: 'Ready to start.' },
  running: { glyph: '▶', colour: 'service', word: 'RUNNING', means: 'PCM moves.' },
  stopped: { glyph: '◇', colour: 'held', word: 'STOPPED', means: 'Stopped; buffers stay.' },
  released: { glyph: '■', colour: 'done', word: 'RELEASED', means: 'Every message was returned.' },
};

export interface LifecycleEdge {
  readonly from: StreamState;
  readonly to: StreamState;
  readonly command: PcmCommand;
  /** Times that it was taken. */
  readonly count: number;
}

export interface RefusedAttempt {
  readonly command: string;
  readonly count: number;
}

export interface Lifecycle {
  readonly current: StreamState;
  readonly edges: readonly LifecycleEdge[];
  readonly refused: ReadonlyMap<StreamState, readonly RefusedAttempt[]>;
  /** Returns to INIT: resets and lost guests. */
  readonly resets: number;
  /** Transitions that were taken though the standard has none, as `running>params ×2`. */
  readonly unexpected: readonly string[];
  readonly hasHistory: boolean;
  /** Without history the state is what the user assumes, or not known. */
  readonly isAssumed: boolean;
}

/** The standard's lifecycle with what this stream did on it. */
export function lifecycleOf(stream: StreamStatus): Lifecycle {
  const { transitions, refused } = stream;
  const edges = STREAM_STATES.flatMap((from) =>
    (Object.entries(LIFECYCLE[from]) as [PcmCommand, StreamState][]).map(([command, to]) => ({
      from,
      to,
      command,
      count: transitions[`${from}>${to}`] ?? 0,
    })),
  );
  const known = new Set(edges.map(({ from, to }) => `${from}>${to}`));
  const others = Object.entries(transitions).filter(([name]) => !known.has(name));
  const resets = others.filter(([name]) => name.endsWith('>init'));
  return {
    current: stream.state,
    edges,
    refused: refusedByState(refused),
    resets: resets.reduce((sum, [, count]) => sum + count, 0),
    unexpected: others
      .filter(([name]) => !name.endsWith('>init'))
      .map(([name, count]) => `${name.replace('>', ' → ')} ×${formatCount(count)}`),
    isAssumed: stream.isAssumed === true,
    hasHistory: Object.keys(transitions).length > 0 || Object.keys(refused).length > 0,
  };
}

function refusedByState(
  refused: Readonly<Record<string, number>>,
): Map<StreamState, RefusedAttempt[]> {
  const byState = new Map<StreamState, RefusedAttempt[]>();
  for (const [name, count] of Object.entries(refused)) {
    const [state, command = ''] = name.split('>');
    if (!isStreamState(state)) continue;
    byState.set(state, [...(byState.get(state) ?? []), { command, count }]);
  }
  return byState;
}

function isStreamState(text: string | undefined): text is StreamState {
  return (STREAM_STATES as readonly (string | undefined)[]).includes(text);
}

export type Owner = 'guest' | 'device' | 'sink';

export interface FillPart {
  readonly owner: Owner;
  readonly label: string;
  readonly means: string;
  readonly frames: Frames;
  /** Of the bar, 0..1. */
  readonly share: number;
  /** `480 frames · 10.0 ms`; frames alone when the rate is not known. */
  readonly text: string;
}

export interface Fill {
  readonly parts: readonly FillPart[];
  readonly bufferFrames: Frames;
  readonly periodFrames: Frames;
  /** Frames that the whole bar stands for. */
  readonly scaleFrames: Frames;
  /** Where periods end on the bar, 0..1; empty when they are too many to tell apart. */
  readonly periodTicks: readonly number[];
  /** How long what the device and the sink hold lasts. NaN without a rate. */
  readonly aheadNs: Ns;
}

const MOST_TICKS = 64;

const OWNERS = {
  output: {
    guest: ['guest', 'Room in the buffer that the guest has not posted.'],
    device: ['device', 'Posted to the device and not yet handed over to the sink.'],
    sink: ['sink', 'Handed over to the sound server and not yet heard.'],
  },
  input: {
    guest: ['guest', 'Part of the buffer that the guest has not posted: it is reading it.'],
    device: ['device', 'Posted to the device and not yet filled.'],
    sink: ['source', 'Captured by the sound server and not yet handed over.'],
  },
} as const;

/** Who has how much of the buffer. */
export function fillOf(stream: StreamStatus): Fill {
  const { params, guestFrames, deviceFrames, sinkFrames } = stream;
  const frameBytes = params === undefined ? 0 : frameBytesOf(params);
  const rateHz = params === undefined ? 0 : rateHzOf(params.rate);
  const bufferFrames = inFrames(params?.bufferBytes ?? 0, frameBytes);
  const periodFrames = inFrames(params?.periodBytes ?? 0, frameBytes);
  const held = guestFrames + deviceFrames + sinkFrames;
  const scaleFrames = Math.max(1, bufferFrames, held);
  const words = OWNERS[stream.direction];
  const part = (owner: Owner, frames: Frames): FillPart => ({
    owner,
    label: words[owner][0],
    means: words[owner][1],
    frames,
    share: frames / scaleFrames,
    text: formatFrames(frames, frames === 0 ? 0 : rateHz),
  });
  return {
    parts: [part('guest', guestFrames), part('device', deviceFrames), part('sink', sinkFrames)],
    bufferFrames,
    periodFrames,
    scaleFrames,
    periodTicks: ticksOf(periodFrames, scaleFrames),
    aheadNs: rateHz === 0 ? Number.NaN : nsOf(deviceFrames + sinkFrames, rateHz),
  };
}

function inFrames(bytes: number, frameBytes: number): Frames {
  return frameBytes === 0 ? 0 : bytes / frameBytes;
}

function ticksOf(periodFrames: Frames, scaleFrames: Frames): number[] {
  const ticks = periodFrames > 0 ? Math.floor(scaleFrames / periodFrames) : 0;
  if (ticks > MOST_TICKS) return [];
  return Array.from({ length: ticks }, (_, nth) => ((nth + 1) * periodFrames) / scaleFrames);
}

export interface ParamRow {
  readonly label: string;
  readonly value: string;
  /** What is odd about it, with the section. */
  readonly problem?: string;
}

/** Parameters of SET_PARAMS in words. Spec: 5.14.6.6.3 */
export function paramRows(params: StreamParams): readonly ParamRow[] {
  const rateHz = rateHzOf(params.rate);
  const size = (bytes: number) => sizeText(bytes, frameBytesOf(params), rateHz);
  return [
    { label: 'format', value: formatWords(params.format) },
    { label: 'rate', value: rateHz === 0 ? `rate ${params.rate}` : `${formatCount(rateHz)} Hz` },
    { label: 'channels', value: String(params.channels) },
    { label: 'buffer', value: size(params.bufferBytes) },
    { label: 'period', value: size(params.periodBytes), ...periodProblem(params) },
    { label: 'features', value: featureWords(params.features) },
  ];
}

/** `S24 (24 bits in 32)` */
export function formatWords(id: number): string {
  const format = FORMATS[id];
  if (format === undefined) return formatName(id);
  const { name, significantBits, containerBits } = format;
  const bits =
    significantBits === containerBits
      ? `${containerBits} bits`
      : `${significantBits} bits in ${containerBits}`;
  return `${name} (${bits})`;
}

function sizeText(bytes: number, frameBytes: number, rateHz: number): string {
  if (frameBytes === 0) return `${formatCount(bytes)} B`;
  const frames = bytes / frameBytes;
  const count = Number.isInteger(frames) ? formatCount(frames) : frames.toFixed(2);
  const time = rateHz > 0 ? ` · ${formatDuration(nsOf(frames, rateHz))}` : '';
  return `${formatCount(bytes)} B · ${count} frames${time}`;
}

function periodProblem({ bufferBytes, periodBytes }: StreamParams): { problem?: string } {
  if (periodBytes !== 0 && bufferBytes % periodBytes === 0) return {};
  return {
    problem: `${formatCount(periodBytes)} B does not divide ${formatCount(bufferBytes)} B (5.14.6.6.3.2)`,
  };
}

function featureWords(features: number): string {
  const names = PCM_FEATURE_NAMES.filter((_, bit) => ((features >>> bit) & 1) === 1);
  return names.length === 0 ? 'none' : names.join(', ');
}

/** What PCM_INFO answered: formats, rates, channels. Spec: 5.14.6.6.2 */
export function offerRows(stream: StreamStatus): readonly ParamRow[] {
  const { channelsMin, channelsMax } = stream;
  return [
    { label: 'formats', value: stream.formats.map(formatName).join(' ') },
    { label: 'rates', value: ratesText(stream.rates) },
    {
      label: 'channels',
      value: channelsMin === channelsMax ? `${channelsMin}` : `${channelsMin} to ${channelsMax}`,
    },
  ];
}

function ratesText(rates: readonly number[]): string {
  const hz = rates.map(rateHzOf).filter((rate) => rate > 0);
  return `${hz
    .sort((one, other) => one - other)
    .map((rate) => rate / 1000)
    .join(' ')} kHz`;
}

/** `S16 · 2 ch · 48 kHz`; nothing when there are no parameters yet. */
export function shortParams(params: StreamParams | undefined): string {
  if (params === undefined) return '';
  return `${formatName(params.format)} · ${params.channels} ch · ${formatRate(rateHzOf(params.rate))}`;
}

/** Why nothing is in the bar, and what would change that; undefined when something is. */
export function emptyReason(stream: StreamStatus): string | undefined {
  if (stream.params === undefined) {
    return 'No SET_PARAMS yet: its size is not known.';
  }
  const { guestFrames, deviceFrames, sinkFrames, movedFrames } = stream;
  if (stream.state === 'released') return 'Released: every message was returned.';
  if (deviceFrames + sinkFrames + movedFrames > 0 || guestFrames > 0) return undefined;
  return stream.state === 'prepared' ? 'Stream prepared, no frames yet.' : 'No frames yet.';
}

/** `1.20 MB handed over since PREPARE` and its like. */
export function movedText(stream: StreamStatus): string {
  const { params, movedFrames, direction } = stream;
  const what = direction === 'output' ? 'handed over' : 'recorded';
  if (params === undefined) return '';
  const bytes = formatBytes(movedFrames * frameBytesOf(params));
  return `${formatFrames(movedFrames, rateHzOf(params.rate))} · ${bytes} ${what} since PREPARE`;
}
