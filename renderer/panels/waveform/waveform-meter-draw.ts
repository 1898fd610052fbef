/** Draws the level meter: a bar a channel with RMS inside peak, the held peak, the clip light, and for two channels how they
 *  go together (a goniometer, where there is room). Pure.
 *
 *      ┌──┐┌──┐  clip lights
 *      │  ││  │  0
 *      │▒▒││▒▒│  -20        peak ▒, RMS █
 *      │██││██│  -40
 *      └──┘└──┘  -60
 *       FL  FR
 *        ╱╲      goniometer  */
import { fillBox } from '../../canvas/paint.ts';
import type { Theme } from '../../palette.ts';
import {
  type HeldLevel,
  type Levels,
  METER_DB,
  meterShare,
  meterText,
  shownHold,
} from './waveform-meter-model.ts';

export interface MeterModel {
  readonly names: readonly string[];
  readonly levels: Levels | undefined;
  readonly held: readonly HeldLevel[];
  readonly atMs: number;
  /** The window's samples, for the goniometer. */
  readonly samples: readonly Float32Array[];
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

const SCALE_PX = 24;
const LIGHT_PX = 7;
const TOP_PX = 22;
const NAMES_PX = 16;
const NUMBERS_PX = 30;
const GONIOMETER_FROM_PX = 210;
const DOTS = 1200;

export function drawMeter(
  ctx: CanvasRenderingContext2D,
  model: MeterModel,
  size: Size,
  theme: Theme,
): void {
  fillBox(ctx, theme.background, 0, 0, size.widthPx, size.heightPx);
  fillBox(ctx, theme.border, 0, 0, 1, size.heightPx);
  const isStereo = model.names.length === 2;
  const gonioPx = isStereo && size.heightPx >= GONIOMETER_FROM_PX ? size.widthPx - 12 : 0;
  const bottomPx = size.heightPx - NUMBERS_PX - (gonioPx > 0 ? gonioPx + 20 : 0);
  drawTitle(ctx, theme);
  drawScale(ctx, bottomPx - NAMES_PX, theme);
  drawBars(ctx, model, size, bottomPx - NAMES_PX, theme);
  drawNumbers(ctx, model, size, bottomPx, theme);
  if (gonioPx > 0) drawGoniometer(ctx, model, 6, bottomPx + NUMBERS_PX, gonioPx, theme);
}

function drawTitle(ctx: CanvasRenderingContext2D, theme: Theme): void {
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.textSecond;
  ctx.fillText('dBFS', 6, 11);
}

function drawScale(ctx: CanvasRenderingContext2D, bottomPx: number, theme: Theme): void {
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textAlign = 'right';
  const heightPx = bottomPx - TOP_PX - LIGHT_PX - 2;
  const step = heightPx >= 130 ? 10 : heightPx >= 56 ? 20 : METER_DB;
  for (let db = 0; db <= METER_DB; db += step) {
    const y = TOP_PX + LIGHT_PX + 2 + (heightPx * db) / METER_DB;
    ctx.fillStyle = theme.textSecond;
    ctx.fillText(String(db), SCALE_PX - 3, y);
  }
}

function drawBars(
  ctx: CanvasRenderingContext2D,
  { levels, held, names, atMs }: MeterModel,
  { widthPx }: Size,
  bottomPx: number,
  theme: Theme,
): void {
  const topPx = TOP_PX + LIGHT_PX + 2;
  const heightPx = Math.max(0, bottomPx - topPx);
  const stepPx = (widthPx - SCALE_PX - 6) / Math.max(1, names.length);
  const gapPx = stepPx >= 6 ? 3 : 1;
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textAlign = 'center';
  names.forEach((name, channel) => {
    const x = SCALE_PX + channel * stepPx;
    const barPx = Math.max(1, stepPx - gapPx);
    fillBox(ctx, theme.raised, x, topPx, barPx, heightPx);
    const level = levels?.channels[channel];
    const hold = held[channel];
    const shown = hold === undefined ? undefined : shownHold(hold, atMs);
    fillBox(ctx, shown?.isClipped ? theme.error : theme.raised, x, TOP_PX, barPx, LIGHT_PX);
    if (level !== undefined) {
      const bar = (amplitude: number, colour: string) => {
        const filledPx = Math.round(heightPx * meterShare(amplitude));
        fillBox(ctx, colour, x, topPx + heightPx - filledPx, barPx, filledPx);
      };
      bar(level.peak, theme.wave);
      bar(level.rms, theme.waveRms);
    }
    if (shown !== undefined && meterShare(shown.peak) > 0) {
      const y = topPx + Math.round(heightPx * (1 - meterShare(shown.peak)));
      fillBox(ctx, shown.isClipped ? theme.error : theme.text, x, y, barPx, 2);
    }
    if (stepPx < 15) return;
    ctx.fillStyle = theme.text;
    ctx.fillText(name, x + barPx / 2, bottomPx + NAMES_PX / 2);
  });
}

/** Peak over RMS of the loudest channel. */
function drawNumbers(
  ctx: CanvasRenderingContext2D,
  { levels }: MeterModel,
  { widthPx }: Size,
  topPx: number,
  theme: Theme,
): void {
  const loudest = (of: 'peak' | 'rms') =>
    Math.max(...(levels?.channels.map((level) => level[of]) ?? []));
  const hasLevel = levels !== undefined && levels.channels.length > 0;
  const line = (word: string, value: number, y: number) => {
    ctx.font = `11px ${theme.fontUi}`;
    ctx.textAlign = 'left';
    ctx.fillStyle = theme.textSecond;
    ctx.fillText(word, 6, y);
    ctx.font = `11px ${theme.fontMono}`;
    ctx.textAlign = 'right';
    ctx.fillStyle = theme.text;
    ctx.fillText(hasLevel ? meterText(value) : '–', widthPx - 6, y);
  };
  line('peak', loudest('peak'), topPx + 8);
  line('rms', loudest('rms'), topPx + 22);
}

/** Left goes up to the left, right up to the right: in phase is upright, opposite lies down. */
function drawGoniometer(
  ctx: CanvasRenderingContext2D,
  { levels, samples: [left, right] }: MeterModel,
  leftPx: number,
  topPx: number,
  sizePx: number,
  theme: Theme,
): void {
  fillBox(ctx, theme.panel, leftPx, topPx, sizePx, sizePx);
  const half = sizePx / 2;
  fillBox(ctx, theme.border, leftPx + half, topPx, 1, sizePx);
  fillBox(ctx, theme.border, leftPx, topPx + half, sizePx, 1);
  const frames = Math.min(left?.length ?? 0, right?.length ?? 0);
  const scale = 1 / Math.max(1e-4, ...(levels?.channels.map(({ peak }) => peak) ?? []));
  const step = Math.max(1, Math.ceil(frames / DOTS));
  ctx.fillStyle = theme.waveRms;
  for (let at = 0; at < frames; at += step) {
    const [l, r] = [(left?.[at] ?? 0) * scale, (right?.[at] ?? 0) * scale];
    const x = leftPx + half + ((r - l) / 2) * (half - 1);
    const y = topPx + half - ((l + r) / 2) * (half - 1);
    ctx.fillRect(x - 0.5, y - 0.5, 1, 1);
  }
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.textSecond;
  ctx.fillText('corr', leftPx, topPx + sizePx + 10);
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textAlign = 'right';
  ctx.fillStyle = theme.text;
  const correlation = levels?.correlation;
  const text = correlation === undefined ? '–' : correlation.toFixed(2);
  ctx.fillText(text, leftPx + sizePx, topPx + sizePx + 10);
}
