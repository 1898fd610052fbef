/** Values of the command line's options: each parser gives the value or throws the sentence that the user reads. The host
 *  checks again what it gets; this finds the slips before anything is opened. */
import { InvalidArgumentError } from 'commander';
import { LIMITS } from '../../src-core/limits.ts';

/** `native`, `native:DEVICE`, `wav:FOLDER` or `null`. */
export function parseSink(text: string): string {
  if (/^(native(:.+)?|wav:.+|null)$/s.test(text)) return text;
  const hint =
    text === 'wav' ? 'wav needs a folder, as in wav:out' : 'take native, wav:DIR or null';
  throw new InvalidArgumentError(`${hint}.`);
}

/** `silence`, `tone:HZ`, `wav:FILE`, `loopback` or `loopback:STREAM`; `native` where the host has an input. */
export function parseSource(text: string): string {
  if (/^(silence|loopback(:\d+)?|native(:.+)?|wav:.+)$/s.test(text)) return text;
  const hz = /^tone:(\d+(?:\.\d+)?)$/.exec(text)?.[1];
  if (hz !== undefined && Number(hz) > 0) return text;
  const hint = text.startsWith('tone')
    ? 'tone needs a frequency in Hz, as in tone:440'
    : 'take silence, tone:HZ, wav:FILE or loopback';
  throw new InvalidArgumentError(`${hint}.`);
}

/** Whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`take a whole number from ${least} to ${most}.`);
  };
}

/** Seconds, with a fraction if one likes. */
export function parseSeconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new InvalidArgumentError('take a number of seconds, as in 5 or 0.5.');
}

/** Bytes: a number with K, M, G or T behind it (powers of 1024), or none. */
export function parseSize(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)$/i.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' ');
  if (bytes >= 1) return Math.floor(bytes);
  throw new InvalidArgumentError('take a size, as in 500M or 16G.');
}

export const parsePort: (text: string) => number = wholeNumber(1, 65_535);
export const parseSeed: (text: string) => number = wholeNumber(0, 2 ** 32 - 1);
export const parseStreamCount: (text: string) => number = wholeNumber(0, LIMITS.streams);

/** Times since the start of the capture; an absent bound is none. */
export interface TimeRange {
  readonly fromNs?: number;
  readonly toNs?: number;
}

const NS_OF: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  min: 60e9,
};

/** `A..B`, each a number with a unit (seconds if none), either left out for no bound. */
export function parseRange(text: string): TimeRange {
  const bounds = text.split('..').map((bound) => bound.trim());
  const [from, to] = bounds.map(parseTime);
  const isSound = bounds.length === 2 && bounds.some((bound) => bound !== '');
  if (!isSound || Number.isNaN(from) || Number.isNaN(to)) {
    throw new InvalidArgumentError('take times with two dots between, as in 1.5s..2s or 300ms...');
  }
  if (from !== undefined && to !== undefined && from >= to) {
    throw new InvalidArgumentError(`${bounds[0]} is not before ${bounds[1]}.`);
  }
  return {
    ...(from === undefined ? {} : { fromNs: from }),
    ...(to === undefined ? {} : { toNs: to }),
  };
}

/** Nanoseconds; `undefined` for nothing, NaN for what is no time. */
function parseTime(text: string): number | undefined {
  if (text === '') return undefined;
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|min)?$/.exec(text) ?? [];
  return number === undefined ? Number.NaN : Math.round(Number(number) * (NS_OF[unit] ?? 1));
}
