/** Clicks at the borders of messages: a step from the last sample of one to the first of the next that is far larger than
 *  every step on both sides of it. (A wave whose only edge always falls on a border cannot be told from that.) Beside silence that is the matter of `content-silence.ts`. */
import type { ContentBlock, OnMark } from './content-mark.ts';

const SIDE_FRAMES = 64;
const NEAR_FRAMES = 8;
const STEEP = 4;
const LEAST_STEP = 0.02;

export class JumpWatch {
  private readonly onMark: OnMark;

  constructor(onMark: OnMark) {
    this.onMark = onMark;
  }

  take({ channels, tail, fromFrame, frames }: ContentBlock): void {
    if (frames < NEAR_FRAMES) return;
    for (const [channel, samples] of channels.entries()) {
      const before = tail[channel];
      if (before === undefined || before.length < SIDE_FRAMES) return;
      const step = Math.abs((samples[0] ?? 0) - (before.at(-1) ?? 0));
      if (step < LEAST_STEP) continue;
      const isSilent =
        isStill(before.subarray(before.length - NEAR_FRAMES)) ||
        isStill(samples.subarray(0, NEAR_FRAMES));
      if (isSilent || step <= STEEP * Math.max(steepest(before), steepest(samples))) continue;
      const detail = `channel ${channel} jumps by ${(100 * step).toFixed(1)} % of full scale between two messages`;
      this.onMark({ kind: 'discontinuity', fromFrame, frames: 1, detail });
      return;
    }
  }
}

function isStill(samples: Float32Array): boolean {
  return samples.every((value) => value === 0);
}

function steepest(samples: Float32Array): number {
  let most = 0;
  for (let at = 1; at < samples.length; at++) {
    most = Math.max(most, Math.abs((samples[at] ?? 0) - (samples[at - 1] ?? 0)));
  }
  return most;
}
