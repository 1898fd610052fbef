/** Tracks of a lane beside its messages: how many chains the device had in hand, how loud the stream was, when the sink took
 *  frames; and what stands still because its source was gone. Pure. */
import type {
  DepthTrack,
  LevelTrack,
  Outage,
  SinkTrack,
  TimelineTracks,
} from '../../../src-core/contract-tracks.ts';
import { TXQ } from '../../../src-core/spec/sound.ts';
import { fillBox, textWithin } from '../../canvas/paint.ts';
import { type TimeScale, toPx } from '../../canvas/time-scale.ts';
import type { Theme } from '../../palette.ts';
import { LABEL_PX, type LaneView, type Part, partOf } from './timeline-lane.ts';
import { gainOf, highestOf } from './timeline-tracks.ts';

export function drawTracks(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  lane: LaneView,
  { depths, levels, sinks, outages }: TimelineTracks,
  scale: TimeScale,
  endNs: number,
): void {
  const { queue, streamId } = lane;
  const shown = shownColumns(scale, endNs);
  const depth = depths.find((one) => one.queue === queue);
  const depthPart = partOf(lane, 'depth');
  if (depth !== undefined && depthPart !== undefined) {
    drawDepth(ctx, theme, depth, depthPart, shown, lane);
  }
  const level = levels.find((one) => one.streamId === streamId);
  const levelPart = partOf(lane, 'audio');
  if (level !== undefined && levelPart !== undefined) {
    drawLevel(ctx, theme, level, levelPart, shown);
  }
  const sink = sinks.find((one) => one.streamId === streamId);
  const sinkPart = partOf(lane, 'sink');
  if (sink !== undefined && sinkPart !== undefined) drawSink(ctx, theme, sink, sinkPart, shown);
  drawAbsent(ctx, theme, lane);
  drawOutages(ctx, theme, lane, outages, scale, endNs);
}

/** In the column of names, at the foot of each track. */
export function drawTrackLabels(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  lane: LaneView,
  tracks: TimelineTracks,
): void {
  ctx.font = `11px ${theme.fontUi}`;
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.textSecond;
  for (const part of lane.parts) {
    const text = part.absent === undefined ? trackLabel(lane, part, tracks) : undefined;
    if (text === undefined || !hasLabelRoom(lane, part)) continue;
    textWithin(ctx, text, 12, part.topPx + part.heightPx - 2, LABEL_PX - 20);
  }
}

/** Whether a track's name stands clear of the lane's own name and detail. */
export function hasLabelRoom(lane: LaneView, { topPx, heightPx }: Part): boolean {
  return topPx + heightPx - 2 >= lane.topPx + 42;
}

function trackLabel(lane: LaneView, { kind }: Part, tracks: TimelineTracks): string | undefined {
  if (kind === 'depth') {
    const depth = tracks.depths.find(({ queue }) => queue === lane.queue);
    return depth === undefined ? 'in hand' : `in hand, 0–${highestOf(depth)}`;
  }
  if (kind === 'audio') {
    const level = tracks.levels.find(({ streamId }) => streamId === lane.streamId);
    const gain = level === undefined ? 1 : gainOf(level);
    return gain === 1 ? 'audio' : `audio × ${gain}`;
  }
  if (kind === 'sink') return lane.queue === TXQ ? 'sink takes' : 'source gives';
  return undefined;
}

/** Where each column of a track lies, left to right, as far as it is in view and has happened. */
type Columns = (
  track: { readonly fromNs: number; readonly columnNs: number },
  count: number,
  draw: (column: number, xPx: number, widthPx: number) => void,
) => void;

function shownColumns(scale: TimeScale, endNs: number): Columns {
  const rightPx = scale.leftPx + scale.widthPx;
  return ({ fromNs, columnNs }, count, draw) => {
    const last = Math.min(count, Math.ceil((endNs - fromNs) / columnNs));
    let xPx = toPx(scale, fromNs);
    for (let column = 0; column < last; column++) {
      const nextPx = toPx(scale, Math.min(endNs, fromNs + (column + 1) * columnNs));
      if (nextPx >= LABEL_PX && xPx <= rightPx) draw(column, xPx, Math.max(1, nextPx - xPx));
      xPx = nextPx;
    }
  };
}

/** A line of steps over its own area; where it moves within a pixel, from the least to the most. */
function drawDepth(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  depth: DepthTrack,
  { topPx, heightPx }: Part,
  columns: Columns,
  { states }: LaneView,
): void {
  const most = highestOf(depth);
  const running = states.filter(({ state }) => state === 'running');
  const yOf = (count: number) => topPx + 1 + (heightPx - 2) * (1 - count / most);
  const bottomPx = topPx + heightPx;
  ctx.globalAlpha = 0.16;
  columns(depth, depth.most.length, (column, xPx, widthPx) => {
    const yPx = yOf(depth.least[column] ?? 0);
    fillBox(ctx, theme.posted, xPx, yPx, widthPx, bottomPx - yPx);
  });
  ctx.globalAlpha = 1;
  columns(depth, depth.most.length, (column, xPx, widthPx) => {
    const high = depth.most[column] ?? 0;
    const low = depth.least[column] ?? 0;
    const highPx = yOf(high);
    fillBox(ctx, theme.posted, xPx, highPx, widthPx, 1.25);
    if (low < high) {
      ctx.globalAlpha = widthPx > 3 ? 0.25 : 0.55;
      fillBox(ctx, theme.posted, xPx, highPx, widthPx, yOf(low) - highPx);
      ctx.globalAlpha = 1;
    }
    // nothing in hand while the stream runs is what one looks for
    if (low > 0 || most < 2) return;
    const atNs = depth.fromNs + (column + 0.5) * depth.columnNs;
    if (running.some(({ fromNs, toNs }) => fromNs <= atNs && atNs < toNs)) {
      fillBox(ctx, theme.held, xPx, bottomPx - 2, widthPx, 2);
    }
  });
}

