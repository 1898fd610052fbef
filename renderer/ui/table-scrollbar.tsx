/** The table's own scroll bar: the thumb moves in proportion; dragged with the pointer far to the side it moves finely, so
 *  that every one of ten million rows can be reached. */
import { type PointerEvent, useRef } from 'react';
import { rowsPerThumbPx, type TableView, thumbOf } from './table-scroll.ts';
import styles from './virtual-table.module.css';

export interface TableScrollbarProps {
  readonly view: TableView;
  readonly topRow: number;
  readonly onScroll: (topRow: number) => void;
}

const FINE_FROM_PX = 80;
const FINE_SHARE = 0.02;

export function TableScrollbar({ view, topRow, onScroll }: TableScrollbarProps) {
  const drag = useRef<{ yPx: number; topRow: number } | undefined>(undefined);
  const thumb = thumbOf(view, topRow);
  if (thumb === undefined) return <div className={styles.bar} />;
  const press = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture?.(event.pointerId);
    const yPx = event.clientY - event.currentTarget.getBoundingClientRect().top;
    const isOnThumb = yPx >= thumb.topPx && yPx <= thumb.topPx + thumb.heightPx;
    const start = isOnThumb ? topRow : (yPx - thumb.heightPx / 2) * rowsPerThumbPx(view);
    if (!isOnThumb) onScroll(start);
    drag.current = { yPx: event.clientY, topRow: start };
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const from = drag.current;
    if (from === undefined) return;
    const box = event.currentTarget.getBoundingClientRect();
    const share = box.left - event.clientX > FINE_FROM_PX ? FINE_SHARE : 1;
    const to = from.topRow + (event.clientY - from.yPx) * rowsPerThumbPx(view) * share;
    drag.current = { yPx: event.clientY, topRow: to };
    onScroll(to);
  };
  return (
    <div
      className={styles.bar}
      aria-hidden="true"
      onPointerDown={press}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = undefined;
      }}
    >
      <div
        className={styles.thumb}
        style={{ transform: `translateY(${thumb.topPx}px)`, height: `${thumb.heightPx}px` }}
      />
    </div>
  );
}
