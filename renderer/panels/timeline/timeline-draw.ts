/** Draws the timeline: pure functions of context, model, scale and theme. Only what is visible is drawn. */
import type { UserMark } from '../../../src-core/capture/entry.ts';
import type { HeadroomSeries } from '../../../src-core/contract-latency.ts';
import type { TimelineTracks } from '../../../src-core/contract-tracks.ts';
import { drawTimeAxis, fillBox, hatch, textWithin, verticalLine } from '../../canvas/paint.ts';
import { type Axis, axisTicks, axisTitle } from '../../canvas/time-axis.ts';
import { formatDuration, type TimeScale, toPx } from '../../canvas/time-scale.ts';
import type { CanvasSize } from '../../canvas/use-canvas.ts';
import { drawFlags } from '../../marks/draw-flags.ts';
import { streamColour, type Theme } from '../../palette.ts';
import { drawBars, drawDensity } from './timeline-draw-bars.ts';
import { drawFlow } from './timeline-draw-flow.ts';
import { drawFoldLabels, drawFolds } from './timeline-draw-folds.ts';
import { drawGapLabels, drawGaps } from './timeline-draw-gaps.ts';
import { drawHeadroom, drawHeadroomLabel } from './timeline-draw-headroom.ts';
import { drawLayerRow } from './timeline-draw-layers.ts';
import { drawMarks } from './timeline-draw-marks.ts';
import { drawSamples, drawSamplesLabel } from './timeline-draw-samples.ts';
import { drawTrackLabels, drawTracks, hasLabelRoom } from './timeline-draw-tracks.ts';
import { flowOf } from './timeline-flow.ts';
import { AXIS_PX, LABEL_PX, type LaneView, MARKS_PX, partOf } from './timeline-lane.ts';
import type { TimelineModel } from './timeline-model.ts';

/** What lies over the lanes: where the user is and what is chosen. */
export interface TimelineOverlay {
  readonly scrollPx: number;
  readonly selected: number | undefined;
  /** The message under the pointer, in any panel. */
  readonly hovered: number | undefined;
  readonly area: { readonly fromNs: number; readonly toNs: number } | undefined;
  readonly cursorNs: number | undefined;
  readonly hoverNs: number | undefined;
  /** Pulled for other parameters than these: what is missing may still come. */
  readonly isLoading: boolean;
  readonly axis: Axis;
  /** Frames between guest and silence, by stream. */
  readonly headroom: readonly HeadroomSeries[];
  readonly tracks: TimelineTracks;
  readonly userMarks: readonly UserMark[];
  /** Nothing after the model's end is drawn. */
  readonly isFrozen: boolean;
}

export function drawTimeline(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  model: TimelineModel,
  scale: TimeScale,
  overlay: TimelineOverlay,
): void {
  fillBox(ctx, theme.panel, 0, 0, size.widthPx, size.heightPx);
  drawOutside(ctx, size, theme, model, scale);
  drawTimeAxis(ctx, theme, scale, AXIS_PX, size.heightPx, axisTicks(scale, overlay.axis));
  const { gaps } = model.timeline;
  const lanesBox = { topPx: AXIS_PX + MARKS_PX, heightPx: size.heightPx };
  drawGaps(ctx, theme, gaps, -1, lanesBox, scale);
  drawLanes(ctx, size, theme, model, scale, overlay);
  drawFolds(ctx, size, theme, scale);
  const { marks, endNs } = model;
  const shown = overlay.isFrozen ? marks.filter(({ atNs }) => atNs <= endNs) : marks;
  drawGapLabels(ctx, theme, gaps, scale);
  drawMarks(ctx, size, theme, { ...model, marks: shown }, scale);
  drawFlags(ctx, theme, overlay.userMarks, scale, AXIS_PX - 12, size.heightPx);
  drawFlow(ctx, theme, model, flowOf(model, overlay.selected), scale, overlay.scrollPx);
  drawFoldLabels(ctx, theme, scale);
  drawOverlay(ctx, size, theme, scale, overlay);
  drawCorner(ctx, theme, axisTitle(overlay.axis));
  drawScrollThumb(ctx, size, theme, model, overlay.scrollPx);
}