/** Peaks as a band around the middle, the level in it. */
function drawLevel(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  level: LevelTrack,
  { topPx, heightPx }: Part,
  columns: Columns,
): void {
  const middlePx = topPx + heightPx / 2;
  const gain = gainOf(level);
  const halfPx = heightPx / 2;
  const yOf = (value: number) => middlePx - Math.max(-1, Math.min(1, value * gain)) * halfPx;
  const rows = { peak: [] as [number, number, number, number][] };
  columns(level, level.max.length, (column, xPx, widthPx) => {
    const max = level.max[column] ?? Number.NaN;
    if (Number.isNaN(max)) return;
    const upPx = yOf(max);
    const downPx = Math.max(upPx + 1, yOf(level.min[column] ?? 0));
    rows.peak.push([xPx, upPx, widthPx + 0.3, downPx - upPx]);
  });
  for (const [xPx, yPx, widthPx, tallPx] of rows.peak) {
    fillBox(ctx, theme.wave, xPx, yPx, widthPx, tallPx);
  }
  columns(level, level.rms.length, (column, xPx, widthPx) => {
    const rms = level.rms[column] ?? Number.NaN;
    if (Number.isNaN(rms)) return;
    const tallPx = Math.min(heightPx, 2 * rms * gain * halfPx);
    fillBox(ctx, theme.waveRms, xPx, middlePx - tallPx / 2, widthPx + 0.3, Math.max(1, tallPx));
    const isClipped = (level.max[column] ?? 0) >= 1 || (level.min[column] ?? 0) <= -1;
    if (isClipped) fillBox(ctx, theme.error, xPx, topPx, Math.max(1.5, widthPx), 2);
  });
}

/** A tick for each call, as high as the frames that it took against a period; red where the guest had too few. Where there are
 *  more than can be told apart, the pace against real time, which is the line in the middle. */
function drawSink(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  sink: SinkTrack,
  { topPx, heightPx }: Part,
  columns: Columns,
): void {
  const bottomPx = topPx + heightPx;
  const { calls, pace } = sink;
  if (calls !== undefined) {
    const period = Math.max(1, sink.periodFrames);
    calls.atNs.forEach((atNs, place) => {
      const isMissed = (calls.missingFrames[place] ?? 0) > 0;
      const share = Math.min(1, (calls.frames[place] ?? 0) / period);
      const tallPx = isMissed ? heightPx : Math.max(3, share * heightPx);
      columns({ fromNs: atNs, columnNs: 1 }, 1, (_, xPx) => {
        const colour = isMissed ? theme.error : theme.service;
        fillBox(ctx, colour, Math.round(xPx), bottomPx - tallPx, isMissed ? 2 : 1, tallPx);
      });
    });
  }
  if (pace === undefined) return;
  const middlePx = topPx + heightPx / 2;
  columns(sink, pace.length, (column, xPx, widthPx) => {
    const share = pace[column] ?? Number.NaN;
    if (Number.isNaN(share)) return;
    const tallPx = Math.max(1, Math.min(1, share / 2) * heightPx);
    ctx.globalAlpha = 0.7;
    fillBox(ctx, theme.service, xPx, bottomPx - tallPx, widthPx + 0.3, tallPx);
    ctx.globalAlpha = 1;
    if (share < 0.02) fillBox(ctx, theme.error, xPx, topPx, Math.max(1.5, widthPx), heightPx);
  });
  fillBox(ctx, theme.borderStrong, LABEL_PX, middlePx, 1e5, 1);
}

/** Why there is nothing, in its place. */
function drawAbsent(ctx: CanvasRenderingContext2D, theme: Theme, { parts }: LaneView): void {
  ctx.font = `italic 11px ${theme.fontUi}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.textSecond;
  for (const { absent, topPx, heightPx } of parts) {
    if (absent !== undefined) ctx.fillText(absent, LABEL_PX + 8, topPx + heightPx / 2);
  }
}

/** Grey from the moment on at which the source of a track was gone, until there is one again. */
function drawOutages(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  lane: LaneView,
  outages: readonly Outage[],
  scale: TimeScale,
  endNs: number,
): void {
  for (const outage of outages) {
    const box = outage.of === 'guest' ? lane : partOf(lane, 'sink');
    const isOther = outage.streamId >= 0 && outage.streamId !== lane.streamId;
    if (box === undefined || isOther) continue;
    const fromPx = Math.max(LABEL_PX, toPx(scale, outage.fromNs));
    const toEndPx = toPx(scale, Math.min(outage.toNs, endNs));
    const endPx = Math.min(scale.leftPx + scale.widthPx, toEndPx);
    if (endPx - fromPx < 2) continue;
    ctx.globalAlpha = 0.72;
    fillBox(ctx, theme.panel, fromPx, box.topPx, endPx - fromPx, box.heightPx - 1);
    ctx.globalAlpha = 0.22;
    fillBox(ctx, theme.textFaint, fromPx, box.topPx, endPx - fromPx, box.heightPx - 1);
    ctx.globalAlpha = 1;
    fillBox(ctx, theme.textFaint, fromPx, box.topPx, 1.5, box.heightPx - 1);
    ctx.font = `11px ${theme.fontUi}`;
    ctx.textBaseline = 'middle';
    ctx.fillStyle = theme.textSecond;
    const text = outage.of === 'guest' ? '○ guest gone' : '○ not heard';
    const middlePx = box.topPx + Math.min(box.heightPx, 24) / 2;
    textWithin(ctx, text, fromPx + 7, middlePx, endPx - fromPx - 10);
  }
}
