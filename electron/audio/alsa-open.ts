/** Opens an ALSA device for a stream, with as little conversion as can be:
 *  1. the device as it is, in the stream's own format;
 *  2. the device in a format that holds the same samples: we convert, the stream's rate and channels stay;
 *  3. ALSA's "plug" before the device, which converts what it must.
 *  What "plug" and sound servers convert to is read from ALSA's own description of the result. */
import {
  FORMATS,
  formatByName,
  formatName,
  rateHzOf,
  type SampleFormat,
  type StreamParams,
} from '../../src-core/spec/formats.ts';
import type { Configured, HwParams, Libasound, PcmHandle } from '../native/libasound.ts';
import { alsaFormatOf } from './alsa-formats.ts';

/** A buffer this long rides out the scheduling of a busy desktop, and is short enough to be heard as immediate. */
const PERIOD_MS = 10;
const BUFFER_PERIODS = 5;

export interface OpenedPcm extends Configured {
  readonly kind: 'opened';
  readonly handle: PcmHandle;
  /** Format id of what ALSA takes and gives: the stream's own, or one to convert to and from. */
  readonly format: number;
  /** `is converted from … to …`; empty when nothing is. */
  readonly note: string;
}

export interface OpenFailure {
  readonly kind: 'failure';
  readonly reason: string;
}

/** Opens `device` without blocking, configured for the stream. Never throws. */
export function openPcm(
  alsa: Libasound,
  device: string,
  direction: number,
  params: StreamParams,
): OpenedPcm | OpenFailure {
  const plugged = device.startsWith('plug') || device.includes("'") ? [] : [`plug:'${device}'`];
  let reason = `"${device}" does not take ${shapeText(params)}`;
  for (const [place, name] of [device, ...plugged].entries()) {
    const handle = alsa.open(name, direction);
    if (handle < 0) {
      if (place === 0) reason = `ALSA device "${device}": ${alsa.errorText(handle)}`;
      break;
    }
    for (const format of candidatesFor(params)) {
      const wanted = hwParamsOf(params, format);
      const isTaken = wanted !== undefined && alsa.accepts(handle, wanted);
      const configured = isTaken ? alsa.configure(handle, wanted) : undefined;
      if (typeof configured !== 'object') continue;
      const note = conversionNote(alsa.dump(handle), params);
      return { ...configured, kind: 'opened', handle, format, note };
    }
    alsa.close(handle);
  }
  return { kind: 'failure', reason };
}

/** `S16 48000 Hz, 2 channels`. */
export function shapeText(params: StreamParams): string {
  return `${formatName(params.format)} ${rateHzOf(params.rate)} Hz, ${channelsText(params.channels)}`;
}

/** The stream's own format, then those that hold its samples without loss, then the rest of what devices commonly take. */
function candidatesFor(params: StreamParams): number[] {
  const format = FORMATS[params.format];
  if (format === undefined) return [];
  const names = [format.name, ...substitutesFor(format)];
  return [...new Set(names)].flatMap((name) => formatByName(name)?.id ?? []);
}

function substitutesFor(format: SampleFormat): readonly string[] {
  if (format.kind === 'float') return ['FLOAT', 'S32', 'S24_3', 'S16'];
  const isLaw = format.name === 'MU_LAW' || format.name === 'A_LAW';
  if (format.kind === 'coded' && !isLaw) return [];
  return isLaw || format.significantBits <= 16
    ? ['S16', 'S32', 'FLOAT']
    : ['S32', 'S24_3', 'S24', 'FLOAT', 'S16'];
}

/** Undefined where ALSA counts frames in another way than the stream: ADPCM with an odd number of channels. */
function hwParamsOf(params: StreamParams, format: number): HwParams | undefined {
  const alsaFormat = alsaFormatOf(format);
  const rateHz = rateHzOf(params.rate);
  const frameBits = (FORMATS[format]?.containerBits ?? 0) * params.channels;
  if (alsaFormat === undefined || rateHz === 0 || frameBits === 0 || frameBits % 8 !== 0) return;
  const periodFrames = Math.max(1, Math.round((rateHz * PERIOD_MS) / 1000));
  const bufferFrames = periodFrames * BUFFER_PERIODS;
  return { format: alsaFormat, rateHz, channels: params.channels, periodFrames, bufferFrames };
}

/** Compares the stream with the last set-up in the description, which is that of the device at the bottom. */
function conversionNote(dump: string, params: StreamParams): string {
  const last = (field: string): string | undefined =>
    [...dump.matchAll(new RegExp(`^ *${field} *: (\\S+)`, 'gm'))].at(-1)?.[1];
  const format = last('format');
  const rateHz = Number(last('rate'));
  const channels = Number(last('channels'));
  if (format === undefined || !(rateHz > 0) || !(channels > 0)) return '';
  const isSame =
    isSameFormat(format, params.format) &&
    rateHz === rateHzOf(params.rate) &&
    channels === params.channels;
  if (isSame) return '';
  return `is converted from ${shapeText(params)} to ${format} ${rateHz} Hz, ${channelsText(channels)}`;
}

/** ALSA's `S24_3LE`, `S16_LE`, `U8` against the standard's `S24_3`, `S16`, `U8`. */
function isSameFormat(alsaName: string, format: number): boolean {
  const name = formatName(format);
  return [name, `${name}_LE`, `${name}LE`].includes(alsaName);
}

function channelsText(channels: number): string {
  return `${channels} channel${channels === 1 ? '' : 's'}`;
}
