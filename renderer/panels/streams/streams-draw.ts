/** Geometry of the lifecycle diagram. Pure. Spec: 5.14.6.6.1
 *
 *      INIT ──► PARAMS ◄══► PREPARED ──► RUNNING
 *                    ◄─╮     ║   ▲         ║ ▲
 *                      ╰── RELEASED ◄── STOPPED
 */
import type { StreamState } from '../../../src-core/spec/sound.ts';

export const DIAGRAM_PX = 700;
const NODE = { widthPx: 84, heightPx: 30 } as const;
export const LINE_PX = 13;

export interface NodePlace {
  readonly xPx: number;
  readonly yPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Where refused attempts are listed: a stub out of the node, and where the first line of text stands. */
  readonly refused: {
    readonly stub: string;
    readonly xPx: number;
    readonly yPx: number;
    readonly anchor: 'start' | 'end';
    /** Lines grow downwards (1) or upwards (-1). */
    readonly grows: 1 | -1;
  };
}

export interface EdgePlace {
  readonly path: string;
  readonly xPx: number;
  readonly yPx: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Where the count goes when it does not fit behind the command. */
  readonly countYPx?: number;
}

const TOP = 92;
const BOTTOM = 178;
const COLUMNS = { init: 46, params: 212, prepared: 398, running: 584 } as const;
const HALF = NODE.widthPx / 2;
const [P, Q, R] = [COLUMNS.params, COLUMNS.prepared, COLUMNS.running];
const BELOW_TOP = TOP + NODE.heightPx / 2;
const ABOVE_BOTTOM = BOTTOM - NODE.heightPx / 2;
const BETWEEN = (BELOW_TOP + ABOVE_BOTTOM) / 2 + 4;

/** Middle of each node, and on which side its refused attempts stand. */
export const NODES: Readonly<Record<StreamState, NodePlace>> = {
  init: node(COLUMNS.init, TOP, { grows: 1, dx: -HALF + 10, anchor: 'start' }),
  params: node(P, TOP, { grows: 1, dx: -HALF + 14, anchor: 'end' }),
  prepared: node(Q, TOP, { grows: -1, dx: 12, anchor: 'start' }),
  running: node(R, TOP, { grows: -1, dx: 12, anchor: 'start' }),
  stopped: node(R, BOTTOM, { grows: 1, dx: -HALF + 10, anchor: 'start' }),
  released: node(Q, BOTTOM, { grows: 1, dx: -HALF + 10, anchor: 'start' }),
};

/** Arrow and label of each transition of the standard, by `from>to`. */
export const EDGES: Readonly<Record<string, EdgePlace>> = {
  'init>params': { ...straight(COLUMNS.init, P, TOP, -7), countYPx: TOP + 16 },
  'params>params': loop(P),
  'params>prepared': straight(P, Q, TOP - 6, -7),
  'prepared>params': straight(Q, P, TOP + 7, 15),
  'prepared>prepared': loop(Q),
  'prepared>running': straight(Q, R, TOP, -7),
  'prepared>released': upright(Q - 14, BELOW_TOP, ABOVE_BOTTOM, 'end'),
  'released>prepared': upright(Q + 14, ABOVE_BOTTOM, BELOW_TOP, 'start'),
  'running>stopped': upright(R - 14, BELOW_TOP, ABOVE_BOTTOM, 'end'),
  'stopped>running': upright(R + 14, ABOVE_BOTTOM, BELOW_TOP, 'start'),
  'stopped>released': straight(R, Q, BOTTOM, 15),
  'released>params': {
    path: `M${Q - HALF} ${BOTTOM}C${P + 50} ${BOTTOM} ${P + 10} ${BOTTOM - 20} ${P + 10} ${BELOW_TOP + 3}`,
    xPx: P + 76,
    yPx: BOTTOM + 15,
    anchor: 'middle',
  },
};

/** Height of the diagram with so many lines of refused attempts over it and under it. */
export function diagramBox(
  linesOver: number,
  linesUnder: number,
): { topPx: number; heightPx: number } {
  const loopsTop = TOP - 52;
  const topPx = Math.min(loopsTop, TOP - NODE.heightPx / 2 - 18 - linesOver * LINE_PX);
  const labelsBottom = BOTTOM + NODE.heightPx / 2 + 8;
  const bottomPx =
    linesUnder === 0 ? labelsBottom : BOTTOM + NODE.heightPx / 2 + 18 + linesUnder * LINE_PX;
  return { topPx, heightPx: bottomPx - topPx };
}

interface RefusedSide {
  readonly grows: 1 | -1;
  readonly dx: number;
  readonly anchor: 'start' | 'end';
}

function node(xPx: number, yPx: number, { grows, dx, anchor }: RefusedSide): NodePlace {
  const { widthPx, heightPx } = NODE;
  const edge = yPx + (grows * heightPx) / 2;
  const stub = `M${xPx + dx} ${edge}V${edge + grows * 12}`;
  const textX = xPx + dx + (anchor === 'start' ? -4 : 4);
  const textY = edge + grows * 14 + (grows === 1 ? 9 : -2);
  return { xPx, yPx, widthPx, heightPx, refused: { stub, xPx: textX, yPx: textY, anchor, grows } };
}

function straight(fromX: number, toX: number, yPx: number, labelDy: number): EdgePlace {
  const side = Math.sign(toX - fromX);
  const [x0, x1] = [fromX + side * HALF, toX - side * (HALF + 3)];
  return { path: `M${x0} ${yPx}H${x1}`, xPx: (x0 + x1) / 2, yPx: yPx + labelDy, anchor: 'middle' };
}

function upright(xPx: number, fromY: number, toY: number, anchor: 'start' | 'end'): EdgePlace {
  const end = toY - Math.sign(toY - fromY) * 3;
  return {
    path: `M${xPx} ${fromY}V${end}`,
    xPx: xPx + (anchor === 'end' ? -6 : 6),
    yPx: BETWEEN,
    anchor,
  };
}

/** A command that leads back to the same state: a loop over the node's left half. */
function loop(xPx: number): EdgePlace {
  const top = TOP - NODE.heightPx / 2;
  const [x0, x1] = [xPx - 36, xPx - 14];
  return {
    path: `M${x0} ${top}C${x0 - 4} ${top - 24} ${x1 + 4} ${top - 24} ${x1} ${top - 3}`,
    xPx: (x0 + x1) / 2 + 2,
    yPx: top - 23,
    anchor: 'middle',
  };
}
