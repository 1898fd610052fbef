/** A packed ring as one table: descriptors with their AVAIL and USED bits, the device's positions beside them. */
import { useEffect, useRef } from 'react';
import { useView } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';
import { type TableColumn, type TableHandle, VirtualTable } from '../../ui/virtual-table.tsx';
import styles from './rings.module.css';
import { FactList } from './rings-fact-list.tsx';
import { ringFacts } from './rings-facts.ts';
import {
  hexAddress,
  problemsBySlot,
  type RingProblem,
  SLOT_STAGES,
  type SlotStage,
  STAGE_WORDS,
} from './rings-model.ts';
import { type PackedRing, type PackedRow, packedRow } from './rings-packed.ts';
import { flagWords } from './rings-slots.tsx';
import { HeadProblems, type RingTableProps } from './rings-split-table.tsx';

interface Row extends PackedRow {
  readonly slot: number;
  readonly stage: SlotStage;
  readonly position: string;
  readonly problems: readonly RingProblem[] | undefined;
}

const COLUMNS: readonly TableColumn<Row>[] = [
  { id: 'slot', title: 'slot', widthPx: 48, align: 'right', cell: ({ slot }) => slot },
  {
    id: 'stage',
    title: 'who has it',
    widthPx: 92,
    cell: ({ stage, problems }) => (
      <span className={styles[stage]} title={STAGE_WORDS[stage].means}>
        <span className={styles.glyph}>{problems ? '✕' : STAGE_WORDS[stage].glyph}</span>{' '}
        {STAGE_WORDS[stage].word}
      </span>
    ),
  },
  {
    id: 'avail',
    title: 'AVAIL',
    widthPx: 56,
    meaning: 'Written by the driver: equals its wrap counter when it makes the slot available.',
    cell: ({ availBit }) => <Bit isSet={availBit} />,
  },
  {
    id: 'used',
    title: 'USED',
    widthPx: 52,
    meaning: 'Equals AVAIL once the device has used the slot.',
    cell: ({ usedBit }) => <Bit isSet={usedBit} />,
  },
  { id: 'id', title: 'id', widthPx: 48, align: 'right', cell: ({ id }) => id },
  {
    id: 'address',
    title: 'address',
    widthPx: 120,
    cell: ({ address }) => hexAddress(address),
  },
  {
    id: 'bytes',
    title: 'length',
    widthPx: 76,
    align: 'right',
    cell: ({ bytes }) => `${formatCount(bytes)} B`,
  },
  {
    id: 'flags',
    title: 'flags',
    widthPx: 88,
    cell: ({ flags, bytes }) => flagWords(flags, bytes, 'next'),
  },
  {
    id: 'position',
    title: 'device',
    widthPx: 150,
    grows: true,
    cell: ({ position, problems }) => problems?.map(({ text }) => text).join(' ') ?? position,
  },
];

export function PackedTable(props: RingTableProps<PackedRing>) {
  const { ring, picked, onPick, onOpen } = props;
  const table = useRef<TableHandle>(null);
  const problems = problemsBySlot(ring.problems, 'descriptor');
  const slot = picked?.slot;
  const follow = useView((view) => view.follow);
  const active = follow && ring.view.live ? ring.availSlot : undefined;
  useEffect(() => {
    if (active !== undefined) table.current?.reveal(active, true);
  }, [active]);
  useEffect(() => {
    if (slot !== undefined) table.current?.reveal(slot);
  }, [slot]);
  return (
    <div className={styles.packed}>
      <div className={styles.strip}>
        {ringFacts(ring).map(({ title, facts }) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            <FactList facts={facts} />
          </section>
        ))}
      </div>
      <HeadProblems problems={ring.problems} />
      <VirtualTable<Row>
        label="Slots of the packed ring"
        columns={COLUMNS}
        rowCount={ring.size}
        rowAt={(at) => rowOf(ring, at, problems.get(at))}
        selected={slot}
        onSelect={(at) => onPick({ table: 'descriptor', slot: at })}
        onActivate={onOpen}
        rowClass={({ problems: wrong }) => (wrong === undefined ? 'mono' : `mono ${styles.wrong}`)}
        handle={table}
      />
    </div>
  );
}

function rowOf(ring: PackedRing, slot: number, problems: readonly RingProblem[] | undefined): Row {
  const marks = [
    ...(slot === ring.usedSlot ? ['◂ writes here next'] : []),
    ...(slot === ring.availSlot ? ['◂ reads here next'] : []),
  ];
  const stage = SLOT_STAGES[ring.stages[slot] ?? 0] ?? 'free';
  return { ...packedRow(ring, slot), slot, stage, position: marks.join(' · '), problems };
}

function Bit({ isSet }: { readonly isSet: boolean }) {
  return <span className={isSet ? styles.one : styles.zero}>{isSet ? 1 : 0}</span>;
}
