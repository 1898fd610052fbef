/** A packed ring as one table: descriptors with their AVAIL and USED bits, the device's positions beside them. */
import { useEffect, useRef } from 'react';
import { VIRTQ_DESC_F_NEXT } from '../../../src-core/spec/ring.ts';
import { useView } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';
import { type TableColumn, type TableHandle, VirtualTable } from '../../ui/virtual-table.tsx';
import styles from './rings.module.css';
import { addressesOf, ringRow } from './rings-facts.ts';
import { IndirectBlock } from './rings-indirect.tsx';
import { indirectTarget } from './rings-indirect-model.ts';
import {
  hexAddress,
  POSTED,
  problemsBySlot,
  type RingProblem,
  SERVICE,
  SLOT_STAGES,
  type SlotStage,
  STAGE_WORDS,
} from './rings-model.ts';
import { NumberStrip } from './rings-numbers.tsx';
import { type PackedRing, type PackedRow, packedRow, packedSlots } from './rings-packed.ts';
import parts from './rings-parts.module.css';
import { flagWords } from './rings-slots.tsx';
import { HeadProblems, type RingTableProps } from './rings-split-table.tsx';

interface Row extends PackedRow {
  readonly slot: number;
  readonly stage: SlotStage;
  readonly position: string;
  /** Where it stands in its list: `┌` `├` `└`, empty for a list of one. */
  readonly link: string;
  readonly isOfChain: boolean;
  readonly reused: number;
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
    id: 'link',
    title: 'list',
    widthPx: 40,
    meaning: 'Descriptors of one list: NEXT leads to the slot below.',
    cell: ({ link, stage }) => <span className={styles[stage]}>{link}</span>,
  },
  {
    id: 'position',
    title: 'device',
    widthPx: 150,
    grows: true,
    cell: ({ position, problems, reused }) => (
      <>
        {reused > 0 ? (
          <span className={parts.reused} title="Its buffer id was used again before it came back">
            ↺{reused}{' '}
          </span>
        ) : null}
        {problems?.map(({ text }) => text).join(' ') ?? position}
      </>
    ),
  },
];

export function PackedTable(props: RingTableProps<PackedRing>) {
  const { ring, picked, head, reused, onPick, onOpen } = props;
  const table = useRef<TableHandle>(null);
  const problems = problemsBySlot(ring.problems, 'descriptor');
  const slot = picked?.slot;
  const target = indirectTarget(ring, picked, head);
  const chain = new Set(head < 0 ? [] : packedSlots(ring, head));
  const [first] = ring.problems.filter((one) => one.slot >= 0);
  const rowClass = (row: Row) =>
    [
      'mono',
      row.problems === undefined ? '' : styles.wrong,
      first?.slot === row.slot ? styles.first : '',
      row.isOfChain ? styles.lit : '',
    ].join(' ');
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
      <NumberStrip groups={[...ringRow(ring), { title: 'Addresses', facts: addressesOf(ring) }]} />
      <HeadProblems problems={ring.problems} />
      <div className={styles.beside}>
        <VirtualTable<Row>
          label="Slots of the packed ring"
          columns={COLUMNS}
          rowCount={ring.size}
          rowAt={(at) => rowOf(ring, at, { problems: problems.get(at), chain, reused })}
          selected={slot}
          onSelect={(at) => onPick({ table: 'descriptor', slot: at })}
          onActivate={onOpen}
          rowClass={rowClass}
          handle={table}
        />
        {target === undefined ? null : <IndirectBlock ring={ring} target={target} />}
      </div>
    </div>
  );
}

interface RowContext {
  readonly problems: readonly RingProblem[] | undefined;
  readonly chain: ReadonlySet<number>;
  readonly reused: ReadonlyMap<number, number>;
}

function rowOf(ring: PackedRing, slot: number, { problems, chain, reused }: RowContext): Row {
  const marks = [
    ...(slot === ring.usedSlot ? ['◂ writes here next'] : []),
    ...(slot === ring.availSlot ? ['◂ reads here next'] : []),
  ];
  const stage = SLOT_STAGES[ring.stages[slot] ?? 0] ?? 'free';
  const row = packedRow(ring, slot);
  return {
    ...row,
    ...{ slot, stage, position: marks.join(' · '), problems, isOfChain: chain.has(slot) },
    link: linkOf(ring, slot),
    reused: reused.get(row.id) ?? 0,
  };
}

function linkOf(ring: PackedRing, slot: number): string {
  const isOpen = (at: number) =>
    ring.stages[at] === ring.stages[slot] && (packedRow(ring, at).flags & VIRTQ_DESC_F_NEXT) !== 0;
  if (ring.stages[slot] !== POSTED && ring.stages[slot] !== SERVICE) return '';
  const goesOn = isOpen(slot);
  const comesFrom = isOpen((slot + ring.size - 1) % ring.size);
  if (goesOn) return comesFrom ? '├↓' : '┌↓';
  return comesFrom ? '└' : '';
}

function Bit({ isSet }: { readonly isSet: boolean }) {
  return <span className={isSet ? styles.one : styles.zero}>{isSet ? 1 : 0}</span>;
}
