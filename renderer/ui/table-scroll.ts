/** Where a table of any length stands: pure. Positions are rows, not pixels: ten million rows are higher than a browser's
 *  tallest element. `topRow` may have a fraction, so that a trackpad scrolls smoothly. */

export interface TableView {
  readonly rowCount: number;
  readonly heightPx: number;
  readonly rowPx: number;
}

export interface Thumb {
  readonly topPx: number;
  readonly heightPx: number;
}

const MIN_THUMB_PX = 28;

/** Whole rows that fit, at least one. */
export function fullRows({ heightPx, rowPx }: TableView): number {
  return Math.max(1, Math.floor(heightPx / rowPx));
}

/** The last position: the last row is at the bottom edge, wholly visible. */
export function lastTop(view: TableView): number {
  return Math.max(0, view.rowCount - view.heightPx / view.rowPx);
}

export function clampTop(view: TableView, topRow: number): number {
  return Math.min(lastTop(view), Math.max(0, topRow));
}

/** The rows to draw: the partly visible ones included. */
export function shownRows(view: TableView, topRow: number): { first: number; count: number } {
  const first = Math.floor(topRow);
  const end = Math.min(view.rowCount, Math.ceil(topRow + view.heightPx / view.rowPx));
  return { first, count: Math.max(0, end - first) };
}

/** The nearest position that shows `row` wholly; with `centred`, in the middle unless it was visible already. */
export function revealTop(view: TableView, topRow: number, row: number, centred = false): number {
  const visible = view.heightPx / view.rowPx;
  if (row >= topRow && row + 1 <= topRow + visible) return topRow;
  if (centred) return clampTop(view, row - Math.floor(visible / 2));
  return clampTop(view, row < topRow ? row : row + 1 - visible);
}

export function thumbOf(view: TableView, topRow: number): Thumb | undefined {
  const last = lastTop(view);
  if (last <= 0) return undefined;
  const share = view.heightPx / view.rowPx / view.rowCount;
  const heightPx = Math.max(MIN_THUMB_PX, view.heightPx * share);
  return { topPx: (topRow / last) * (view.heightPx - heightPx), heightPx };
}

/** Rows that dragging the thumb by one pixel moves. */
export function rowsPerThumbPx(view: TableView): number {
  const thumb = thumbOf(view, 0);
  return thumb === undefined ? 0 : lastTop(view) / Math.max(1, view.heightPx - thumb.heightPx);
}

/** The row that a key of the grid goes to; `undefined` for other keys. */
export function rowForKey(view: TableView, key: string, from: number): number | undefined {
  const page = Math.max(1, fullRows(view) - 1);
  const steps: Record<string, number> = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -page,
    PageDown: page,
    Home: Number.NEGATIVE_INFINITY,
  };
  const step = steps[key];
  if (step === undefined || view.rowCount === 0) return undefined;
  return Math.min(view.rowCount - 1, Math.max(0, from + step));
}