/** Pinned lanes first; the others scroll under them. */
function drawLanes(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  model: TimelineModel,
  scale: TimeScale,
  overlay: TimelineOverlay,
): void {
  const { lanes, pinnedBottomPx } = model;
  const topPx = AXIS_PX + MARKS_PX;
  const draw = (isStill: boolean, fromPx: number, toYPx: number, scrollPx: number) => {
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, fromPx, size.widthPx, toYPx - fromPx);
    ctx.clip();
    ctx.translate(0, -scrollPx);
    for (const lane of lanes) {
      if (lane.topPx < pinnedBottomPx !== isStill) continue;
      const isBelow = lane.topPx - scrollPx > size.heightPx;
      const isAbove = lane.topPx + lane.heightPx - scrollPx < fromPx;
      if (!isBelow && !isAbove) drawLane(ctx, size, theme, model, lane, scale, overlay);
    }
    for (const row of isStill ? [] : model.layers) {
      drawLayerRow(ctx, theme, row, scale, model.endNs);
    }
    ctx.restore();
  };
  draw(true, topPx, pinnedBottomPx, 0);
  draw(false, pinnedBottomPx, Math.max(pinnedBottomPx, size.heightPx), overlay.scrollPx);
  if (pinnedBottomPx > topPx) {
    fillBox(ctx, theme.borderStrong, 0, pinnedBottomPx - 2, size.widthPx, 2);
  }
}

/** Beside the names, when there are more lanes than room. */
function drawScrollThumb(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  model: TimelineModel,
  scrollPx: number,
): void {
  if (model.heightPx <= size.heightPx) return;
  const fromPx = model.pinnedBottomPx;
  const roomPx = size.heightPx - fromPx;
  if (roomPx < 20) return;
  const share = roomPx / (model.heightPx - fromPx);
  const topPx = fromPx + scrollPx * share;
  fillBox(ctx, theme.borderStrong, LABEL_PX - 6, topPx + 2, 4, roomPx * share - 4);
}

/** Before the capture began and after it ends there is nothing to know. */
function drawOutside(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  model: TimelineModel,
  scale: TimeScale,
): void {
  const zeroPx = Math.max(LABEL_PX, toPx(scale, 0));
  const endPx = Math.max(LABEL_PX, toPx(scale, model.endNs));
  if (zeroPx > LABEL_PX) {
    fillBox(ctx, theme.background, LABEL_PX, AXIS_PX, zeroPx - LABEL_PX, size.heightPx);
  }
  if (endPx < size.widthPx) {
    fillBox(ctx, theme.background, endPx, AXIS_PX, size.widthPx - endPx, size.heightPx);
    verticalLine(ctx, theme.borderStrong, endPx, AXIS_PX, size.heightPx);
  }
}

