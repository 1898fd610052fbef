/** What a short stretch of sound consists of: levels by frequency, through a Hann window. */
import type { Frames } from '../units.ts';
import { Fft } from './fft.ts';

/** A level in half decibels: 255 is a sine at full scale, 0 is -127.5 dB and less. */
export function levelDb(level: number): number {
  return (level - 255) / 2;
}

export class Spectrum {
  /** Frames of the window, a power of two. */
  readonly windowFrames: Frames;
  private readonly window: Float64Array;
  private readonly fft: Fft;
  private readonly real: Float64Array;
  private readonly imaginary: Float64Array;
  private readonly power: Float64Array;

  constructor(windowFrames: Frames) {
    this.windowFrames = windowFrames;
    this.fft = new Fft(windowFrames);
    // scaled so that a sine at full scale comes out as 1
    this.window = Float64Array.from(
      { length: windowFrames },
      (_, at) => (2 - 2 * Math.cos((2 * Math.PI * at) / windowFrames)) / windowFrames,
    );
    this.real = new Float64Array(windowFrames);
    this.imaginary = new Float64Array(windowFrames);
    this.power = new Float64Array(windowFrames / 2);
  }

  /** Half as many levels as the window has frames, from 0 Hz on: the mean power of the channels. The window begins at
   *  `from` of each channel; what lies outside is silence. */
  levels(channels: readonly Float32Array[], from: Frames): Uint8Array {
    this.power.fill(0);
    for (let channel = 0; channel < channels.length; channel += 2) {
      this.addPair(channels[channel], channels[channel + 1], from);
    }
    const share = 1 / Math.max(1, channels.length);
    return Uint8Array.from(this.power, (power) => levelOf(power * share));
  }

  /** Two channels in one transform, as its real and its imaginary part. */
  private addPair(one: Float32Array | undefined, other: Float32Array | undefined, from: Frames) {
    const { real, imaginary, windowFrames, power } = this;
    this.take(real, one, from);
    this.take(imaginary, other, from);
    this.fft.transform(real, imaginary);
    for (let bin = 1; bin < power.length; bin++) {
      const mirror = windowFrames - bin;
      const [re, im] = [real[bin] ?? 0, imaginary[bin] ?? 0];
      const [mirrorRe, mirrorIm] = [real[mirror] ?? 0, imaginary[mirror] ?? 0];
      // the squares of both channels' parts: what is mixed in between them cancels out
      power[bin] = (power[bin] ?? 0) + (re * re + im * im + mirrorRe ** 2 + mirrorIm ** 2) / 2;
    }
    const [re, im] = [real[0] ?? 0, imaginary[0] ?? 0];
    power[0] = (power[0] ?? 0) + (re * re + im * im) / 4;
  }

  private take(target: Float64Array, samples: Float32Array | undefined, from: Frames): void {
    for (let at = 0; at < target.length; at++) {
      const value = samples?.[from + at] ?? 0;
      target[at] = Number.isNaN(value) ? 0 : value * (this.window[at] ?? 0);
    }
  }
}

function levelOf(power: number): number {
  if (power <= 0) return 0;
  return Math.max(0, Math.min(255, Math.round(255 + 20 * Math.log10(power))));
}
