/** Arrows between the slots of a ring's tables, and from a descriptor to its indirect table, as curves. Pure. */
import type { RingLink, RingTable } from './rings-model.ts';

/** Where the tables stand, in CSS pixels of the scrolled view. */
export interface LinkGeometry {
  readonly rowPx: number;
  readonly heightPx: number;
  /** Where the first row of each table begins when it is not scrolled; 0 when absent. */
  readonly topPx?: number;
  /** How far each table is scrolled. */
  readonly scrollPx: Readonly<Record<RingTable, number>>;
  /** Left and right edge of each table. */
  readonly edges: Readonly<Record<RingTable, readonly [number, number]>>;
}

export interface LinkPath {
  readonly key: string;
  readonly d: string;
  /** The tip; absent where the end is out of view. */
  readonly tip?: string;
  readonly stage: number;
}

/** How far a link between descriptors bends out to the right of the table. */
const BEND_PX = 22;
/** A link whose end is out of view leaves by the edge, this far past it. */
const PAST_EDGE_PX = 12;
const TIP_PX = 5;

/** Curves of those links that touch the view. */
export function linkPaths(links: readonly RingLink[], geometry: LinkGeometry): LinkPath[] {
  return links.flatMap((link) => {
    const fromPx = rowMiddle(link.from, link.fromSlot, geometry);
    const toPx = rowMiddle(link.to, link.toSlot, geometry);
    if (isOutside(fromPx, toPx, geometry)) return [];
    const key = `${link.from}${link.fromSlot}>${link.to}${link.toSlot}`;
    const { d, endPx, way } = curve(link, fromPx, toPx, geometry);
    const isSeen = clampY(toPx, geometry) === toPx;
    return [{ key, d, stage: link.stage, ...(isSeen ? { tip: tipAt(endPx, toPx, way) } : {}) }];
  });
}

/** The arrow from a descriptor into the block of its indirect table, which stands to its right or over the used ring. */
export function tablePath(
  slot: number,
  block: { readonly leftPx: number; readonly topPx: number },
  geometry: LinkGeometry,
): Pick<LinkPath, 'd' | 'tip'> | undefined {
  const fromPx = rowMiddle('descriptor', slot, geometry);
  if (isOutside(fromPx, fromPx, geometry)) return undefined;
  const [, x0] = geometry.edges.descriptor;
  const { leftPx: x1, topPx: y1 } = block;
  const bend = Math.max(12, (x1 - x0) / 2);
  return {
    d: `M${x0} ${fromPx}C${x0 + bend} ${fromPx} ${x1 - bend} ${y1} ${x1} ${y1}`,
    tip: tipAt(x1, y1, 1),
  };
}

/** Between two rows of one list, at its right side. */
export function entryPath(
  fromPx: number,
  toPx: number,
  xPx: number,
): Required<Omit<LinkPath, 'key' | 'stage'>> {
  const bend = xPx + 10;
  return {
    d: `M${xPx} ${fromPx}C${bend} ${fromPx} ${bend} ${toPx} ${xPx} ${toPx}`,
    tip: tipAt(xPx, toPx, -1),
  };
}

interface Curve {
  readonly d: string;
  readonly endPx: number;
  /** In which direction it arrives. */
  readonly way: 1 | -1;
}

function curve(link: RingLink, fromPx: number, toPx: number, geometry: LinkGeometry): Curve {
  const y0 = clampY(fromPx, geometry);
  const y1 = clampY(toPx, geometry);
  const [fromLeft, fromRight] = geometry.edges[link.from];
  const [toLeft] = geometry.edges[link.to];
  if (link.from === link.to) {
    const bend = fromRight + BEND_PX;
    const d = `M${fromRight} ${y0}C${bend} ${y0} ${bend} ${y1} ${fromRight} ${y1}`;
    return { d, endPx: fromRight, way: -1 };
  }
  const isRight = fromLeft < toLeft;
  const x0 = isRight ? fromRight : fromLeft;
  const x1 = isRight ? toLeft : geometry.edges[link.to][1];
  const middle = (x0 + x1) / 2;
  const d = `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
  return { d, endPx: x1, way: isRight ? 1 : -1 };
}

function tipAt(xPx: number, yPx: number, way: 1 | -1): string {
  return `M${xPx} ${yPx}l${-way * TIP_PX} -3.5v7z`;
}

function rowMiddle(
  table: RingTable,
  slot: number,
  { rowPx, scrollPx, topPx = 0 }: LinkGeometry,
): number {
  return topPx + (slot + 0.5) * rowPx - scrollPx[table];
}

function isOutside(y0: number, y1: number, { heightPx, topPx = 0 }: LinkGeometry): boolean {
  return Math.max(y0, y1) < topPx || Math.min(y0, y1) > heightPx;
}

function clampY(y: number, { heightPx, topPx = 0 }: LinkGeometry): number {
  return Math.max(topPx - PAST_EDGE_PX, Math.min(heightPx + PAST_EDGE_PX, y));
}
