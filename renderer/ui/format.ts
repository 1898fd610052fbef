/** Numbers for people: always with their unit, in groups of three, milliseconds and periods together. */
import { type Bytes, type Frames, type Ns, nsOf } from '../../src-core/units.ts';
import { formatDuration } from '../canvas/time-scale.ts';

const THIN = '\u2009';

/** `84 112` */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** `1 message`, `3 messages` */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `3.1 MB`; exact below a kilobyte. Powers of ten, as disks count. */
export function formatBytes(bytes: Bytes): string {
  if (bytes < 1000) return `${formatCount(bytes)}${THIN}B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes / 1000;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size.toFixed(size < 9.95 ? 2 : size < 99.5 ? 1 : 0)}${THIN}${units[unit]}`;
}

/** `480 frames · 10.0 ms`; frames alone when the rate is not known. */
export function formatFrames(frames: Frames, rateHz: number): string {
  const count = formatPlural(frames, 'frame');
  return rateHz > 0 ? `${count} · ${formatDuration(nsOf(frames, rateHz))}` : count;
}

/** `7.8 ms · 0.73 P`: a time and how many periods it takes. */
export function formatInPeriods(ns: Ns, periodNs: Ns): string {
  if (Number.isNaN(ns)) return '–';
  if (!(periodNs > 0)) return formatDuration(ns);
  const periods = ns / periodNs;
  return `${formatDuration(ns)} · ${periodsText(periods)}${THIN}P`;
}

/** Three digits that mean something, and two places at most. */
function periodsText(periods: number): string {
  if (periods < 9.995) return periods.toFixed(2);
  return periods < 99.95 ? periods.toFixed(1) : formatCount(periods);
}

export function formatHex(value: number | bigint, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** `48 kHz`, `44.1 kHz` */
export function formatRate(rateHz: number): string {
  return rateHz === 0 ? 'unknown rate' : `${rateHz / 1000}${THIN}kHz`;
}
