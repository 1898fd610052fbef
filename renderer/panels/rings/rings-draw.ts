/** Draws a ring as a circle: a band a table, the chosen chain as arrows between its slots. Pure. */
import type { Theme } from '../../palette.ts';
import type { Ring } from './rings-facts.ts';
import {
  DONE,
  FREE,
  POSTED,
  type RingLink,
  type RingPointer,
  type RingTable,
  SERVICE,
} from './rings-model.ts';

export interface CircleModel {
  readonly ring: Ring;
  readonly pointers: readonly RingPointer[];
  /** Slot to outline. */
  readonly selected: { readonly table: RingTable; readonly slot: number } | undefined;
  /** Of the chosen chain. */
  readonly links: readonly RingLink[];
  /** Descriptor whose indirect table is shown beside the circle; -1 for none. */
  readonly tableOf: number;
  /** Slots with something wrong, or that were taken again too early. */
  readonly wrong: readonly { readonly table: RingTable; readonly slot: number }[];
  /** How recently each slot was passed: 1 now, 0 three seconds ago or longer. */
  readonly heat: Float32Array;
}

interface Circle {
  readonly xPx: number;
  readonly yPx: number;
  readonly outerPx: number;
  readonly bandPx: number;
}

interface Band {
  readonly table: RingTable;
  readonly stages: Uint8Array;
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

const LABEL_ROOM_PX = 58;
const BAND_GAP_PX = 2;

/** The circle's place in its box; undefined when the box is too small for one. */
export function circleIn(widthPx: number, heightPx: number): Circle | undefined {
  const outerPx = Math.min(widthPx / 2 - LABEL_ROOM_PX - 20, heightPx / 2 - 26);
  if (outerPx < 40) return undefined;
  const bandPx = Math.max(8, Math.min(22, outerPx / 7));
  return { xPx: widthPx / 2, yPx: heightPx / 2, outerPx, bandPx };
}

/** Slot and table under a point; slot 0 is at the top, clockwise. From the outside: avail ring, descriptor table, used ring. */
export function slotAtPoint(
  circle: Circle,
  ring: Ring,
  xPx: number,
  yPx: number,
): { table: RingTable; slot: number } | undefined {
  const [x, y] = [xPx - circle.xPx, yPx - circle.yPx];
  const away = circle.outerPx - Math.hypot(x, y);
  const band = bandsOf(ring)[Math.floor(away / (circle.bandPx + BAND_GAP_PX))];
  if (away < 0 || band === undefined || ring.size === 0) return undefined;
  const turn = (Math.atan2(y, x) / (2 * Math.PI) + 1.25) % 1;
  const slot = Math.min(ring.size - 1, Math.floor(turn * ring.size));
  return { table: band.table, slot };
}

/** The ring as one turn, a band a table; a packed ring has one. */
export function drawCircle(
  ctx: CanvasRenderingContext2D,
  model: CircleModel,
  size: Size,
  theme: Theme,
): void {
  ctx.fillStyle = theme.panel;
  ctx.fillRect(0, 0, size.widthPx, size.heightPx);
  const circle = circleIn(size.widthPx, size.heightPx);
  if (circle === undefined || model.ring.size === 0) return;
  const { ring } = model;
  for (const band of bandsOf(ring)) drawBand(ctx, model, band, circle, theme);
  for (const { table, slot } of model.wrong) {
    outline(ctx, circleOf(ring, table, circle), slot, ring.size, theme.error);
  }
  if (model.selected !== undefined) {
    const { table, slot } = model.selected;
    outline(ctx, circleOf(ring, table, circle), slot, ring.size, theme.cursor);
  }
  drawPointers(ctx, model, circle, theme);
  for (const link of model.links) drawLink(ctx, link, ring, circle, theme);
  if (model.tableOf >= 0) drawToTable(ctx, model, circle, size, theme);
  if (model.links.length === 0) drawMiddle(ctx, ring, circle, theme);
}

function bandsOf(ring: Ring): readonly Band[] {
  if (ring.kind === 'packed') return [{ table: 'descriptor', stages: ring.stages }];
  return [
    { table: 'avail', stages: ring.availStages },
    { table: 'descriptor', stages: ring.descriptorStages },
    { table: 'used', stages: ring.usedStages },
  ];
}

/** The circle with the band of `table` outermost. */
function circleOf(ring: Ring, table: RingTable, circle: Circle): Circle {
  const nth = Math.max(
    0,
    bandsOf(ring).findIndex((band) => band.table === table),
  );
  return { ...circle, outerPx: circle.outerPx - nth * (circle.bandPx + BAND_GAP_PX) };
}

/** Runs of one stage are one arc, so that a ring of 32768 slots costs no more than it shows. */
function drawBand(
  ctx: CanvasRenderingContext2D,
  model: CircleModel,
  { table, stages }: Band,
  outer: Circle,
  theme: Theme,
): void {
  const circle = circleOf(model.ring, table, outer);
  const isFine = model.ring.size <= 128;
  const hasHeat = isFine && (table !== 'descriptor' || model.ring.kind === 'packed');
  const middlePx = circle.outerPx - circle.bandPx / 2;
  let from = 0;
  while (from < stages.length) {
    let to = from + 1;
    while (!isFine && to < stages.length && stages[to] === stages[from]) to++;
    const gap = isFine ? Math.min(0.012, 0.8 / middlePx) : 0;
    ctx.beginPath();
    ctx.lineWidth = circle.bandPx;
    ctx.strokeStyle = stageColour(stages[from] ?? FREE, theme);
    ctx.globalAlpha = alphaOf(stages[from] ?? FREE, hasHeat ? (model.heat[from] ?? 0) : 0);
    const [a0, a1] = [angleOf(from, stages.length), angleOf(to, stages.length)];
    ctx.arc(circle.xPx, circle.yPx, middlePx, a0 + gap, a1 - gap);
    ctx.stroke();
    from = to;
  }
  ctx.globalAlpha = 1;
}

function outline(
  ctx: CanvasRenderingContext2D,
  circle: Circle,
  slot: number,
  size: number,
  colour: string,
): void {
  const [a0, a1] = [angleOf(slot, size), angleOf(slot + 1, size)];
  ctx.lineWidth = 2;
  ctx.strokeStyle = colour;
  ctx.beginPath();
  ctx.arc(circle.xPx, circle.yPx, circle.outerPx, a0, a1);
  ctx.arc(circle.xPx, circle.yPx, circle.outerPx - circle.bandPx, a1, a0, true);
  ctx.closePath();
  ctx.stroke();
}

/** From slot to slot with a tip; within one band it bends in over the middle. */
function drawLink(
  ctx: CanvasRenderingContext2D,
  { from, fromSlot, to, toSlot, stage }: RingLink,
  ring: Ring,
  circle: Circle,
  theme: Theme,
): void {
  const start = placeOf(ring, from, fromSlot, circle);
  const end = placeOf(ring, to, toSlot, circle);
  const pull = from === to ? 0.45 : 0.85;
  const bend = {
    xPx: circle.xPx + ((start.xPx + end.xPx) / 2 - circle.xPx) * pull,
    yPx: circle.yPx + ((start.yPx + end.yPx) / 2 - circle.yPx) * pull,
  };
  ctx.strokeStyle = theme.text;
  ctx.lineWidth = stage === DONE ? 1 : 1.5;
  ctx.beginPath();
  ctx.moveTo(start.xPx, start.yPx);
  ctx.quadraticCurveTo(bend.xPx, bend.yPx, end.xPx, end.yPx);
  ctx.stroke();
  drawTip(ctx, bend, end, theme.text);
}

interface Place {
  readonly xPx: number;
  readonly yPx: number;
}

/** Middle of a slot; a chain's own band is left at its inner edge, so that the arrows lie over the middle. */
function placeOf(ring: Ring, table: RingTable, slot: number, outer: Circle): Place {
  const circle = circleOf(ring, table, outer);
  const radiusPx = circle.outerPx - circle.bandPx / 2;
  const angle = angleOf(slot + 0.5, ring.size);
  return {
    xPx: circle.xPx + radiusPx * Math.cos(angle),
    yPx: circle.yPx + radiusPx * Math.sin(angle),
  };
}

function drawTip(ctx: CanvasRenderingContext2D, from: Place, to: Place, colour: string): void {
  const angle = Math.atan2(to.yPx - from.yPx, to.xPx - from.xPx);
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(to.xPx, to.yPx);
  for (const side of [-0.45, 0.45]) {
    ctx.lineTo(to.xPx - 7 * Math.cos(angle + side), to.yPx - 7 * Math.sin(angle + side));
  }
  ctx.closePath();
  ctx.fill();
}

/** Out of the circle to its right, where the block of the indirect table stands. */
function drawToTable(
  ctx: CanvasRenderingContext2D,
  { ring, tableOf }: CircleModel,
  circle: Circle,
  { widthPx }: Size,
  theme: Theme,
): void {
  const start = placeOf(ring, 'descriptor', tableOf, circle);
  const end = { xPx: widthPx - 4, yPx: 16 };
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(start.xPx, start.yPx);
  ctx.quadraticCurveTo(Math.max(start.xPx, circle.xPx + circle.outerPx), end.yPx, end.xPx, end.yPx);
  ctx.stroke();
  drawTip(ctx, { xPx: end.xPx - 10, yPx: end.yPx }, end, theme.accent);
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
  const bands = bandsOf(ring).length;
  const innerPx = circle.outerPx - bands * (circle.bandPx + BAND_GAP_PX);
  if (innerPx < 44) return;
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
