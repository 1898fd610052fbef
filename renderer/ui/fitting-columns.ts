/** Which columns a table has room for. Pure. */

export interface FittingColumn {
  readonly id: string;
  readonly widthPx: number;
  /** It may be narrowed to this. */
  readonly leastPx?: number;
  /** Left out where there is no room, the lowest number first; a column without one always stays. */
  readonly yields?: number;
  readonly grows?: boolean;
}

/** Of the table's scroll bar. */
export const BAR_PX = 12;

/** The columns that fit into `roomPx`, in their order, and those that were left out. Without a width all stay. */
export function fittingColumns<Column extends FittingColumn>(
  columns: readonly Column[],
  roomPx: number,
): { readonly shown: readonly Column[]; readonly leftOut: readonly Column[] } {
  const order = columns
    .filter(({ yields }) => yields !== undefined)
    .sort((one, other) => (one.yields ?? 0) - (other.yields ?? 0));
  let neededPx = leastWidthPx(columns);
  const gone = new Set<Column>();
  for (const column of order) {
    if (roomPx <= 0 || neededPx <= roomPx) break;
    gone.add(column);
    neededPx -= leastOf(column);
  }
  return {
    shown: columns.filter((column) => !gone.has(column)),
    leftOut: columns.filter((column) => gone.has(column)),
  };
}

export function leastWidthPx(columns: readonly FittingColumn[]): number {
  return columns.reduce((sum, column) => sum + leastOf(column), 0);
}

/** For `grid-template-columns`: first every column gets its width, then one that grows takes the rest. */
export function columnTemplate(columns: readonly FittingColumn[]): string {
  return columns
    .map(({ widthPx, leastPx, grows }) => {
      if (grows === true) return `minmax(${leastPx ?? widthPx}px, 1fr)`;
      return leastPx === undefined ? `${widthPx}px` : `minmax(${leastPx}px, ${widthPx}px)`;
    })
    .join(' ');
}

function leastOf({ leastPx, widthPx }: FittingColumn): number {
  return leastPx ?? widthPx;
}
