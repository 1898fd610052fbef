// biome-ignore-all lint/a11y/useSemanticElements: a fieldset is for forms; this is a group of three grids
/** A split ring as three tables side by side, each scrolled by itself, with links between their slots. */
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useView } from '../../store/view.ts';
import styles from './rings.module.css';
import { addressesOf, ringPointers, ringRow } from './rings-facts.ts';
import { IndirectBlock } from './rings-indirect.tsx';
import { type IndirectTarget, indirectTarget, usesTables } from './rings-indirect-model.ts';
import { type LinkGeometry, linkPaths, tablePath } from './rings-links.ts';
import {
  POSTED,
  problemsBySlot,
  type RingLink,
  type RingProblem,
  type RingTable,
  SERVICE,
  SLOT_STAGES,
  slotOf,
} from './rings-model.ts';
import { NumberStrip } from './rings-numbers.tsx';
import { type PickedSlot, ROW_PX, type ScrollState, Slots } from './rings-slots.tsx';
import { availHead, chainLinks, type SplitRing } from './rings-split.ts';

export interface RingTableProps<R> {
  readonly ring: R;
  readonly picked: PickedSlot | undefined;
  /** Head whose chain is drawn bright; -1 for none. */
  readonly head: number;
  /** Counts of the watch, by slot. */
  readonly reused: ReadonlyMap<number, number>;
  readonly onPick: (picked: PickedSlot) => void;
  readonly onOpen: () => void;
}

const TABLES = ['avail', 'descriptor', 'used'] as const;
const TITLES = { avail: 'Avail ring', descriptor: 'Descriptor table', used: 'Used ring' } as const;

type Scrolls = Readonly<Record<RingTable, ScrollState>>;
const UNSCROLLED: ScrollState = { topPx: 0, heightPx: 0 };

