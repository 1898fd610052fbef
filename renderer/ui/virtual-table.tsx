// biome-ignore-all lint/a11y/useSemanticElements: virtual rows are laid out as grids, which takes a table's own roles away
/** A table of up to ten million rows: only what is visible is in the page. Rows that arrive below never move what is being
 *  read; while `isFollowing`, the last row stays in view. Keyboard: arrows, Page Up and Down, Home, Enter, with Shift for
 *  several rows; Left and Right go to columns that do not fit. */
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { columnTemplate, type FittingColumn, leastWidthPx } from './fitting-columns.ts';
import { type MenuFor, useTableMenu } from './table-menu.tsx';
import {
  clampTop,
  lastTop,
  revealTop,
  rowForKey,
  shownRows,
  type TableView,
} from './table-scroll.ts';
import { TableScrollbar } from './table-scrollbar.tsx';
import { useHeight, useMore } from './table-size.ts';
import styles from './virtual-table.module.css';

export interface TableColumn<Row> extends FittingColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** What the column means, as a tooltip of its heading. */
  readonly meaning?: string;
  readonly cell: (row: Row) => ReactNode;
}

export interface TableHandle {
  /** Scrolls as little as needed; `centred`: to the middle if it was out of view. */
  reveal(row: number, centred?: boolean): void;
}

export interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rowCount: number;
  /** `undefined` while it is being fetched. */
  readonly rowAt: (row: number) => Row | undefined;
  /** The rows in view have changed: fetch them. */
  readonly onVisible?: (first: number, count: number) => void;
  readonly selected?: number | undefined;
  readonly onSelect?: (row: number) => void;
  /** Several rows can be selected: up to this one (Shift), or this one as well or no longer (Ctrl and a click). */
  readonly onExtend?: (row: number, how: 'upTo' | 'toggle') => void;
  /** Of several. */
  readonly isChosen?: (row: Row) => boolean;
  /** Enter, or a double click. */
  readonly onActivate?: (row: number) => void;
  /** The pointer is on a row; `undefined`: on none. */
  readonly onHover?: (row: number | undefined) => void;
  readonly isFollowing?: boolean;
  /** The user has scrolled up: Follow has to go off. */
  readonly onScrollUp?: () => void;
  readonly rowClass?: (row: Row) => string | undefined;
  /** `data-note` of a row, for its style. */
  readonly rowNote?: (row: Row) => string | undefined;
  /** Items of the menu of a row, which is selected first unless it is one of several, or of the headings. */
  readonly menuFor?: MenuFor;
  /** What separates it from the row above, on a line between them. */
  readonly rowDivider?: (row: Row) => string | undefined;
  /** In place of rows when there are none. */
  readonly empty?: ReactNode;
  readonly rowPx?: number;
  readonly handle?: Ref<TableHandle>;
}

const ROW_PX = 22;
/** Rows are placed from the last multiple of it, so that no place is farther away than a browser can count. */
const BASE_ROWS = 1000;

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { columns, rowCount, rowPx = ROW_PX, isFollowing = false, onVisible } = props;
  const body = useRef<HTMLDivElement>(null);
  const wide = useRef<HTMLDivElement>(null);
  const idPrefix = useId();
  const heightPx = useHeight(body);
  const view: TableView = { rowCount, heightPx, rowPx };
  const [kept, setTop] = useState(0);
  const topRow = isFollowing ? lastTop(view) : clampTop(view, kept);
  const { first, count } = shownRows(view, topRow);
  const scroll = useScroll(view, topRow, setTop, props.onScrollUp);

  useEffect(() => onVisible?.(first, count), [onVisible, first, count]);
  useWheel(body, rowPx, scroll.by);
  useImperativeHandle(props.handle, () => ({ reveal: scroll.reveal }), [scroll.reveal]);
  // Follow went off: stay where it had come to
  useEffect(() => {
    if (isFollowing) setTop(topRow);
  }, [isFollowing, topRow]);
  // rows went, as by a filter: stay where that left it when others come
  const isCut = !isFollowing && rowCount > 0 && kept !== topRow;
  useEffect(() => {
    if (isCut) setTop((now) => (now === kept ? topRow : now));
  }, [isCut, kept, topRow]);

  // rows come back selected a little later: keys go on from where they have come to
  const extended = useRef<number | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it has come
  useEffect(() => {
    extended.current = undefined;
  }, [props.selected]);

  const menu = useTableMenu(props);
  const template = columnTemplate(columns);
  const minWidthPx = leastWidthPx(columns);
  return menu.beside(
    <div
      role="grid"
      aria-label={props.label}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length}
      aria-activedescendant={
        props.selected === undefined ? undefined : `${idPrefix}${props.selected}`
      }
      aria-multiselectable={props.onExtend !== undefined}
      tabIndex={0}
      className={styles.grid}
      data-more={useMore(wide, minWidthPx)}
      data-menu={props.menuFor === undefined ? undefined : ''}
      onContextMenu={menu.onContextMenu}
      onFocus={({ target, currentTarget }) => {
        // a cell that was clicked is another row's after scrolling: the grid keeps the focus
        if (target.getAttribute('role') !== 'grid') currentTarget.focus();
      }}
      onKeyDown={(event) => {
        if (scrollSideways(event, wide.current)) return;
        onKeyDown(event, view, topRow, { ...props, extended }, scroll.reveal);
      }}
    >
      <div className={styles.wide} ref={wide}>
        <Heading columns={columns} template={template} minWidthPx={minWidthPx} />
        <div className={styles.body} ref={body} style={{ minWidth: `${minWidthPx}px` }}>
          <Rows {...props} {...{ first, count, topRow, rowPx, heightPx, template, idPrefix }} />
        </div>
      </div>
      {rowCount === 0 ? <div className={styles.empty}>{props.empty}</div> : null}
      <TableScrollbar view={view} topRow={topRow} onScroll={scroll.to} />
    </div>,
  );
}

