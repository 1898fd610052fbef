/** Louder or quieter by one factor a channel: found by least squares, believed when no sample is further off than rounding
 *  and clipping explain. */
import { FORMATS, type SampleFormat } from '../spec/formats.ts';
import type { Classified } from './audio-verdict.ts';
import { type PcmLayout, samplesOf } from './pcm-numbers.ts';

/** What rounding, and rounding twice, may change, in units of the last bit. */
const ROUNDING_BITS = 1.6;
/** A channel that quiet proves nothing, in units of the last bit. */
const QUIETEST_BITS = 8;
const FLOAT_STEP = 2 ** -22;

export function findGain(
  wanted: Uint8Array,
  got: Uint8Array,
  layout: PcmLayout,
): Classified | undefined {
  const format = FORMATS[layout.format];
  if (format === undefined) return undefined;
  const step = stepOf(format);
  const gains: number[] = [];
  for (let channel = 0; channel < layout.channels; channel++) {
    const gain = gainOf(samplesOf(wanted, layout, channel), samplesOf(got, layout, channel), step);
    if (gain === undefined) return undefined;
    if (gain !== 'silent') gains.push(gain);
  }
  const isChanged = gains.some((gain) => Math.abs(gain - 1) > 1e-9);
  if (!isChanged) return undefined;
  const isOne = gains.every((gain) => Math.abs(gain - (gains[0] ?? 1)) < 0.002);
  const told = (isOne ? gains.slice(0, 1) : gains).map(gainText).join(', ');
  return { class: 'gain', detail: `the sound is multiplied by ${told}` };
}

function gainOf(
  wanted: Float64Array,
  got: Float64Array,
  step: number,
): number | 'silent' | undefined {
  let energy = 0;
  let product = 0;
  for (let at = 0; at < wanted.length; at++) {
    const value = wanted[at] ?? 0;
    const heard = got[at] ?? 0;
    if (Math.abs(heard) >= 1 - step) continue; // clipped: says nothing of the factor
    energy += value * value;
    product += value * heard;
  }
  if (wanted.length === 0) return undefined;
  if (energy / wanted.length < (QUIETEST_BITS * step) ** 2) {
    return wanted.every((value, at) => value === got[at]) ? 'silent' : undefined;
  }
  const gain = product / energy;
  for (let at = 0; at < wanted.length; at++) {
    const expected = Math.max(-1, Math.min(1, gain * (wanted[at] ?? 0)));
    if (Math.abs((got[at] ?? 0) - expected) > ROUNDING_BITS * step) return undefined;
  }
  return gain;
}

/** What one unit of the last bit is worth. */
function stepOf(format: SampleFormat): number {
  if (format.kind === 'float') return FLOAT_STEP;
  return 2 ** (1 - format.significantBits);
}

function gainText(gain: number): string {
  const db = 20 * Math.log10(Math.abs(gain));
  const inverted = gain < 0 ? ', inverted' : '';
  return `${gain.toFixed(4)} (${db.toFixed(2)} dB${inverted})`;
}
