/** Stale sound: a message that carries what an earlier one carried.
 *
 *  Equal messages alone prove nothing: a tone whose wavelength divides the period makes all of them equal. What tells a
 *  tone from stale sound is the seam. A tone goes on across it as smoothly as within: its first samples are where the two
 *  before them lead to. Stale sound begins anywhere. So a message counts as repeated when it is equal to one of the last
 *  ones, is not constant, and either its sound is unpredictable throughout (noise is never equal by nature) or its seam is
 *  much rougher than anything inside it. What came before the two is not the same either: beeps begin alike out of the same
 *  silence. Messages that follow at the same distance belong to the same repetition. */
import { hashPcm } from '../audio/pcm-hash.ts';
import type { Frames } from '../units.ts';
import type { ContentBlock, OnMark } from './content-mark.ts';

/** How many messages back are looked at. */
const REMEMBERED = 32;
const SHORTEST_FRAMES = 16;
/** Prediction error against the sound's level from which on sound counts as unpredictable. */
const NOISY = 0.7;
/** The seam against the usual error inside. */
const ROUGH = 6;
/** Rounding makes seams rough where sound is hardly there. */
const QUIET = 0.002;

interface Seen {
  readonly hash: number;
  readonly frames: Frames;
  /** Hash of the sound right before it: the last two frames. */
  readonly lead: number;
}

export class RepeatWatch {
  private readonly onMark: OnMark;
  private readonly seen: Seen[] = [];
  private open: { fromFrame: Frames; frames: Frames; back: number } | undefined;

  constructor(onMark: OnMark) {
    this.onMark = onMark;
  }

  take(block: ContentBlock): void {
    const { frames, fromFrame } = block;
    const hash = hashPcm(block.pcm);
    const back = frames < SHORTEST_FRAMES ? 0 : this.findBack(hash, frames);
    const lead = leadOf(block.tail);
    const { open } = this;
    if (open !== undefined && back > 0 && this.isAt(open.back, hash, frames)) open.frames += frames;
    else {
      this.end();
      const isNew = back > 0 && !this.wasAfter(lead, hash);
      if (isNew && isStale(block)) this.open = { fromFrame, frames, back };
    }
    this.seen.push({ hash, frames, lead });
    if (this.seen.length > REMEMBERED) this.seen.shift();
  }

  end(): void {
    const { open } = this;
    if (open === undefined) return;
    this.open = undefined;
    const { fromFrame, frames, back } = open;
    const from = back === 1 ? 'the message before' : `${back} messages before`;
    const detail = `${frames} frames are those of ${from}`;
    this.onMark({ kind: 'repeated-block', fromFrame, frames, detail });
  }

  /** How many messages ago the same was heard last; 0: not among those remembered. */
  private findBack(hash: number, frames: Frames): number {
    for (let back = 1; back <= this.seen.length; back++) {
      if (this.isAt(back, hash, frames)) return back;
    }
    return 0;
  }

  /** Whether the same was heard behind the same sound before. */
  private wasAfter(lead: number, hash: number): boolean {
    return this.seen.some((seen) => seen.hash === hash && seen.lead === lead);
  }

  private isAt(back: number, hash: number, frames: Frames): boolean {
    const seen = this.seen[this.seen.length - back];
    return seen?.hash === hash && seen.frames === frames;
  }
}

const LEAD_FRAMES = 2;
const lead32 = new Float32Array(1);
const leadWord = new Int32Array(lead32.buffer);

function leadOf(tail: readonly Float32Array[]): number {
  let hash = tail.length;
  for (const samples of tail) {
    for (let at = Math.max(0, samples.length - LEAD_FRAMES); at < samples.length; at++) {
      lead32[0] = samples[at] ?? 0;
      hash = Math.imul(hash ^ (leadWord[0] ?? 0), 0x0100_0193) + (hash >>> 15);
    }
  }
  return hash;
}

function isStale({ channels, tail }: ContentBlock): boolean {
  return channels.some((samples, channel) => {
    const before = tail[channel];
    if (before === undefined || before.length < 2) return false;
    const [last, beforeLast] = [before.at(-1) ?? 0, before.at(-2) ?? 0];
    if (last === 0 && beforeLast === 0) return false; // out of silence nothing leads anywhere
    const inside = fitOf(samples);
    if (inside.level < QUIET || isPeriodic(samples)) return false;
    if (inside.rms > NOISY * inside.level) return true;
    const [first = 0, second = 0] = samples;
    const seam = Math.max(
      inside.errorOf(first, last, beforeLast),
      inside.errorOf(second, first, last),
    );
    return seam > ROUGH * inside.rms + QUIET && seam > 1.05 * inside.most;
  });
}

/** How well each sample follows from the two before it, with the two factors that suit this sound best: a single tone of any
 *  pitch follows exactly, noise not at all. */
function fitOf(samples: Float32Array) {
  let [r0, r1, r2] = [0, 0, 0];
  for (let at = 2; at < samples.length; at++) {
    const value = samples[at] ?? 0;
    r0 += value * value;
    r1 += value * (samples[at - 1] ?? 0);
    r2 += value * (samples[at - 2] ?? 0);
  }
  const determinant = r0 * r0 - r1 * r1;
  const isFlat = determinant <= 1e-12 * r0 * r0;
  const one = isFlat ? 1 : (r1 * (r0 - r2)) / determinant;
  const two = isFlat ? 0 : (r0 * r2 - r1 * r1) / determinant;
  const errorOf = (value: number, last: number, beforeLast: number) =>
    Math.abs(value - one * last - two * beforeLast);
  let [errors, most] = [0, 0];
  for (let at = 2; at < samples.length; at++) {
    const error = errorOf(samples[at] ?? 0, samples[at - 1] ?? 0, samples[at - 2] ?? 0);
    errors += error * error;
    if (error > most) most = error;
  }
  const count = Math.max(1, samples.length - 2);
  return { level: Math.sqrt(r0 / count), rms: Math.sqrt(errors / count), most, errorOf };
}

/** Whether the block repeats itself exactly within: then it may well go on doing so. A constant does. */
function isPeriodic(samples: Float32Array): boolean {
  for (let wave = 1; 2 * wave <= samples.length; wave++) {
    let at = wave;
    while (at < samples.length && samples[at] === samples[at - wave]) at++;
    if (at === samples.length) return true;
  }
  return false;
}