interface HeadingProps {
  readonly columns: readonly Omit<TableColumn<never>, 'cell'>[];
  readonly template: string;
  readonly minWidthPx: number;
}

function Heading({ columns, template, minWidthPx }: HeadingProps) {
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={1}
      className={styles.heading}
      style={{ gridTemplateColumns: template, minWidth: `${minWidthPx}px` }}
    >
      {columns.map(({ id, title, align, meaning }) => (
        <div
          key={id}
          role="columnheader"
          tabIndex={-1}
          title={meaning}
          className={align === 'right' ? styles.right : undefined}
        >
          {title}
        </div>
      ))}
    </div>
  );
}

interface RowsProps<Row> extends VirtualTableProps<Row> {
  readonly first: number;
  readonly count: number;
  readonly topRow: number;
  readonly rowPx: number;
  readonly heightPx: number;
  readonly template: string;
  readonly idPrefix: string;
}

/** Scrolling moves all rows at once: one that stays in view is not rendered again. */
function Rows<Row>({ first, count, topRow, rowPx, idPrefix, ...props }: RowsProps<Row>) {
  const { columns, template, rowAt, rowClass, rowNote, rowDivider, selected, isChosen } = props;
  const on = useHandlers(props);
  const base = Math.floor(first / BASE_ROWS) * BASE_ROWS;
  const slots = Math.ceil(props.heightPx / rowPx) + 2;
  const rows = Array.from({ length: count }, (_, n) => {
    const row = first + n;
    const value = rowAt(row);
    return (
      <MemoRow
        key={row % slots}
        id={`${idPrefix}${row}`}
        row={row}
        offsetPx={(row - base) * rowPx}
        value={value}
        columns={columns as readonly TableColumn<unknown>[]}
        template={template}
        isSelected={row === selected || (value !== undefined && isChosen?.(value) === true)}
        extraClass={value === undefined ? styles.missing : rowClass?.(value)}
        note={value === undefined ? undefined : rowNote?.(value)}
        divider={value === undefined ? undefined : rowDivider?.(value)}
        on={on}
      />
    );
  });
  const offsetPx = Math.round((base - topRow) * rowPx);
  return (
    <div className={styles.rows} style={{ transform: `translateY(${offsetPx}px)` }}>
      {rows}
    </div>
  );
}

type Handlers = Pick<RowsProps<unknown>, 'onSelect' | 'onExtend' | 'onActivate' | 'onHover'>;

/** Always the same object, with what was handed in last. */
function useHandlers(props: Handlers): { readonly current: Handlers } {
  const on = useRef<Handlers>(props);
  on.current = props;
  return on;
}

interface OneRowProps {
  readonly id: string;
  readonly row: number;
  readonly offsetPx: number;
  readonly value: unknown;
  readonly columns: readonly TableColumn<unknown>[];
  readonly template: string;
  readonly isSelected: boolean;
  readonly extraClass: string | undefined;
  readonly note: string | undefined;
  readonly divider: string | undefined;
  readonly on: { readonly current: Handlers };
}

