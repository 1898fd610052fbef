/** Marks on the wave: what was written late, repeated, cut out, torn or clipped. Pure. */
import type { Peaks } from '../../../src-core/contract-data.ts';
import type { WaveMark } from '../../../src-core/contract-proof.ts';
import type { Frames } from '../../../src-core/units.ts';
import { fillBox } from '../../canvas/paint.ts';
import type { Theme } from '../../palette.ts';
import { RIBBON_PX, RULER_PX } from './waveform-model.ts';
import { type FrameScale, frameToPx } from './waveform-scale.ts';

export interface ContentModel {
  readonly scale: FrameScale;
  readonly marks: readonly WaveMark[];
}

const WORDS: Record<WaveMark['kind'], { readonly glyph: string; readonly word: string }> = {
  'late-write': { glyph: '✎', word: 'late write' },
  'repeated-block': { glyph: '↻', word: 'repeated' },
  'inserted-silence': { glyph: '∅', word: 'silence' },
  discontinuity: { glyph: '↯', word: 'jump' },
  clipping: { glyph: '⊤', word: 'clipped' },
  constant: { glyph: '―', word: 'constant' },
  'silent-stream': { glyph: '∅', word: 'all silent' },
};
const LABEL_PX = 16;

export function markWord(kind: WaveMark['kind']): string {
  return WORDS[kind].word;
}

/** A tinted stretch with glyph and word at the bottom; marks that would cover a label have only their stretch. */
export function drawContent(
  ctx: CanvasRenderingContext2D,
  { scale, marks }: ContentModel,
  size: { readonly widthPx: number; readonly heightPx: number },
  theme: Theme,
): void {
  const topPx = RULER_PX + RIBBON_PX + 1;
  const rightPx = scale.leftPx + scale.widthPx;
  const labelTopPx = size.heightPx - LABEL_PX - 2;
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  let freePx = Number.NEGATIVE_INFINITY;
  for (const { kind, fromFrame, frames } of marks) {
    const from = Math.max(scale.leftPx, frameToPx(scale, fromFrame));
    const to = Math.min(rightPx, frameToPx(scale, fromFrame + frames));
    if (to < scale.leftPx || from > rightPx) continue;
    const colour = colourOf(kind, theme);
    ctx.globalAlpha = 0.22;
    fillBox(ctx, colour, from, topPx, Math.max(2, to - from), size.heightPx - topPx);
    ctx.globalAlpha = 1;
    fillBox(ctx, colour, Math.round(from), topPx, 1, size.heightPx - topPx);
    if (from < freePx) continue;
    const { glyph, word } = WORDS[kind];
    const text = `${glyph} ${word}`;
    const widthPx = Math.ceil(ctx.measureText(text).width) + 10;
    const leftPx = Math.min(from, rightPx - widthPx);
    fillBox(ctx, theme.background, leftPx, labelTopPx, widthPx, LABEL_PX);
    fillBox(ctx, colour, leftPx, labelTopPx, 2, LABEL_PX);
    ctx.fillStyle = theme.text;
    ctx.fillText(text, leftPx + 6, labelTopPx + LABEL_PX / 2 + 0.5);
    freePx = leftPx + widthPx + 4;
  }
}

/** Marks that hold a frame, or lie within `slackFrames` of it. */
export function marksAt(
  marks: readonly WaveMark[],
  frame: Frames,
  slackFrames: Frames,
): readonly WaveMark[] {
  return marks.filter(
    (mark) =>
      frame >= mark.fromFrame - slackFrames && frame < mark.fromFrame + mark.frames + slackFrames,
  );
}

/** Marks, and where PCM was missing as far as `peaks` tell, in the order of their frames. */
export function withGaps(
  marks: readonly WaveMark[],
  peaks: Peaks | null | undefined,
): readonly WaveMark[] {
  const { silences } = peaks ?? {};
  const filled = Array.from(silences?.fromFrame ?? [], (fromFrame, nth): WaveMark => {
    const frames = silences?.frames[nth] ?? 1;
    const detail =
      silences?.counted[nth] === 1
        ? 'put in by the sink, as it counted'
        : 'in the sink’s time, by the device’s clock';
    return { kind: 'inserted-silence', fromFrame, frames, detail };
  });
  const missing = Array.from(peaks?.xruns?.atFrame ?? [], (fromFrame): WaveMark => {
    return { kind: 'discontinuity', fromFrame, frames: 1, detail: 'PCM was missing' };
  });
  const gaps = [...filled, ...missing];
  if (gaps.length === 0) return marks;
  return [...marks, ...gaps].sort((left, right) => left.fromFrame - right.fromFrame);
}

/** The next mark behind a frame, or the one before it; round about at the ends. */
export function nextMark(
  marks: readonly WaveMark[],
  frame: Frames,
  way: 1 | -1,
): WaveMark | undefined {
  return way > 0
    ? (marks.find(({ fromFrame }) => fromFrame > frame) ?? marks[0])
    : (marks.findLast(({ fromFrame }) => fromFrame < frame) ?? marks.at(-1));
}

function colourOf(kind: WaveMark['kind'], theme: Theme): string {
  if (kind === 'clipping' || kind === 'discontinuity') return theme.error;
  return kind === 'late-write' ? theme.held : theme.lost;
}
