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
const EMPTY = new Float32Array(0);

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
  /** What every channel has stood at since `stillFrom`; -1: nothing was heard yet. */
  private readonly stillAt: number[] = [];
  private stillFrom: Frames = -1;
  private stillEnd: Frames = -1;
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
    for (let channel = 0; channel < channels.length; channel++) {
      this.clip(channel, channels[channel] ?? EMPTY, fromFrame);
    }
    this.watchStill(block);
  }

  end(): void {
    this.tellClipped();
    this.tellStill();
    this.stillFrom = -1;
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
    const { stillAt } = this;
    if (this.stillEnd !== fromFrame) this.beginStill(channels, 0, fromFrame);
    for (let frame = 0; frame < frames; frame++) {
      let isStill = true;
      for (let channel = 0; isStill && channel < channels.length; channel++) {
        isStill = channels[channel]?.[frame] === stillAt[channel];
      }
      if (!isStill) this.beginStill(channels, frame, fromFrame);
      this.stillEnd = fromFrame + frame + 1;
    }
  }

  private beginStill(channels: readonly Float32Array[], frame: Frames, fromFrame: Frames): void {
    if (this.stillEnd - this.stillFrom > 1) this.tellStill();
    this.stillFrom = fromFrame + frame;
    this.stillEnd = this.stillFrom;
    for (let channel = 0; channel < channels.length; channel++) {
      const value = channels[channel]?.[frame] ?? 0;
      if (value !== 0) this.hasSound = true;
      this.stillAt[channel] = value;
    }
  }

  private tellStill(): void {
    const { stillFrom: fromFrame, stillAt } = this;
    const frames = this.stillEnd - fromFrame;
    if (fromFrame < 0 || frames < CONSTANT_S * this.rateHz) return;
    if (stillAt.every((value) => value === 0)) return;
    const values = stillAt.map((value) => `${(100 * value).toFixed(1)} %`).join(', ');
    const detail = `${frames} frames stand still at ${values} of full scale`;
    this.onMark({ kind: 'constant', fromFrame, frames, detail });
  }
}
