/** The context menu of a table: for which row and which column it is asked. What it is about is selected first. */
import type { MouseEvent, ReactNode } from 'react';
import { useContextMenu } from './context-menu.tsx';

export interface MenuPlace {
  /** `undefined`: the headings. */
  readonly row: number | undefined;
  /** `undefined` when it was asked for by a key. */
  readonly columnId: string | undefined;
}

/** The items for a place; `undefined` for none. */
export type MenuFor = (place: MenuPlace) => ReactNode;

export interface TableMenuProps<Row> {
  readonly columns: readonly { readonly id: string }[];
  readonly menuFor?: MenuFor;
  readonly rowAt: (row: number) => Row | undefined;
  readonly isChosen?: (row: Row) => boolean;
  readonly selected?: number | undefined;
  readonly onSelect?: (row: number) => void;
}

export interface TableMenu {
  readonly onContextMenu: (event: MouseEvent) => void;
  /** Puts the menu beside the grid: keys that are pressed in it are no keys of the grid. */
  readonly beside: (grid: ReactNode) => ReactNode;
}

export function useTableMenu<Row>(props: TableMenuProps<Row>): TableMenu {
  const { open, layer } = useContextMenu();
  const { menuFor } = props;
  const onContextMenu = (event: MouseEvent) => {
    const place = placeOf(event.target as Element, props.columns, props.selected);
    if (place === undefined || menuFor === undefined) return;
    selectFor(place, props);
    const items = menuFor(place);
    if (items !== undefined) open(event, items);
  };
  const beside = (grid: ReactNode) =>
    menuFor === undefined ? (
      grid
    ) : (
      <>
        {grid}
        {layer}
      </>
    );
  return { onContextMenu, beside };
}

/** One of several that are selected leaves them selected, as in every list. */
function selectFor<Row>({ row }: MenuPlace, props: TableMenuProps<Row>): void {
  if (row === undefined || row === props.selected) return;
  const value = props.rowAt(row);
  if (value === undefined || props.isChosen?.(value) !== true) props.onSelect?.(row);
}

function placeOf(
  target: Element,
  columns: readonly { readonly id: string }[],
  selected: number | undefined,
): MenuPlace | undefined {
  const element = target.closest('[role=row]');
  if (element === null) {
    return selected === undefined ? undefined : { row: selected, columnId: undefined };
  }
  const line = Number(element.getAttribute('aria-rowindex')) - 2;
  const cell = target.closest('[role=gridcell],[role=columnheader]');
  const columnId = cell === null ? undefined : columns[[...element.children].indexOf(cell)]?.id;
  return { row: line < 0 ? undefined : line, columnId };
}
