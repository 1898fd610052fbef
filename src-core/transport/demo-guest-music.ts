/** The sound of the demo: a small band that never repeats itself and is the same for each seed. Chords, a bass and a melody
 *  with envelopes, peaks around -12 dBFS. */
import { writeLe16, writeLe32 } from '../spec/layout.ts';
import { assert, type Bytes, type Frames } from '../units.ts';
import { randomOf } from './demo-guest-random.ts';

const BEATS_PER_MINUTE = 92;
const STEPS_PER_BEAT = 2;
const STEPS_PER_BAR = 8;
/** Semitones above C of each bar's chord: Am7, Fmaj7, C, G6. */
const CHORDS = [
  [9, 12, 16, 19],
  [5, 9, 12, 16],
  [0, 7, 12, 16],
  [7, 11, 14, 16],
] as const;
/** A pentatonic scale: no note of it clashes with a chord above. */
const SCALE = [0, 2, 4, 7, 9, 12, 14, 16] as const;
const C3_HZ = 130.8128;
/** A voice below it, -66 dBFS, has ended. */
const SILENT = 5e-4;

const SINE_STEPS = 4096;
const SINE = Float64Array.from({ length: SINE_STEPS }, (_, step) =>
  Math.sin((2 * Math.PI * step) / SINE_STEPS),
);

export type Part = 'band' | 'bells';

export interface MusicOptions {
  readonly seed: number;
  readonly rateHz: number;
  readonly channels: number;
  /** `bells`: the melody alone, two octaves up. */
  readonly part: Part;
}

interface Voice {
  /** In steps of the sine table. */
  phase: number;
  readonly increment: number;
  /** Share of the octave above. */
  readonly bright: number;
  level: number;
  readonly peak: number;
  /** Added for each frame until `peak` is reached, then `level` decays by `decay`. */
  readonly attack: number;
  readonly decay: number;
  isRising: boolean;
  readonly left: number;
  readonly right: number;
}

interface Note {
  /** Semitones above C3. */
  readonly pitch: number;
  readonly peak: number;
  readonly attackSeconds: number;
  /** Until the level has fallen to a third. */
  readonly decaySeconds: number;
  readonly bright: number;
  /** -1: left, 1: right. */
  readonly pan: number;
}

export class Music {
  private readonly options: MusicOptions;
  private readonly framesPerStep: number;
  private voices: Voice[] = [];
  private step = 0;
  private framesLeft = 0;

  constructor(options: MusicOptions) {
    this.options = options;
    this.framesPerStep = Math.round((options.rateHz * 60) / BEATS_PER_MINUTE / STEPS_PER_BEAT);
  }

  /** The next `frames` frames, interleaved, from -1 to 1. Odd channels are the right side; one channel is the mean of both. */
  fill(target: Float32Array, frames: Frames): void {
    target.fill(0, 0, frames * this.options.channels);
    for (let done = 0; done < frames; ) {
      if (this.framesLeft === 0) this.playStep();
      const now = Math.min(frames - done, this.framesLeft);
      for (const voice of this.voices) this.add(voice, target, done, now);
      done += now;
      this.framesLeft -= now;
    }
  }

  private playStep(): void {
    const inBar = this.step % STEPS_PER_BAR;
    const chord = CHORDS[Math.floor(this.step / STEPS_PER_BAR) % CHORDS.length] ?? CHORDS[0];
    this.voices = this.voices.filter((voice) => voice.isRising || voice.level > SILENT);
    if (this.options.part === 'band') {
      if (inBar === 0) this.playChord(chord);
      if (inBar === 0 || inBar === 3 || inBar === 6) this.playBass(chord[0]);
    }
    this.playMelody(inBar);
    this.step++;
    this.framesLeft = this.framesPerStep;
  }

  private playChord(chord: readonly number[]): void {
    chord.forEach((pitch, place) => {
      const pan = place / (chord.length - 1) - 0.5;
      this.play({ pitch, peak: 0.034, attackSeconds: 0.3, decaySeconds: 1.4, bright: 0.25, pan });
    });
  }

