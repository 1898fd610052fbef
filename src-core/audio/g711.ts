/** Mu-law and A-law: 8 bits that stand for 14 and 13 linear ones. Spec: ITU-T G.711, named by 5.14.6.6.2 */

const MU_LAW_BIAS = 0x84;
const MU_LAW_CLIP = 32635;

/** Linear values of the 256 codes, as 16-bit samples: at most 32124. */
export const MU_LAW_LINEAR = Int16Array.from({ length: 256 }, (_, code) => linearOfMuLaw(code));
/** Linear values of the 256 codes, as 16-bit samples: at most 32256. There is no code for 0. */
export const A_LAW_LINEAR = Int16Array.from({ length: 256 }, (_, code) => linearOfALaw(code));

/** The code for a 16-bit linear value. */
export function muLawOf(linear: number): number {
  const sign = linear < 0 ? 0x80 : 0;
  const biased = Math.min(Math.abs(linear), MU_LAW_CLIP) + MU_LAW_BIAS;
  const exponent = 24 - Math.clz32(biased);
  const mantissa = (biased >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

/** The code for a 16-bit linear value. */
export function aLawOf(linear: number): number {
  const isNegative = linear < 0;
  const magnitude = Math.min(isNegative ? -linear - 1 : linear, 32767) >> 3;
  const exponent = Math.max(0, 27 - Math.clz32(magnitude));
  const mantissa = (magnitude >> Math.max(1, exponent)) & 0x0f;
  return ((exponent << 4) | mantissa) ^ (isNegative ? 0x55 : 0xd5);
}

function linearOfMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const exponent = (bits >> 4) & 7;
  const magnitude = (((bits & 0x0f) << 3) + MU_LAW_BIAS) << exponent;
  return bits & 0x80 ? MU_LAW_BIAS - magnitude : magnitude - MU_LAW_BIAS;
}

function linearOfALaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}
