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

export const parsePort: (text: string) => number = wholeNumber(1, 65_535);
export const parseSeed: (text: string) => number = wholeNumber(0, 2 ** 32 - 1);
export const parseStreamCount: (text: string) => number = wholeNumber(0, LIMITS.streams);