  private playBass(root: number): void {
    const pitch = root - 12;
    this.play({ pitch, peak: 0.085, attackSeconds: 0.01, decaySeconds: 0.5, bright: 0.15, pan: 0 });
  }

  private playMelody(inBar: number): void {
    const { seed, part } = this.options;
    const dice = randomOf(seed, 2 * this.step);
    const isRest = dice < (inBar % 2 === 0 ? 0.25 : 0.5);
    if (isRest) return;
    const degree = SCALE[Math.floor(randomOf(seed, 2 * this.step + 1) * SCALE.length)] ?? 0;
    const pitch = degree + (part === 'bells' ? 36 : 24);
    const pan = dice - 0.6;
    this.play({ pitch, peak: 0.08, attackSeconds: 0.006, decaySeconds: 0.35, bright: 0.4, pan });
  }

  private play(note: Note): void {
    const { rateHz } = this.options;
    const hertz = C3_HZ * 2 ** (note.pitch / 12);
    this.voices.push({
      phase: 0,
      increment: (hertz * SINE_STEPS) / rateHz,
      bright: note.bright,
      level: 0,
      peak: note.peak,
      attack: note.peak / (note.attackSeconds * rateHz),
      decay: Math.exp(-1.1 / (note.decaySeconds * rateHz)),
      isRising: true,
      left: 1 - Math.max(0, note.pan),
      right: 1 + Math.min(0, note.pan),
    });
  }

  /** Local copies: this loop is all that the band costs. */
  private add(voice: Voice, target: Float32Array, fromFrame: Frames, frames: Frames): void {
    const { channels } = this.options;
    const { increment, bright, peak, attack, decay } = voice;
    const left = channels === 1 ? (voice.left + voice.right) / 2 : voice.left;
    const { right } = voice;
    let { phase, level, isRising } = voice;
    let at = fromFrame * channels;
    for (let frame = 0; frame < frames; frame++) {
      level = isRising ? level + attack : level * decay;
      if (isRising && level >= peak) isRising = false;
      phase += increment;
      if (phase >= SINE_STEPS) phase -= SINE_STEPS;
      const first = SINE[phase | 0] ?? 0;
      const second = SINE[(2 * phase) & (SINE_STEPS - 1)] ?? 0;
      const sample = level * (first + bright * second);
      for (let channel = 0; channel < channels; channel++, at++) {
        target[at] = (target[at] ?? 0) + sample * (channel % 2 === 0 ? left : right);
      }
    }
    Object.assign(voice, { phase, level, isRising });
  }
}

const floats = new Float32Array(1);
const floatBits = new Uint32Array(floats.buffer);

/** How the demo's formats are written: bytes of a sample, and one sample from -1 to 1 at `at`. */
const WRITERS: Readonly<
  Record<string, { bytes: Bytes; write: (target: Uint8Array, at: number, sample: number) => void }>
> = {
  U8: {
    bytes: 1,
    write: (target, at, sample) => {
      target[at] = 128 + Math.round(sample * 127);
    },
  },
  S16: {
    bytes: 2,
    write: (target, at, sample) => writeLe16(target, at, Math.round(sample * 32767)),
  },
  S32: {
    bytes: 4,
    write: (target, at, sample) => writeLe32(target, at, Math.round(sample * 0x7fff_ffff)),
  },
  FLOAT: {
    bytes: 4,
    write: (target, at, sample) => {
      floats[0] = sample;
      writeLe32(target, at, floatBits[0] ?? 0);
    },
  },
};

/** Samples from -1 to 1 as bytes of one of the formats U8, S16, S32 and FLOAT. */
export function encodeSamples(samples: Float32Array, formatName: string): Uint8Array {
  const writer = WRITERS[formatName];
  assert(writer !== undefined, `the demo guest does not play ${formatName}`);
  const bytes = new Uint8Array(samples.length * writer.bytes);
  for (let place = 0; place < samples.length; place++) {
    writer.write(bytes, place * writer.bytes, samples[place] ?? 0);
  }
  return bytes;
}
