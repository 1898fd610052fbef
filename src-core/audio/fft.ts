/** The fast Fourier transform of a power of two of complex numbers, in place. */

export class Fft {
  readonly points: number;
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;
  private readonly swapped: Uint32Array;

  /** `points`: a power of two from 2 on. */
  constructor(points: number) {
    this.points = points;
    const angle = (at: number) => (-2 * Math.PI * at) / points;
    this.cos = Float64Array.from({ length: points / 2 }, (_, at) => Math.cos(angle(at)));
    this.sin = Float64Array.from({ length: points / 2 }, (_, at) => Math.sin(angle(at)));
    const bits = Math.log2(points);
    this.swapped = Uint32Array.from({ length: points }, (_, at) => reversed(at, bits));
  }

  /** `real` and `imaginary` hold `points` numbers each, and the result afterwards. */
  transform(real: Float64Array, imaginary: Float64Array): void {
    this.reorder(real);
    this.reorder(imaginary);
    for (let half = 1; half < this.points; half *= 2) {
      const stride = this.points / (2 * half);
      for (let from = 0; from < this.points; from += 2 * half) {
        this.join(real, imaginary, from, half, stride);
      }
    }
  }

  private reorder(values: Float64Array): void {
    for (let at = 0; at < this.points; at++) {
      const other = this.swapped[at] ?? 0;
      if (other <= at) continue;
      const kept = values[at] ?? 0;
      values[at] = values[other] ?? 0;
      values[other] = kept;
    }
  }

  /** The two halves of `2 * half` numbers from `from` on become one transform. */
  private join(
    real: Float64Array,
    imaginary: Float64Array,
    from: number,
    half: number,
    stride: number,
  ): void {
    for (let step = 0; step < half; step++) {
      const [low, high] = [from + step, from + step + half];
      const [cos, sin] = [this.cos[step * stride] ?? 0, this.sin[step * stride] ?? 0];
      const [re, im] = [real[high] ?? 0, imaginary[high] ?? 0];
      const turnedRe = re * cos - im * sin;
      const turnedIm = re * sin + im * cos;
      const [lowRe, lowIm] = [real[low] ?? 0, imaginary[low] ?? 0];
      real[high] = lowRe - turnedRe;
      imaginary[high] = lowIm - turnedIm;
      real[low] = lowRe + turnedRe;
      imaginary[low] = lowIm + turnedIm;
    }
  }
}

function reversed(value: number, bits: number): number {
  let out = 0;
  for (let bit = 0; bit < bits; bit++) out |= ((value >> bit) & 1) << (bits - 1 - bit);
  return out;
}
