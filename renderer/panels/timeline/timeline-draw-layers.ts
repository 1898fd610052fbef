/** Draws layers: the line of each row, its events as ticks, its faults, and grey where the file tells nothing. Pure. */
import { fillBox, textWithin } from '../../canvas/paint.ts';
import { type TimeScale, toPx } from '../../canvas/time-scale.ts';
import { detailOf, LAYER_EVENTS, titleOf, topOf } from '../../layers/layer-words.ts';
import type { Theme } from '../../palette.ts';
import { LABEL_PX } from './timeline-lane.ts';
import type { LayerRow } from './timeline-layers.ts';

const TICKS_PX = 8;

export function drawLayerRow(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  row: LayerRow,
  scale: TimeScale,
  endNs: number,
): void {
  const { topPx, heightPx, isFolded } = row;
  const rightPx = scale.leftPx + scale.widthPx;
  fillBox(ctx, theme.border, 0, topPx + heightPx - 1, rightPx, 1);
  ctx.save();
  ctx.beginPath();
  ctx.rect(LABEL_PX, topPx, scale.widthPx, heightPx);
  ctx.clip();
  if (!isFolded) drawLine(ctx, theme, row, scale);
  if (!isFolded) drawEvents(ctx, theme, row, scale);
  drawFaults(ctx, theme, row, scale);
  drawEnds(ctx, theme, row, scale, endNs);
  ctx.restore();
  drawLayerLabel(ctx, theme, row);
}

function drawLine(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  { track, topPx, heightPx }: LayerRow,
  scale: TimeScale,
): void {
  const tallPx = heightPx - TICKS_PX - 9;
  const bottomPx = topPx + 4 + tallPx;
  const { least, most, fromNs, columnNs } = track;
  const top = topOf(track);
  const yOf = (value: number) => bottomPx - (Math.min(value, top) / top) * (tallPx - 1);
  let xPx = toPx(scale, fromNs);
  for (let column = 0; column < most.length; column++) {
    const nextPx = toPx(scale, fromNs + (column + 1) * columnNs);
    const widthPx = Math.max(1, nextPx - xPx);
    const high = most[column] ?? Number.NaN;
    if (!Number.isNaN(high) && nextPx >= LABEL_PX) {
      const low = least[column] ?? high;
      const [highPx, lowPx] = [yOf(high), yOf(low)];
      ctx.globalAlpha = 0.18;
      fillBox(ctx, theme.waveRms, xPx, lowPx, widthPx, bottomPx - lowPx);
      ctx.globalAlpha = 0.5;
      if (low < high) fillBox(ctx, theme.waveRms, xPx, highPx, widthPx, lowPx - highPx);
      ctx.globalAlpha = 1;
      fillBox(ctx, theme.waveRms, xPx, highPx, widthPx, 1.25);
    }
    xPx = nextPx;
  }
}

/** Writes stand up, what the hardware did hangs down; as kicks and interrupts do in the lanes above. */
function drawEvents(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  { track, topPx, heightPx }: LayerRow,
  scale: TimeScale,
): void {
  const { events } = track;
  if (events === undefined) return;
  const bottomPx = topPx + heightPx - 4;
  events.atNs.forEach((atNs, place) => {
    const code = LAYER_EVENTS[events.code[place] ?? 0];
    const xPx = Math.round(toPx(scale, atNs));
    if (xPx < LABEL_PX) return;
    if (code === 'write') fillBox(ctx, theme.posted, xPx, bottomPx - 4, 1, 4);
    else if (code === 'interrupt') fillBox(ctx, theme.done, xPx, bottomPx - TICKS_PX, 1, 4);
    else if (code === 'position') fillBox(ctx, theme.textFaint, xPx, bottomPx - TICKS_PX, 1, 3);
  });
}

function drawFaults(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  { track, topPx, heightPx }: LayerRow,
  scale: TimeScale,
): void {
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  let lastPx = Number.NEGATIVE_INFINITY;
  for (const { atNs } of track.faults) {
    const xPx = Math.round(toPx(scale, atNs));
    if (xPx < LABEL_PX) continue;
    fillBox(ctx, theme.error, xPx, topPx + 2, 1.5, heightPx - 5);
    if (xPx - lastPx < 14) continue;
    ctx.fillStyle = theme.error;
    ctx.fillText('✕', xPx + 3, topPx + 3);
    lastPx = xPx;
  }
}

/** Before its first event and behind its last one the file tells nothing. */
function drawEnds(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  { info, track, topPx, heightPx, isFolded }: LayerRow,
  scale: TimeScale,
  endNs: number,
): void {
  const rightPx = scale.leftPx + scale.widthPx;
  const grey = (fromPx: number, toEndPx: number) => {
    const left = Math.max(LABEL_PX, fromPx);
    const right = Math.min(rightPx, toEndPx);
    if (right - left < 1) return;
    ctx.globalAlpha = 0.16;
    fillBox(ctx, theme.textFaint, left, topPx, right - left, heightPx - 1);
    ctx.globalAlpha = 1;
  };
  const beginPx = toPx(scale, info.fromNs);
  const lastPx = toPx(scale, track.lastNs);
  grey(toPx(scale, 0), beginPx);
  grey(lastPx, toPx(scale, endNs));
  if (isFolded) return;
  ctx.font = `italic 11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.fillStyle = theme.textSecond;
  const roomPx = Math.min(rightPx, toPx(scale, endNs)) - lastPx - 14;
  textWithin(ctx, 'the file ends', Math.max(LABEL_PX, lastPx) + 7, topPx + heightPx / 2, roomPx);
}

/** What it is, and that its place is assumed: in italics, with a tilde. */
function drawLayerLabel(ctx: CanvasRenderingContext2D, theme: Theme, row: LayerRow): void {
  const { track, topPx, heightPx, isFolded } = row;
  fillBox(ctx, theme.background, 0, topPx, LABEL_PX - 1, heightPx - 1);
  fillBox(ctx, theme.border, LABEL_PX - 1, topPx, 1, heightPx);
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.text;
  ctx.font = `italic 12.5px ${theme.fontUi}`;
  textWithin(ctx, `~ ${titleOf(track)}`, 12, topPx + 16, LABEL_PX - 34);
  ctx.fillStyle = theme.textSecond;
  ctx.font = `12.5px ${theme.fontUi}`;
  ctx.fillText(isFolded ? '▸' : '▾', LABEL_PX - 18, topPx + 16);
  if (isFolded) return;
  ctx.font = `11px ${theme.fontUi}`;
  textWithin(ctx, detailOf(track), 12, topPx + 31, LABEL_PX - 20);
}