const MemoRow = memo(function OneRow(props: OneRowProps) {
  const { id, row, offsetPx, value, columns, template, isSelected, extraClass, on } = props;
  const classes = [
    styles.row,
    row % 2 === 1 ? styles.odd : '',
    isSelected ? styles.selected : '',
    extraClass,
  ];
  return (
    <div
      role="row"
      tabIndex={-1}
      id={id}
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      data-note={props.note}
      data-divider={props.divider}
      title={props.divider}
      className={classes.filter(Boolean).join(' ')}
      style={{ gridTemplateColumns: template, top: `${offsetPx}px` }}
      // on the way down: while following, the row under the pointer has moved on by the time the button comes up
      onMouseDown={(event) => {
        if (event.button !== 0) return;
        const { onExtend, onSelect } = on.current;
        if (onExtend !== undefined && event.shiftKey) onExtend(row, 'upTo');
        else if (onExtend !== undefined && (event.ctrlKey || event.metaKey))
          onExtend(row, 'toggle');
        else onSelect?.(row);
      }}
      onDoubleClick={() => on.current.onActivate?.(row)}
      onPointerEnter={() => on.current.onHover?.(row)}
      onPointerLeave={() => on.current.onHover?.(undefined)}
    >
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          tabIndex={-1}
          className={column.align === 'right' ? styles.right : undefined}
        >
          {value === undefined ? null : column.cell(value)}
        </div>
      ))}
    </div>
  );
});

function useScroll(
  view: TableView,
  topRow: number,
  setTop: (topRow: number) => void,
  onScrollUp: (() => void) | undefined,
) {
  const now = useRef({ view, topRow, onScrollUp });
  now.current = { view, topRow, onScrollUp };
  const to = useCallback(
    (wanted: number) => {
      const { view, topRow, onScrollUp } = now.current;
      const top = clampTop(view, wanted);
      if (top < topRow) onScrollUp?.();
      now.current = { ...now.current, topRow: top };
      setTop(top);
    },
    [setTop],
  );
  const by = useCallback((rows: number) => to(now.current.topRow + rows), [to]);
  /** A row that is not there yet is revealed when it comes: a table is asked for one before its first answer. */
  const pending = useRef<{ readonly row: number; readonly centred: boolean } | undefined>(
    undefined,
  );
  const reveal = useCallback(
    (row: number, centred = false) => {
      const isThere = row < now.current.view.rowCount;
      pending.current = isThere ? undefined : { row, centred };
      if (isThere) to(revealTop(now.current.view, now.current.topRow, row, centred));
    },
    [to],
  );
  const { rowCount } = view;
  useEffect(() => {
    const waits = pending.current;
    if (waits !== undefined && waits.row < rowCount) reveal(waits.row, waits.centred);
  }, [rowCount, reveal]);
  return { to, by, reveal };
}

/** Not React's wheel event: that one is passive, and the page around would scroll. */
function useWheel(
  element: { readonly current: HTMLElement | null },
  rowPx: number,
  scrollBy: (rows: number) => void,
): void {
  useEffect(() => {
    const body = element.current;
    if (body === null) return;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      scrollBy(event.deltaMode === 1 ? event.deltaY : event.deltaY / rowPx);
    };
    body.addEventListener('wheel', onWheel, { passive: false });
    return () => body.removeEventListener('wheel', onWheel);
  }, [element, rowPx, scrollBy]);
}

function onKeyDown<Row>(
  event: KeyboardEvent,
  view: TableView,
  topRow: number,
  props: VirtualTableProps<Row> & { readonly extended: { current: number | undefined } },
  reveal: (row: number) => void,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { selected, onSelect, onExtend, onActivate, extended } = props;
  if (event.key === 'Enter' && selected !== undefined && onActivate !== undefined) {
    onActivate(selected);
  } else {
    const from = extended.current ?? selected ?? Math.ceil(topRow) - 1;
    const row = rowForKey(view, event.key, from);
    if (row === undefined || (event.shiftKey && onExtend === undefined)) return;
    if (event.shiftKey) {
      extended.current = row;
      onExtend?.(row, 'upTo');
    } else onSelect?.(row);
    reveal(row);
  }
  event.preventDefault();
  event.stopPropagation();
}

const SIDEWAYS_PX = 80;

/** Left and Right, where columns do not fit; says whether it was that. */
function scrollSideways(event: KeyboardEvent, wide: HTMLElement | null): boolean {
  const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
  if (by === 0 || wide === null || wide.scrollWidth <= wide.clientWidth) return false;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
  wide.scrollLeft += by * SIDEWAYS_PX;
  event.preventDefault();
  event.stopPropagation();
  return true;
}
