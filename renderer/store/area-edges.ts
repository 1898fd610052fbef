/** The edges of the selected area, one by one: set to a time, or held at the pointer until the next click (keys 1 and 2). */
import type { Range } from '../canvas/time-scale.ts';
import { showSelected } from './show-selected.ts';
import { select, sharedView, type ViewState } from './view.ts';

export type Edge = NonNullable<ViewState['heldEdge']>;

/** A new area is so wide at first: a share of what is visible. */
const NEW_AREA = 0.1;

/** The area with one edge moved; edges that pass each other change places. Pure. */
export function withEdge(area: Range, edge: Edge, atNs: number): { area: Range; edge: Edge } {
  const { fromNs, toNs } = area;
  if (edge === 'from') {
    if (atNs <= toNs) return { area: { fromNs: atNs, toNs }, edge };
    return { area: { fromNs: toNs, toNs: atNs }, edge: 'to' };
  }
  if (atNs >= fromNs) return { area: { fromNs, toNs: atNs }, edge };
  return { area: { fromNs: atNs, toNs: fromNs }, edge: 'from' };
}

/** The edge goes to the pointer and stays with it; without a pointer over the timeline it goes to the cursor. Again: lets go. */
export function holdEdge(edge: Edge, view = sharedView): void {
  const { heldEdge, selection, hoverNs, cursorNs, range } = view.getState();
  if (heldEdge === edge) {
    releaseEdge(view);
    return;
  }
  const atNs = hoverNs ?? cursorNs ?? (range.fromNs + range.toNs) / 2;
  const widthNs = (range.toNs - range.fromNs) * NEW_AREA;
  const fresh =
    edge === 'from'
      ? { fromNs: atNs, toNs: atNs + widthNs }
      : { fromNs: atNs - widthNs, toNs: atNs };
  const moved = withEdge(selection.kind === 'range' ? selection : fresh, edge, atNs);
  select({ kind: 'range', ...moved.area }, view);
  view.setState({ heldEdge: hoverNs === undefined ? undefined : moved.edge, follow: false });
  showSelected('inspector', view);
}

/** The pointer is at `atNs`: takes the held edge along. */
export function dragEdge(atNs: number, view = sharedView): void {
  const { heldEdge, selection } = view.getState();
  if (heldEdge === undefined || selection.kind !== 'range') return;
  const { area, edge } = withEdge(selection, heldEdge, atNs);
  // on its way it is no step of the history
  view.setState({ selection: { kind: 'range', ...area }, heldEdge: edge });
}

export function releaseEdge(view = sharedView): void {
  view.setState({ heldEdge: undefined });
}