function drawLane(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  model: TimelineModel,
  lane: LaneView,
  scale: TimeScale,
  overlay: TimelineOverlay,
): void {
  const bottomPx = lane.topPx + lane.heightPx;
  fillBox(ctx, theme.border, 0, bottomPx - 1, size.widthPx, 1);
  ctx.save();
  ctx.beginPath();
  // a frozen view ends where it was frozen, also when a zoom has fetched what came since
  const rightPx = overlay.isFrozen
    ? Math.min(size.widthPx, Math.max(LABEL_PX, toPx(scale, model.endNs)))
    : size.widthPx;
  ctx.rect(LABEL_PX, lane.topPx, rightPx - LABEL_PX, lane.heightPx);
  ctx.clip();
  if (lane.streamId >= 0) drawGaps(ctx, theme, model.timeline.gaps, lane.streamId, lane, scale);
  if (lane.bandTopPx !== undefined)
    drawStates(ctx, theme, lane, lane.bandTopPx, scale, model.endNs);
  const hasMessages = partOf(lane, 'messages') !== undefined;
  if (lane.source.density === undefined) drawBars(ctx, theme, lane, scale, overlay);
  else if (hasMessages) drawDensity(ctx, theme, lane, model.timeline, scale);
  if (partOf(lane, 'ticks') !== undefined) drawTicks(ctx, theme, lane, scale);
  drawSamples(ctx, theme, lane, scale);
  const series = overlay.headroom.find(({ streamId }) => streamId === lane.streamId);
  const headroomPart = partOf(lane, 'headroom');
  if (series !== undefined && headroomPart !== undefined) {
    drawHeadroom(ctx, theme, series, headroomPart, scale, lane.states);
  }
  drawTracks(ctx, theme, lane, overlay.tracks, scale, model.endNs);
  ctx.restore();
  drawLabel(ctx, theme, lane);
  drawSamplesLabel(ctx, theme, lane);
  drawTrackLabels(ctx, theme, lane, overlay.tracks);
  if (series !== undefined && headroomPart !== undefined && hasLabelRoom(lane, headroomPart)) {
    drawHeadroomLabel(ctx, theme, series, headroomPart);
  }
}

function drawLabel(ctx: CanvasRenderingContext2D, theme: Theme, lane: LaneView): void {
  fillBox(ctx, theme.background, 0, lane.topPx, LABEL_PX - 1, lane.heightPx - 1);
  fillBox(ctx, theme.border, LABEL_PX - 1, lane.topPx, 1, lane.heightPx);
  if (lane.streamId >= 0) {
    fillBox(ctx, streamColour(theme, lane.streamId), 0, lane.topPx, 3, lane.heightPx - 1);
  }
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.text;
  ctx.font = `12.5px ${theme.fontUi}`;
  const pin = lane.isPinned ? '◆ ' : '';
  textWithin(ctx, `${pin}${lane.title}`, 12, lane.topPx + 16, LABEL_PX - 34);
  ctx.fillStyle = theme.textSecond;
  ctx.fillText(lane.isFolded ? '▸' : '▾', LABEL_PX - 18, lane.topPx + 16);
  if (lane.heightPx < 34) return;
  ctx.fillStyle = theme.textSecond;
  ctx.font = `11px ${theme.fontUi}`;
  const waiting = lane.waitingBuffers > 0 ? `${lane.waitingBuffers} buffers wait` : '';
  textWithin(ctx, waiting === '' ? lane.detail : waiting, 12, lane.topPx + 31, LABEL_PX - 20);
}

/** State bands: word, and a fill of their own, so that colour is not all that tells them apart. */
function drawStates(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  lane: LaneView,
  topPx: number,
  scale: TimeScale,
  endNs: number,
): void {
  const heightPx = 14;
  const rightPx = scale.leftPx + scale.widthPx;
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const band of lane.states) {
    const fromPx = Math.max(LABEL_PX, toPx(scale, band.fromNs));
    const endPx = Math.min(rightPx, toPx(scale, Math.min(band.toNs, endNs)));
    const widthPx = endPx - fromPx;
    if (widthPx <= 0) continue;
    const colour = stateColour(theme, band.state);
    ctx.globalAlpha = band.state === 'running' ? 0.28 : 0.14;
    fillBox(ctx, colour, fromPx, topPx, widthPx, heightPx);
    ctx.globalAlpha = 1;
    if (band.state === 'stopped' && widthPx > 3) {
      ctx.globalAlpha = 0.5;
      hatch(ctx, colour, fromPx, topPx, widthPx, heightPx);
      ctx.globalAlpha = 1;
    }
    fillBox(ctx, colour, fromPx, topPx, 1.5, heightPx);
    if (widthPx < 24) continue;
    ctx.fillStyle = theme.text;
    textWithin(ctx, band.state, fromPx + 6, topPx + heightPx / 2 + 0.5, widthPx - 8);
  }
}

