/** Drawing for the rings panel: the links between the three tables as curves, and the ring as a circle. Pure. */
import type { Theme } from '../../palette.ts';
import type { Ring } from './rings-facts.ts';
import type { RingTable } from './rings-model.ts';
import { DONE, FREE, POSTED, type RingLink, type RingPointer, SERVICE } from './rings-model.ts';

/** Where the tables stand, in CSS pixels of the scrolled view. */
export interface LinkGeometry {
  readonly rowPx: number;
  readonly heightPx: number;
  /** How far each table is scrolled. */
  readonly scrollPx: Readonly<Record<RingTable, number>>;
  /** Left and right edge of each table. */
  readonly edges: Readonly<Record<RingTable, readonly [number, number]>>;
}

export interface LinkPath {
  readonly key: string;
  readonly d: string;
  readonly stage: number;
}

/** How far a link between descriptors bends out to the right of the table. */
const BEND_PX = 22;
/** A link whose end is out of view leaves by the edge, this far past it. */
const PAST_EDGE_PX = 12;

/** Curves of those links that touch the view. */
export function linkPaths(links: readonly RingLink[], geometry: LinkGeometry): LinkPath[] {
  return links.flatMap((link) => {
    const fromPx = rowMiddle(link.from, link.fromSlot, geometry);
    const toPx = rowMiddle(link.to, link.toSlot, geometry);
    if (isOutside(fromPx, toPx, geometry.heightPx)) return [];
    const key = `${link.from}${link.fromSlot}>${link.to}${link.toSlot}`;
    return [{ key, d: curve(link, fromPx, toPx, geometry), stage: link.stage }];
  });
}

