/** The standard's sample formats as ALSA numbers them. All are little-endian. Spec: 5.14.6.6.2 */
import { FORMATS } from '../../src-core/spec/formats.ts';

/** `snd_pcm_format_t` by the standard's name. */
const ALSA_NUMBERS: Readonly<Record<string, number>> = {
  IMA_ADPCM: 22,
  MU_LAW: 20,
  A_LAW: 21,
  S8: 0,
  U8: 1,
  S16: 2,
  U16: 4,
  S18_3: 40,
  U18_3: 42,
  S20_3: 36,
  U20_3: 38,
  S24_3: 32,
  U24_3: 34,
  S20: 25,
  U20: 27,
  S24: 6,
  U24: 8,
  S32: 10,
  U32: 12,
  FLOAT: 14,
  FLOAT64: 16,
  DSD_U8: 48,
  DSD_U16: 49,
  DSD_U32: 50,
  IEC958_SUBFRAME: 18,
};

/** ALSA's number of a format; `undefined` for an unknown one. */
export function alsaFormatOf(format: number): number | undefined {
  return ALSA_NUMBERS[FORMATS[format]?.name ?? ''];
}
