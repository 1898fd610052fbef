// biome-ignore-all lint/a11y/useSemanticElements: virtual rows are laid out as grids, which takes a table's own roles away
/** One of the three tables of a split ring: its slots, of which only the visible ones are in the page. */
import {
  type CSSProperties,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import {
  VIRTQ_DESC_F_INDIRECT,
  VIRTQ_DESC_F_NEXT,
  VIRTQ_DESC_F_WRITE,
} from '../../../src-core/spec/ring.ts';
import { hoverMessage, useView } from '../../store/view.ts';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './rings.module.css';
import {
  hexAddress,
  type RingProblem,
  type RingTable,
  SLOT_STAGES,
  STAGE_WORDS,
} from './rings-model.ts';
import parts from './rings-parts.module.css';
import {
  availHead,
  descriptorRow,
  headOfSlot,
  isGhost,
  messageOfSlot,
  type SplitRing,
  usedElement,
} from './rings-split.ts';

export const ROW_PX = 22;

export interface PickedSlot {
  readonly table: RingTable;
  readonly slot: number;
}

export interface ScrollState {
  readonly topPx: number;
  readonly heightPx: number;
}

export interface SlotsProps {
  readonly ring: SplitRing;
  readonly table: RingTable;
  readonly label: string;
  readonly picked: PickedSlot | undefined;
  /** Head whose chain is drawn bright; -1 for none. */
  readonly head: number;
  readonly problems: ReadonlyMap<number, readonly RingProblem[]>;
  /** Indexes that point here, by slot. */
  readonly marks: ReadonlyMap<number, string>;
  /** How often a slot of the descriptor table was made available again too early, while that is watched. */
  readonly reused: ReadonlyMap<number, number>;
  /** The first slot of this table with something wrong; absent when it is in another one. */
  readonly firstBad?: number | undefined;
  /** Kept in view while Follow is on. */
  readonly activeSlot: number | undefined;
  readonly onScroll: (table: RingTable, state: ScrollState) => void;
  readonly onPick: (picked: PickedSlot) => void;
  readonly onOpen: () => void;
}

export function Slots(props: SlotsProps) {
  const { ring, table, label, picked, activeSlot } = props;
  const box = useRef<HTMLDivElement>(null);
  const view = useScrolled(box, (state) => props.onScroll(table, state));
  const first = Math.max(0, Math.floor(view.topPx / ROW_PX));
  const count = Math.min(ring.size - first, Math.ceil(view.heightPx / ROW_PX) + 1);
  const pickedSlot = picked?.table === table ? picked.slot : undefined;
  useReveal(box, view.update, pickedSlot, 'just');
  useReveal(box, view.update, activeSlot, 'middle');
  return (
    <div
      ref={box}
      role="grid"
      aria-label={label}
      aria-rowcount={ring.size}
      tabIndex={table === 'descriptor' ? 0 : -1}
      data-table={table}
      className={styles.slots}
      onScroll={view.update}
    >
      <div className={styles.tall} style={tallOf(ring.size)}>
        {slotsFrom(first, count).map((slot) => (
          <SlotRow key={slot} slot={slot} {...props} />
        ))}
      </div>
    </div>
  );
}

/** As high as all slots, with room for the digits of the last one. */
function tallOf(size: number): CSSProperties {
  const digits = `${String(Math.max(0, size - 1)).length}ch`;
  return { height: `${size * ROW_PX}px`, '--digits': digits } as CSSProperties;
}

function slotsFrom(first: number, count: number): number[] {
  return Array.from({ length: Math.max(0, count) }, (_, nth) => first + nth);
}

function SlotRow({ slot, ...props }: SlotsProps & { readonly slot: number }) {
  const { ring, table, picked, head, problems, marks, reused, onPick, onOpen } = props;
  const stage = SLOT_STAGES[stagesOf(ring, table)[slot] ?? 0] ?? 'free';
  const wrong = problems.get(slot);
  const isPicked = picked?.table === table && picked.slot === slot;
  const isOld = table !== 'descriptor' && isGhost(ring, table, slot);
  const isLit = head >= 0 && headOfSlot(ring, table, slot) === head && !isOld;
  const index = messageOfSlot(ring, table, slot);
  const isPointed = useView((view) => index >= 0 && view.hoverIndex === index);
  const classes = [styles.cell, styles[table], styles[stage]];
  if (isPointed && !isOld) classes.push(styles.pointed);
  if (isPicked) classes.push(styles.picked);
  else if (isLit) classes.push(styles.lit);
  if (isOld) classes.push(styles.ghost);
  if (wrong !== undefined) classes.push(styles.wrong);
  if (props.firstBad === slot) classes.push(styles.first);
  const said = wrong?.map(({ text, rule }) => `${text} (${rule})`).join('\n');
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tables share one key handler
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={slot + 1}
      aria-selected={isPicked}
      className={classes.join(' ')}
      style={{ transform: `translateY(${slot * ROW_PX}px)` }}
      title={said ?? STAGE_WORDS[stage].means}
      onClick={() => onPick({ table, slot })}
      onDoubleClick={onOpen}
      onPointerEnter={() => hoverMessage(isOld || index < 0 ? undefined : index)}
      onPointerLeave={() => hoverMessage(undefined)}
    >
      <span role="gridcell" tabIndex={-1} className={styles.slot}>
        {slot}
      </span>
      <span className={styles.glyph} aria-hidden="true">
        {wrong === undefined ? STAGE_WORDS[stage].glyph : '✕'}
      </span>
      <Values ring={ring} table={table} slot={slot} isFree={stage === 'free'} />
      {table === 'descriptor' ? (
        <Reused times={reused.get(slot)} />
      ) : (
        <span role="gridcell" tabIndex={-1} className={styles.mark}>
          {marks.get(slot)}
        </span>
      )}
    </div>
  );
}