export function SplitTable(props: RingTableProps<SplitRing>) {
  const { ring, picked, head, reused, onPick, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState<Scrolls>({
    avail: UNSCROLLED,
    descriptor: UNSCROLLED,
    used: UNSCROLLED,
  });
  const onScroll = useCallback(
    (table: RingTable, state: ScrollState) =>
      setScrolls((before) => ({ ...before, [table]: state })),
    [],
  );
  const active = useActiveSlots(ring, picked, head);
  const marks = marksOf(ring);
  const target = indirectTarget(ring, picked, head);
  const hasTable = target !== undefined || usesTables(ring);
  const bad = ring.problems.find(({ slot }) => slot >= 0);
  useDrawnAgain(target?.slot);
  return (
    <div
      className={styles.split}
      onKeyDown={(event) => onKeyDown(event, props)}
      role="group"
      aria-label="Split ring"
    >
      <Heads ring={ring} hasTable={hasTable} />
      <div ref={box} className={`${styles.tables} ${hasTable ? styles.four : ''}`}>
        {TABLES.map((table) => (
          <Slots
            key={table}
            table={table}
            label={TITLES[table]}
            problems={problemsBySlot(ring.problems, table)}
            marks={marks[table]}
            activeSlot={active[table]}
            firstBad={bad?.table === table ? bad.slot : undefined}
            {...{ ring, picked, head, reused, onScroll, onPick, onOpen }}
          />
        ))}
        {hasTable ? <IndirectBlock ring={ring} target={target} /> : null}
        <Links {...{ ring, head, box, scrolls, target }} />
      </div>
    </div>
  );
}

/** What is kept in view: with Follow the place where something happens next; else where that was at first, until a slot is
 *  chosen, whose chain then comes into view in all three tables. Nothing moves by itself. */
function useActiveSlots(
  ring: SplitRing,
  picked: PickedSlot | undefined,
  head: number,
): Partial<Record<RingTable, number>> {
  const follow = useView((view) => view.follow);
  const kept = useRef<{
    picked: PickedSlot | undefined;
    slots: Partial<Record<RingTable, number>>;
  }>({
    picked: undefined,
    slots: nextSlots(ring),
  });
  if (follow && ring.view.live) return nextSlots(ring);
  if (picked !== kept.current.picked) {
    kept.current = { picked, slots: chainPlaces(ring, picked, head) };
  }
  return kept.current.slots;
}

function nextSlots({ lastAvailIdx, usedIdx, size }: SplitRing): Partial<Record<RingTable, number>> {
  return { avail: slotOf(lastAvailIdx, size), used: slotOf(usedIdx, size) };
}

/** Newest places of a chain in the tables other than the one in which it was chosen. */
function chainPlaces(
  ring: SplitRing,
  picked: PickedSlot | undefined,
  head: number,
): Partial<Record<RingTable, number>> {
  if (head < 0 || head >= ring.size) return {};
  const places = { avail: ring.availSlots[head], descriptor: head, used: ring.usedSlots[head] };
  return Object.fromEntries(
    Object.entries(places).filter(
      ([table, slot]) => table !== picked?.table && slot !== undefined && slot >= 0,
    ),
  );
}

function marksOf(ring: SplitRing): Record<RingTable, ReadonlyMap<number, string>> {
  const marks = { avail: new Map<number, string>(), used: new Map<number, string>() };
  for (const { mark, slot } of ringPointers(ring)) {
    const there = marks[mark === 'used' ? 'used' : 'avail'];
    const label = mark === 'last' ? 'last' : 'idx';
    there.set(slot, [there.get(slot), label].filter(Boolean).join('='));
  }
  return { ...marks, descriptor: new Map() };
}

/** The numbers in one row, and over each table its name and address. */
function Heads({ ring, hasTable }: { readonly ring: SplitRing; readonly hasTable: boolean }) {
  const [descriptor, avail, used] = addressesOf(ring);
  const addresses = { avail, descriptor, used };
  return (
    <>
      <NumberStrip groups={ringRow(ring)} />
      <HeadProblems problems={ring.problems} />
      <div className={`${styles.heads} ${hasTable ? styles.four : ''}`}>
        {TABLES.map((table) => (
          <h3 key={table} title={addresses[table]?.means}>
            {TITLES[table]} <span className="mono">{addresses[table]?.value}</span>{' '}
            <em>{addresses[table]?.note}</em>
          </h3>
        ))}
        {hasTable ? <h3 className={styles.fourth}>Indirect table</h3> : null}
      </div>
    </>
  );
}

/** What stands in the page is measured after it was drawn: the arrow to a block that has just come needs a second time. */
function useDrawnAgain(slot: number | undefined): void {
  const [, setDrawn] = useState<number>();
  useLayoutEffect(() => setDrawn(slot), [slot]);
}

/** What is wrong with a table as a whole, not with one of its slots. */
export function HeadProblems({ problems }: { readonly problems: readonly RingProblem[] }) {
  return problems
    .filter(({ slot }) => slot === -1)
    .map(({ table, rule, text }) => (
      <p key={`${rule}${text}`} className={styles.problem}>
        ✕ {table}: {text} <span>{rule}</span>
      </p>
    ));
}

interface LinksProps {
  readonly ring: SplitRing;
  readonly head: number;
  readonly box: RefObject<HTMLDivElement | null>;
  readonly scrolls: Scrolls;
  readonly target: IndirectTarget | undefined;
}

/** Links of what is waiting or in flight and in view, and of the chosen chain. */
function Links({ ring, head, box, scrolls, target }: LinksProps) {
  const edges = box.current === null ? undefined : edgesOf(box.current);
  if (edges === undefined) return null;
  const geometry: LinkGeometry = {
    rowPx: ROW_PX,
    heightPx: scrolls.descriptor.heightPx,
    scrollPx: {
      avail: scrolls.avail.topPx,
      descriptor: scrolls.descriptor.topPx,
      used: scrolls.used.topPx,
    },
    edges,
  };
  const bright = new Set(linkPaths(chainLinks(ring, head), geometry).map(({ key }) => key));
  const block = box.current?.querySelector<HTMLElement>('[data-indirect]');
  const into =
    target === undefined || block === null || block === undefined
      ? undefined
      : tablePath(
          target.slot,
          { leftPx: block.offsetLeft, topPx: block.offsetTop + TITLE_MIDDLE_PX },
          geometry,
        );
  return (
    <svg className={styles.links} aria-hidden="true">
      {linkPaths(linksInView(ring, head, scrolls), geometry).map(({ key, d, tip, stage }) => (
        <g
          key={key}
          className={`${styles[SLOT_STAGES[stage] ?? 'free']} ${bright.has(key) ? styles.bright : ''}`}
        >
          <path d={d} />
          {tip === undefined ? null : <path d={tip} className={styles.tip} />}
        </g>
      ))}
      {into === undefined ? null : (
        <g className={`${styles.into} ${styles.bright}`}>
          <path d={into.d} />
          <path d={into.tip} className={styles.tip} />
        </g>
      )}
    </svg>
  );
}

/** Of the block of the indirect table. */
const TITLE_MIDDLE_PX = 11;

function linksInView(ring: SplitRing, head: number, scrolls: Scrolls): RingLink[] {
  const heads = new Set<number>(head >= 0 ? [head] : []);
  for (const slot of visible(scrolls.avail, ring.size)) {
    if (isBusy(ring.availStages[slot])) heads.add(availHead(ring, slot));
  }
  for (const slot of visible(scrolls.descriptor, ring.size)) {
    if (isBusy(ring.descriptorStages[slot])) heads.add(ring.heads[slot] ?? -1);
  }
  return [...heads].flatMap((one) => chainLinks(ring, one));
}

function isBusy(stage: number | undefined): boolean {
  return stage === POSTED || stage === SERVICE;
}

function visible({ topPx, heightPx }: ScrollState, size: number): number[] {
  const first = Math.max(0, Math.floor(topPx / ROW_PX));
  const end = Math.min(size, Math.ceil((topPx + heightPx) / ROW_PX));
  return Array.from({ length: Math.max(0, end - first) }, (_, nth) => first + nth);
}

/** Where the tables stand, without their scroll bars. */
function edgesOf(box: HTMLElement): LinkGeometry['edges'] | undefined {
  const [avail, descriptor, used] = TABLES.map((table) => {
    const element = box.querySelector<HTMLElement>(`[data-table="${table}"]`);
    if (element === null) return undefined;
    return [element.offsetLeft, element.offsetLeft + element.offsetWidth] as const;
  });
  if (avail === undefined || descriptor === undefined || used === undefined) return undefined;
  return { avail, descriptor, used };
}

/** Arrows move between slots and tables, Enter opens the message. */
function onKeyDown(event: KeyboardEvent, props: RingTableProps<SplitRing>): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const { ring, picked, onPick, onOpen } = props;
  const { table, slot } = picked ?? { table: 'descriptor' as const, slot: -1 };
  const page = 10;
  const down: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -ring.size,
  };
  const across: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };
  const rows = down[event.key];
  const tables = across[event.key];
  if (rows !== undefined) {
    onPick({ table, slot: Math.max(0, Math.min(ring.size - 1, slot + rows)) });
  } else if (tables !== undefined) {
    const at = Math.max(0, Math.min(TABLES.length - 1, TABLES.indexOf(table) + tables));
    onPick({ table: TABLES[at] ?? table, slot: Math.max(0, slot) });
  } else if (event.key === 'Enter') onOpen();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
