/** Levels: samples that stay at full scale (clipping), a value that does not move (constant), and a run that has nothing but
 *  silence. Events near to each other are told as one. */
import { FORMATS } from '../spec/formats.ts';
import type { Frames } from '../units.ts';
import type { ContentBlock, ContentKind, ContentLayout, OnMark } from './content-mark.ts';

/** Samples in a row at full scale that are clipped, not just loud. */
const CLIPPED_SAMPLES = 4;
const TOGETHER_S = 0.5;
const CONSTANT_S = 0.1;
const SILENT_S = 1;

interface Stretch {
  readonly kind: ContentKind;
  readonly fromFrame: Frames;
  endFrame: Frames;
  count: number;
}

export class LevelWatch {
  private readonly onMark: OnMark;
  private readonly rateHz: number;
  private readonly top: number;
  private readonly atRail: number[];
  private clipped: Stretch | undefined;
  private still: { fromFrame: Frames; endFrame: Frames; values: number[] } | undefined;
  private firstFrame: Frames | undefined;
  private endFrame: Frames = 0;
  private hasSound = false;

  constructor(onMark: OnMark, layout: ContentLayout) {
    this.onMark = onMark;
    this.rateHz = layout.rateHz;
    this.atRail = new Array<number>(layout.channels).fill(0);
    const format = FORMATS[layout.format];
    const isFloat = format?.kind === 'float';
    this.top = isFloat ? 1.0001 : 1 - 2 ** (1 - (format?.significantBits ?? 16));
  }

  take(block: ContentBlock): void {
    const { channels, fromFrame, frames } = block;
    this.firstFrame ??= fromFrame;
    this.endFrame = fromFrame + frames;
    for (const [channel, samples] of channels.entries()) this.clip(channel, samples, fromFrame);
    this.watchStill(block);
  }

  end(): void {
    this.tellClipped();
    this.tellStill();
    const frames = this.endFrame - (this.firstFrame ?? this.endFrame);
    if (this.hasSound || frames < SILENT_S * this.rateHz) return;
    const detail = `all ${frames} frames of the run are silent`;
    this.onMark({ kind: 'silent-stream', fromFrame: this.firstFrame ?? 0, frames, detail });
  }

  private clip(channel: number, samples: Float32Array, fromFrame: Frames): void {
    const { top } = this;
    let run = this.atRail[channel] ?? 0;
    for (let frame = 0; frame < samples.length; frame++) {
      const value = samples[frame] ?? 0;
      run = value >= top || value <= -top ? run + 1 : 0;
      if (run === CLIPPED_SAMPLES) this.noteClipped(fromFrame + frame + 1 - run);
    }
    this.atRail[channel] = run;
  }

  private noteClipped(frame: Frames): void {
    const { clipped } = this;
    if (clipped !== undefined && frame - clipped.endFrame < TOGETHER_S * this.rateHz) {
      clipped.endFrame = Math.max(clipped.endFrame, frame + CLIPPED_SAMPLES);
      clipped.count++;
      return;
    }
    this.tellClipped();
    const endFrame = frame + CLIPPED_SAMPLES;
    this.clipped = { kind: 'clipping', fromFrame: frame, endFrame, count: 1 };
  }

  private tellClipped(): void {
    const { clipped } = this;
    if (clipped === undefined) return;
    this.clipped = undefined;
    const { kind, fromFrame, endFrame, count } = clipped;
    const times = count === 1 ? 'once' : `${count} times`;
    const detail = `${CLIPPED_SAMPLES} samples in a row or more are at full scale, ${times}`;
    this.onMark({ kind, fromFrame, frames: endFrame - fromFrame, detail });
  }

  /** Stretches in which no channel moves. */
  private watchStill({ channels, fromFrame, frames }: ContentBlock): void {
    for (let frame = 0; frame < frames; frame++) {
      let { still } = this;
      let isStill = still?.endFrame === fromFrame + frame;
      for (let channel = 0; isStill && channel < channels.length; channel++) {
        isStill = channels[channel]?.[frame] === still?.values[channel];
      }
      if (isStill && still !== undefined) {
        still.endFrame++;
        continue;
      }
      if (still === undefined || still.endFrame - still.fromFrame > 1) this.tellStill();
      still = { fromFrame: fromFrame + frame, endFrame: fromFrame + frame + 1, values: [] };
      for (const samples of channels) {
        const value = samples[frame] ?? 0;
        if (value !== 0) this.hasSound = true;
        still.values.push(value);
      }
      this.still = still;
    }
  }

  private tellStill(): void {
    const { still } = this;
    this.still = undefined;
    if (still === undefined || still.values.every((value) => value === 0)) return;
    const frames = still.endFrame - still.fromFrame;
    if (frames < CONSTANT_S * this.rateHz) return;
    const values = still.values.map((value) => `${(100 * value).toFixed(1)} %`).join(', ');
    const detail = `${frames} frames stand still at ${values} of full scale`;
    this.onMark({ kind: 'constant', fromFrame: still.fromFrame, frames, detail });
  }
}
