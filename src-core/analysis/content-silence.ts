/** Silence that was put into sound: a short run of exact silence in all channels that begins and ends abruptly, amid sound.
 *
 *  Music pauses too, but fades to silence or starts from it; a hole is cut out of a wave, at both ends. An end is abrupt
 *  when the step to silence is far larger than any step in the sound beside it. Noise has large steps everywhere: there an
 *  end is abrupt when the sound beside it is at full strength at once, and only where the hole touches a message's border. */
import type { Frames } from '../units.ts';
import type { ContentBlock, OnMark } from './content-mark.ts';

const SHORTEST_FRAMES = 32;
const LONGEST_S = 0.25;
/** Sound beside the hole that is looked at. */
const SIDE_FRAMES = 64;
const LEAST_SIDE_FRAMES = 4;
const QUIET = 0.005;
const STEEP = 2.5;
const NOISY = 0.5;
const NEAR_FRAMES = 8;
const AT_ONCE = 0.35;

type Edge = 'smooth' | 'abrupt' | 'noisy';

export class SilenceWatch {
  private readonly onMark: OnMark;
  private readonly longest: Frames;
  private run: { fromFrame: Frames; edge: Edge; isAtBorder: boolean } | undefined;

  constructor(onMark: OnMark, rateHz: number) {
    this.onMark = onMark;
    this.longest = LONGEST_S * rateHz;
  }

  take(block: ContentBlock): void {
    const { frames, channels } = block;
    for (let frame = 0; frame < frames; ) {
      let isSilent = true;
      for (let channel = 0; isSilent && channel < channels.length; channel++) {
        isSilent = channels[channel]?.[frame] === 0;
      }
      if (isSilent === (this.run !== undefined)) {
        frame++;
        continue;
      }
      if (isSilent) this.begin(block, frame);
      else this.close(block, frame);
      frame++;
    }
  }

  /** A run ends with nothing behind it, which is no hole. */
  end(): void {
    this.run = undefined;
  }

  private begin(block: ContentBlock, frame: Frames): void {
    const edge = worst(
      block.channels.map((samples, channel) => edgeOf(before(block, samples, channel, frame))),
    );
    this.run = { fromFrame: block.fromFrame + frame, edge, isAtBorder: frame === 0 };
  }

  private close(block: ContentBlock, frame: Frames): void {
    const { run } = this;
    this.run = undefined;
    const endFrame = block.fromFrame + frame;
    if (run === undefined || run.edge === 'smooth') return;
    const frames = endFrame - run.fromFrame;
    if (frames < SHORTEST_FRAMES || frames > this.longest) return;
    const sides = block.channels.map((samples) => samples.subarray(frame, frame + SIDE_FRAMES));
    const edge = worst(sides.map(edgeOf));
    const isCut = edge === 'abrupt' && run.edge === 'abrupt';
    const isInNoise = edge !== 'smooth' && (run.isAtBorder || frame === 0);
    if (!isCut && !isInNoise) return;
    const detail = `${frames} frames of silence are cut into sound`;
    this.onMark({ kind: 'inserted-silence', fromFrame: run.fromFrame, frames, detail });
  }
}

/** The sound before `frame`, the nearest sample first. */
function before(
  { tail }: ContentBlock,
  samples: Float32Array,
  channel: number,
  frame: Frames,
): Float32Array {
  const own = samples.subarray(Math.max(0, frame - SIDE_FRAMES), frame);
  const missing = SIDE_FRAMES - own.length;
  const all = tail[channel] ?? new Float32Array(0);
  const older = all.subarray(Math.max(0, all.length - missing));
  const joined = new Float32Array(older.length + own.length);
  joined.set(older);
  joined.set(own, older.length);
  return joined.reverse();
}

/** How sound meets silence; `side` is the sound, the sample that touches it first. */
function edgeOf(side: Float32Array): Edge {
  if (side.length < LEAST_SIDE_FRAMES) return 'smooth';
  let [energy, near, steepest] = [0, 0, 0];
  for (let at = 0; at < side.length; at++) {
    const value = side[at] ?? 0;
    energy += value * value;
    if (at < NEAR_FRAMES) near += value * value;
    if (at > 0) steepest = Math.max(steepest, Math.abs(value - (side[at - 1] ?? 0)));
  }
  const level = Math.sqrt(energy / side.length);
  if (level < QUIET) return 'smooth';
  if (Math.abs(side[0] ?? 0) > STEEP * steepest) return 'abrupt';
  const nearLevel = Math.sqrt(near / Math.min(NEAR_FRAMES, side.length));
  return steepest > NOISY * level && nearLevel > AT_ONCE * level ? 'noisy' : 'smooth';
}

function worst(edges: readonly Edge[]): Edge {
  if (edges.includes('abrupt')) return 'abrupt';
  return edges.includes('noisy') ? 'noisy' : 'smooth';
}
