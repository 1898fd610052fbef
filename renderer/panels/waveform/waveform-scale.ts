/** Frames and pixels: pure. A scale shows `fromFrame`..`toFrame` (fractions allowed) across `widthPx`, from `leftPx` on. */
import type { PeaksQuery } from '../../../src-core/contract-data.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import type { Frames, TrackId } from '../../../src-core/units.ts';

export interface FrameRange {
  readonly fromFrame: Frames;
  readonly toFrame: Frames;
}

export interface FrameScale extends FrameRange {
  readonly leftPx: number;
  readonly widthPx: number;
}

/** Narrowest view, in frames: about 60 pixels a sample. */
export const MIN_FRAMES = 16;
/** Above this many pixels a frame single samples are drawn instead of peaks. */
export const SAMPLES_FROM_PX_PER_FRAME = 1;

export function frameToPx(scale: FrameScale, frame: Frames): number {
  return scale.leftPx + (frame - scale.fromFrame) / framesPerPx(scale);
}

export function pxToFrame(scale: FrameScale, px: number): Frames {
  return scale.fromFrame + (px - scale.leftPx) * framesPerPx(scale);
}

export function framesPerPx(scale: FrameScale): number {
  return (scale.toFrame - scale.fromFrame) / Math.max(1, scale.widthPx);
}

export function showsSamples(scale: FrameScale): boolean {
  return framesPerPx(scale) < 1 / SAMPLES_FROM_PX_PER_FRAME;
}

export function spanOf({ fromFrame, toFrame }: FrameRange): Frames {
  return toFrame - fromFrame;
}

/** `factor` under 1 goes nearer; the frame `at` stays where it is. Never wider than the track and some room. */
export function zoomFrames(
  range: FrameRange,
  at: Frames,
  factor: number,
  total: Frames,
): FrameRange {
  const widest = Math.max(MIN_FRAMES, total * 1.5);
  const span = Math.min(widest, Math.max(MIN_FRAMES, spanOf(range) * factor));
  const share = (at - range.fromFrame) / spanOf(range);
  const fromFrame = at - share * span;
  return { fromFrame, toFrame: fromFrame + span };
}

export function panFrames(range: FrameRange, by: Frames): FrameRange {
  return { fromFrame: range.fromFrame + by, toFrame: range.toFrame + by };
}

/** Keeps at least a tenth of the view over the track. */
export function keepOverTrack(range: FrameRange, total: Frames): FrameRange {
  const margin = spanOf(range) * 0.9;
  if (range.fromFrame < -margin) return panFrames(range, -margin - range.fromFrame);
  if (range.toFrame > total + margin) return panFrames(range, total + margin - range.toFrame);
  return range;
}

/** The whole track. */
export function fitFrames(total: Frames): FrameRange {
  const span = Math.max(MIN_FRAMES, total);
  return { fromFrame: -span * 0.01, toFrame: span * 1.01 };
}

export function centreFrames(range: FrameRange, at: Frames): FrameRange {
  return panFrames(range, at - (range.fromFrame + range.toFrame) / 2);
}

/** The end of the track at the right edge; a short track begins at the left. */
export function followFrames(range: FrameRange, total: Frames): FrameRange {
  const span = spanOf(range);
  const fromFrame = Math.max(0, total - span);
  return { fromFrame, toFrame: fromFrame + span };
}

/** What to ask for: columns of whole frames on a grid that does not move with the view, so that panning does not make
 *  peaks flicker; a quarter of the view more on both sides, so that there is something to pan into. */
export function peaksQuery(
  scale: FrameScale,
  track: TrackId,
  total: Frames,
): PeaksQuery | undefined {
  const step = Math.max(1, Math.round(framesPerPx(scale)));
  const margin = spanOf(scale) / 4;
  const first = Math.floor(Math.max(0, scale.fromFrame - margin) / step) * step;
  const last = Math.min(total, scale.toFrame + margin);
  const columns = Math.min(LIMITS.pixelsPerRequest, Math.ceil((last - first) / step));
  if (columns < 1 || scale.widthPx < 1) return undefined;
  return { track, fromFrame: first, frames: columns * step, columns };
}

/** The frames in view and a margin, cut to the track; undefined when none of it is in view. */
export function samplesQuery(
  scale: FrameScale,
  track: TrackId,
  total: Frames,
): { track: TrackId; fromFrame: Frames; frames: Frames } | undefined {
  const margin = Math.ceil(spanOf(scale) / 4) + 1;
  const first = Math.max(0, Math.floor(scale.fromFrame) - margin);
  const last = Math.min(total, Math.ceil(scale.toFrame) + margin);
  if (last <= first) return undefined;
  return { track, fromFrame: first, frames: Math.min(last - first, LIMITS.framesPerRequest) };
}