function stateColour(theme: Theme, state: string): string {
  const colours: Record<string, string> = {
    running: theme.service,
    prepared: theme.held,
    params: theme.posted,
    stopped: theme.done,
    released: theme.done,
  };
  return colours[state] ?? theme.textFaint;
}

/** Kicks stand up from below, interrupts hang down from above. */
function drawTicks(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  lane: LaneView,
  scale: TimeScale,
): void {
  const { ticksTopPx: topPx } = lane;
  ctx.fillStyle = theme.posted;
  for (const atNs of lane.source.kicksNs) {
    const xPx = toPx(scale, atNs);
    if (xPx >= LABEL_PX) ctx.fillRect(Math.round(xPx), topPx + 4, 1, 5);
  }
  ctx.fillStyle = theme.done;
  for (const atNs of lane.source.interruptsNs) {
    const xPx = toPx(scale, atNs);
    if (xPx >= LABEL_PX) ctx.fillRect(Math.round(xPx), topPx, 1, 4);
  }
}

function drawOverlay(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  scale: TimeScale,
  { area, cursorNs, hoverNs }: TimelineOverlay,
): void {
  if (area !== undefined) drawArea(ctx, size, theme, scale, area);
  if (hoverNs !== undefined) {
    const xPx = toPx(scale, hoverNs);
    ctx.globalAlpha = 0.5;
    if (xPx >= LABEL_PX) verticalLine(ctx, theme.cursor, xPx, AXIS_PX, size.heightPx);
    ctx.globalAlpha = 1;
  }
  if (cursorNs === undefined) return;
  const xPx = toPx(scale, cursorNs);
  if (xPx < LABEL_PX || xPx > size.widthPx) return;
  verticalLine(ctx, theme.selectionBorder, xPx, 0, size.heightPx);
  ctx.fillStyle = theme.selectionBorder;
  ctx.beginPath();
  ctx.moveTo(xPx - 4, 0);
  ctx.lineTo(xPx + 5, 0);
  ctx.lineTo(xPx + 0.5, 6);
  ctx.fill();
}

function drawArea(
  ctx: CanvasRenderingContext2D,
  size: CanvasSize,
  theme: Theme,
  scale: TimeScale,
  area: { readonly fromNs: number; readonly toNs: number },
): void {
  const fromPx = Math.max(LABEL_PX, toPx(scale, area.fromNs));
  const endPx = Math.min(size.widthPx, toPx(scale, area.toNs));
  if (endPx <= fromPx) return;
  ctx.globalAlpha = 0.16;
  fillBox(ctx, theme.selectionBorder, fromPx, AXIS_PX, endPx - fromPx, size.heightPx);
  ctx.globalAlpha = 1;
  verticalLine(ctx, theme.selectionBorder, fromPx, AXIS_PX, size.heightPx);
  verticalLine(ctx, theme.selectionBorder, endPx - 1, AXIS_PX, size.heightPx);
  const label = formatDuration(area.toNs - area.fromNs);
  ctx.font = `11px ${theme.fontMono}`;
  const widthPx = ctx.measureText(label).width + 10;
  const leftPx = Math.max(LABEL_PX, (fromPx + endPx - widthPx) / 2);
  fillBox(ctx, theme.selectionBorder, leftPx, 3, widthPx, 17);
  ctx.fillStyle = theme.background;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillText(label, leftPx + 5, 12);
}

function drawCorner(ctx: CanvasRenderingContext2D, theme: Theme, title: string): void {
  fillBox(ctx, theme.background, 0, 0, LABEL_PX, AXIS_PX + MARKS_PX);
  fillBox(ctx, theme.border, LABEL_PX - 1, 0, 1, AXIS_PX + MARKS_PX);
  fillBox(ctx, theme.border, 0, AXIS_PX + MARKS_PX - 1, LABEL_PX, 1);
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.textSecond;
  ctx.fillText(title, 12, AXIS_PX / 2);
  ctx.fillText('findings', 12, AXIS_PX + MARKS_PX / 2);
}