/** Counted by the watch. */
function Reused({ times }: { readonly times: number | undefined }) {
  if (times === undefined) return null;
  const title = `Used again before it came back: ${formatPlural(times, 'time')}`;
  return (
    <span role="gridcell" tabIndex={-1} className={parts.reused} title={title}>
      ↺{times}
    </span>
  );
}

interface ValuesProps {
  readonly ring: SplitRing;
  readonly table: RingTable;
  readonly slot: number;
  readonly isFree: boolean;
}

function Values({ ring, table, slot, isFree }: ValuesProps) {
  if (table === 'avail') {
    return (
      <span role="gridcell" tabIndex={-1}>
        {isFree ? '–' : availHead(ring, slot)}
      </span>
    );
  }
  if (table === 'used') {
    const { id, bytes } = usedElement(ring, slot);
    return (
      <>
        <span role="gridcell" tabIndex={-1}>
          {isFree ? '–' : id}
        </span>
        <span role="gridcell" tabIndex={-1} className={styles.number}>
          {isFree ? '' : `${formatCount(bytes)} B`}
        </span>
      </>
    );
  }
  const { address, bytes, flags, next } = descriptorRow(ring, slot);
  if (isFree && address === 0n && bytes === 0)
    return (
      <span role="gridcell" tabIndex={-1}>
        –
      </span>
    );
  return (
    <>
      <span role="gridcell" tabIndex={-1}>
        {hexAddress(address)}
      </span>
      <span role="gridcell" tabIndex={-1} className={styles.number}>
        {formatCount(bytes)} B
      </span>
      <span role="gridcell" tabIndex={-1}>
        {flagWords(flags, bytes, String(next))}
      </span>
    </>
  );
}

/** `W → 3`, `R`, `⤷ 3 desc`: who may touch the range and what comes behind it, or how long an indirect table it is. */
export function flagWords(flags: number, bytes: number, next: string): string {
  if ((flags & VIRTQ_DESC_F_INDIRECT) !== 0) return `⤷ ${formatCount(bytes / 16)} desc`;
  const side = (flags & VIRTQ_DESC_F_WRITE) !== 0 ? 'W' : 'R';
  return (flags & VIRTQ_DESC_F_NEXT) === 0 ? side : `${side} → ${next}`;
}

function stagesOf(ring: SplitRing, table: RingTable): Uint8Array {
  if (table === 'avail') return ring.availStages;
  return table === 'used' ? ring.usedStages : ring.descriptorStages;
}

/** Scroll position and height of a box, in state; told to whoever draws over it. */
function useScrolled(box: RefObject<HTMLDivElement | null>, tell: (state: ScrollState) => void) {
  const [view, setView] = useState<ScrollState>({ topPx: 0, heightPx: 0 });
  const update = () => {
    const element = box.current;
    if (element === null) return;
    const state = { topPx: element.scrollTop, heightPx: element.clientHeight };
    setView(state);
    tell(state);
  };
  const now = useRef(update);
  now.current = update;
  useEffect(() => {
    if (box.current === null) return;
    const observer = new ResizeObserver(() => now.current());
    observer.observe(box.current);
    now.current();
    return () => observer.disconnect();
  }, [box]);
  return { ...view, update };
}

/** Scrolls only when the slot is not in view: just as far as needed, or so that it comes to the middle. The rows there are
 *  drawn before the browser paints, so that nothing flashes. */
function useReveal(
  box: RefObject<HTMLDivElement | null>,
  update: () => void,
  slot: number | undefined,
  to: 'just' | 'middle',
): void {
  const now = useRef(update);
  now.current = update;
  useLayoutEffect(() => {
    if (box.current === null || slot === undefined) return;
    const wantedPx = revealTop(box.current, slot, to);
    if (wantedPx === undefined) return;
    box.current.scrollTop = wantedPx;
    now.current();
  }, [box, slot, to]);
}

function revealTop(box: HTMLElement, slot: number, to: 'just' | 'middle'): number | undefined {
  const topPx = slot * ROW_PX;
  const lastTopPx = topPx + ROW_PX - box.clientHeight;
  if (topPx >= box.scrollTop && lastTopPx <= box.scrollTop) return undefined;
  if (to === 'middle') return (topPx + lastTopPx) / 2;
  return topPx < box.scrollTop ? topPx : lastTopPx;
}