function curve(link: RingLink, fromPx: number, toPx: number, geometry: LinkGeometry): string {
  const y0 = clampY(fromPx, geometry.heightPx);
  const y1 = clampY(toPx, geometry.heightPx);
  const [fromLeft, fromRight] = geometry.edges[link.from];
  const [toLeft] = geometry.edges[link.to];
  if (link.from === link.to) {
    const bend = fromRight + BEND_PX;
    return `M${fromRight} ${y0}C${bend} ${y0} ${bend} ${y1} ${fromRight} ${y1}`;
  }
  const x0 = fromLeft < toLeft ? fromRight : fromLeft;
  const x1 = fromLeft < toLeft ? toLeft : geometry.edges[link.to][1];
  const middle = (x0 + x1) / 2;
  return `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
}

function rowMiddle(table: RingTable, slot: number, { rowPx, scrollPx }: LinkGeometry): number {
  return (slot + 0.5) * rowPx - scrollPx[table];
}

function isOutside(y0: number, y1: number, heightPx: number): boolean {
  return Math.max(y0, y1) < 0 || Math.min(y0, y1) > heightPx;
}

function clampY(y: number, heightPx: number): number {
  return Math.max(-PAST_EDGE_PX, Math.min(heightPx + PAST_EDGE_PX, y));
}

export interface CircleModel {
  readonly ring: Ring;
  readonly pointers: readonly RingPointer[];
  /** Slot to outline; -1 for none. */
  readonly selected: number;
  /** How recently each slot was passed: 1 now, 0 three seconds ago or longer. */
  readonly heat: Float32Array;
}

interface Circle {
  readonly xPx: number;
  readonly yPx: number;
  readonly outerPx: number;
  readonly bandPx: number;
}

const LABEL_ROOM_PX = 58;

/** The circle's place in its box; undefined when the box is too small for one. */
export function circleIn(widthPx: number, heightPx: number): Circle | undefined {
  const outerPx = Math.min(widthPx / 2 - LABEL_ROOM_PX - 20, heightPx / 2 - 26);
  if (outerPx < 40) return undefined;
  return {
    xPx: widthPx / 2,
    yPx: heightPx / 2,
    outerPx,
    bandPx: Math.max(8, Math.min(22, outerPx / 6)),
  };
}

/** Slot and table under a point; slot 0 is at the top, clockwise. The inner band is the used ring. */
export function slotAtPoint(
  circle: Circle,
  ring: Ring,
  xPx: number,
  yPx: number,
): { table: RingTable; slot: number } | undefined {
  const [x, y] = [xPx - circle.xPx, yPx - circle.yPx];
  const away = circle.outerPx - Math.hypot(x, y);
  const bands = ring.kind === 'split' ? 2 : 1;
  const band = Math.floor(away / (circle.bandPx + 2));
  if (away < 0 || band >= bands || ring.size === 0) return undefined;
  const turn = (Math.atan2(y, x) / (2 * Math.PI) + 1.25) % 1;
  const slot = Math.min(ring.size - 1, Math.floor(turn * ring.size));
  const table = ring.kind === 'packed' ? 'descriptor' : band === 0 ? 'avail' : 'used';
  return { table, slot };
}

/** The ring as one turn: outer band the avail ring, inner band the used ring; a packed ring has one band. */
export function drawCircle(
  ctx: CanvasRenderingContext2D,
  model: CircleModel,
  size: { readonly widthPx: number; readonly heightPx: number },
  theme: Theme,
): void {
  ctx.fillStyle = theme.panel;
  ctx.fillRect(0, 0, size.widthPx, size.heightPx);
  const circle = circleIn(size.widthPx, size.heightPx);
  if (circle === undefined || model.ring.size === 0) return;
  const { ring } = model;
  if (ring.kind === 'split') {
    drawBand(ctx, model, ring.availStages, circle, theme);
    const inner = { ...circle, outerPx: circle.outerPx - circle.bandPx - 2 };
    drawBand(ctx, model, ring.usedStages, inner, theme);
  } else {
    drawBand(ctx, model, ring.stages, circle, theme);
  }
  drawPointers(ctx, model, circle, theme);
  drawMiddle(ctx, ring, circle, theme);
}

/** Runs of one stage are one arc, so that a ring of 32768 slots costs no more than it shows. */
function drawBand(
  ctx: CanvasRenderingContext2D,
  model: CircleModel,
  stages: Uint8Array,
  circle: Circle,
  theme: Theme,
): void {
  const isFine = model.ring.size <= 128;
  const middlePx = circle.outerPx - circle.bandPx / 2;
  let from = 0;
  while (from < stages.length) {
    let to = from + 1;
    while (!isFine && to < stages.length && stages[to] === stages[from]) to++;
    const gap = isFine ? Math.min(0.012, 0.8 / middlePx) : 0;
    ctx.beginPath();
    ctx.lineWidth = circle.bandPx;
    ctx.strokeStyle = stageColour(stages[from] ?? FREE, theme);
    ctx.globalAlpha = alphaOf(stages[from] ?? FREE, isFine ? (model.heat[from] ?? 0) : 0);
    const [a0, a1] = [angleOf(from, stages.length), angleOf(to, stages.length)];
    ctx.arc(circle.xPx, circle.yPx, middlePx, a0 + gap, a1 - gap);
    ctx.stroke();
    if (model.selected >= from && model.selected < to) outline(ctx, circle, model, theme);
    from = to;
  }
  ctx.globalAlpha = 1;
}

function outline(
  ctx: CanvasRenderingContext2D,
  circle: Circle,
  { selected, ring }: CircleModel,
  theme: Theme,
): void {
  const [a0, a1] = [angleOf(selected, ring.size), angleOf(selected + 1, ring.size)];
  ctx.globalAlpha = 1;
  ctx.lineWidth = 2;
  ctx.strokeStyle = theme.cursor;
  ctx.beginPath();
  ctx.arc(circle.xPx, circle.yPx, circle.outerPx, a0, a1);
  ctx.arc(circle.xPx, circle.yPx, circle.outerPx - circle.bandPx, a1, a0, true);
  ctx.closePath();
  ctx.stroke();
}

/** Pointers on one slot share a label: `avail = last`. */
function drawPointers(
  ctx: CanvasRenderingContext2D,
  { ring, pointers }: CircleModel,
  circle: Circle,
  theme: Theme,
): void {
  ctx.font = `11px ${theme.fontMono}`;
  ctx.textBaseline = 'middle';
  for (const [slot, marks] of marksBySlot(pointers)) {
    const angle = angleOf(slot, ring.size);
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    const tipPx = circle.outerPx + 2;
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.moveTo(
      circle.xPx + x * (tipPx - circle.bandPx - 4),
      circle.yPx + y * (tipPx - circle.bandPx - 4),
    );
    ctx.lineTo(circle.xPx + x * (tipPx + 7), circle.yPx + y * (tipPx + 7));
    ctx.stroke();
    ctx.fillStyle = theme.text;
    ctx.textAlign = Math.abs(x) < 0.2 ? 'center' : x > 0 ? 'left' : 'right';
    const lift = Math.abs(x) < 0.2 ? Math.sign(y) * 5 : 0;
    const text = `${marks.join(' = ')} ${slot}`;
    ctx.fillText(text, circle.xPx + x * (tipPx + 11), circle.yPx + y * (tipPx + 11) + lift);
  }
}

function drawMiddle(ctx: CanvasRenderingContext2D, ring: Ring, circle: Circle, theme: Theme): void {
  const lines: readonly (readonly [string, string])[] = [
    [`${ring.waiting} waiting`, theme.posted],
    [`${ring.inFlight} in flight`, theme.service],
    [`${ring.size} slots`, theme.textSecond],
  ];
  ctx.font = `12px ${theme.fontMono}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  lines.forEach(([text, colour], line) => {
    ctx.fillStyle = colour;
    ctx.fillText(text, circle.xPx, circle.yPx + (line - 1) * 18);
  });
}

export function stageColour(stage: number, theme: Theme): string {
  if (stage === POSTED) return theme.posted;
  if (stage === SERVICE) return theme.service;
  return stage === DONE ? theme.done : theme.borderStrong;
}

/** What is over is dim, and brighter the shorter ago it was touched. */
function alphaOf(stage: number, heat: number): number {
  if (stage === POSTED || stage === SERVICE) return 1;
  return (stage === DONE ? 0.28 : 0.35) + 0.5 * heat;
}

function marksBySlot(pointers: readonly RingPointer[]): Map<number, string[]> {
  const bySlot = new Map<number, string[]>();
  for (const { mark, slot } of pointers) bySlot.set(slot, [...(bySlot.get(slot) ?? []), mark]);
  return bySlot;
}

function angleOf(slot: number, size: number): number {
  return (slot / size) * 2 * Math.PI - Math.PI / 2;
}
