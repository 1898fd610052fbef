// Whether a recording is the tone that was played: where it begins and ends, how loud and how high it is, and where it breaks.

export interface HeardTone {
  /** Frames from the first that is not silent to the last. */
  readonly frames: number;
  readonly amplitude: number;
  readonly hz: number;
  /** Places where two neighbours and the frequency do not give the next sample. */
  readonly breaks: readonly number[];
}

/** Louder than the noise of a dithering server. */
const AUDIBLE = 2e-3;
/** Of the amplitude: far above rounding to 16 bits, far below a lost or repeated sample. */
const BREAK = 0.01;

/** Looks at one channel for a tone of about `hz`. */
export function hearTone(samples: Float32Array, hz: number, rateHz: number): HeardTone {
  const first = samples.findIndex((value) => Math.abs(value) > AUDIBLE);
  const last = samples.findLastIndex((value) => Math.abs(value) > AUDIBLE);
  if (first < 0) return { frames: 0, amplitude: 0, hz: 0, breaks: [] };
  const tone = samples.subarray(first, last + 1);
  const amplitude = tone.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return {
    frames: tone.length,
    amplitude,
    hz: frequencyOf(middleOf(tone), rateHz),
    breaks: breaksIn(tone, hz, rateHz, amplitude * BREAK),
  };
}

/** One channel of interleaved samples. */
export function channelOf(samples: Float32Array, channel: number, channels: number): Float32Array {
  return samples.filter((_, at) => at % channels === channel);
}

/** Without the ends, where a resampler rings. */
function middleOf(tone: Float32Array): Float32Array {
  const edge = Math.floor(tone.length / 10);
  return tone.subarray(edge, tone.length - edge);
}

/** By the first and the last crossing of zero, each placed between two samples. */
function frequencyOf(tone: Float32Array, rateHz: number): number {
  const crossings: number[] = [];
  for (let at = 1; at < tone.length; at++) {
    const [before, now] = [tone[at - 1] ?? 0, tone[at] ?? 0];
    if (before < 0 && now >= 0) crossings.push(at - 1 + before / (before - now));
  }
  const [first, last] = [crossings[0] ?? 0, crossings.at(-1) ?? 0];
  return last > first ? ((crossings.length - 1) * rateHz) / (last - first) : 0;
}

/** A sine is x[n+1] = 2·cos(w)·x[n] − x[n−1]; the first and last samples are left out. */
function breaksIn(tone: Float32Array, hz: number, rateHz: number, most: number): number[] {
  const twice = 2 * Math.cos((2 * Math.PI * hz) / rateHz);
  const found: number[] = [];
  for (let at = 2; at < tone.length - 2; at++) {
    const next = twice * (tone[at] ?? 0) - (tone[at - 1] ?? 0);
    if (Math.abs((tone[at + 1] ?? 0) - next) > most) found.push(at);
  }
  return found;
}
