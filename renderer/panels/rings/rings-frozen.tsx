/** An inconsistent ring as it was read first, kept beside the one that goes on: its first bad slot outlined. */
import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { formatTime } from '../../canvas/time-scale.ts';
import { IconButton } from '../../ui/button.tsx';
import styles from './rings.module.css';
import type { Ring } from './rings-facts.ts';
import { problemsBySlot, type RingProblem, slotOf } from './rings-model.ts';
import { packedRow } from './rings-packed.ts';
import parts from './rings-parts.module.css';
import { flagWords, type PickedSlot, Slots } from './rings-slots.tsx';

const MOST_SENTENCES = 4;
const TITLES = { avail: 'Avail ring', descriptor: 'Descriptor table', used: 'Used ring' } as const;

export interface FrozenRing {
  readonly ring: Ring;
  /** Takes it away; the next ring that is inconsistent in another way is kept again. */
  readonly forget: () => void;
}

/** The first look at a live ring in which something was wrong. */
export function useFrozen(ring: Ring): FrozenRing | undefined {
  const kept = useRef<Ring | undefined>(undefined);
  const forgotten = useRef('');
  const [, again] = useState(0);
  const name = nameOf(ring);
  if (name === '') forgotten.current = '';
  if (ring.view.live && kept.current === undefined && name !== '' && name !== forgotten.current) {
    kept.current = ring;
  }
  if (kept.current === undefined) return undefined;
  const forget = () => {
    forgotten.current = name;
    kept.current = undefined;
    again((times) => times + 1);
  };
  return { ring: kept.current, forget };
}

/** The first slot with something wrong; without one, where the index of a header points. */
export function firstBad(ring: Ring): PickedSlot | undefined {
  const [first] = ring.problems.filter(({ slot }) => slot >= 0);
  if (first !== undefined) return { table: first.table, slot: first.slot };
  const [head] = ring.problems;
  if (head === undefined || ring.kind === 'packed') return undefined;
  const idx = head.table === 'used' ? ring.usedIdx : ring.availIdx;
  return { table: head.table, slot: slotOf(idx, ring.size) };
}

function nameOf({ problems }: Ring): string {
  return problems.map(({ table, slot, rule }) => `${table}${slot}${rule}`).join(' ');
}

export function FrozenPane({ frozen }: { readonly frozen: FrozenRing }) {
  const { ring, forget } = frozen;
  const bad = firstBad(ring);
  const { problems } = ring;
  return (
    <section className={parts.frozen} aria-label="Frozen ring">
      <h3>
        <span>❚❚ Frozen at {formatTime(ring.view.atNs, 6)}</span>
        <IconButton label="Give the frozen ring up" icon={<X />} onClick={forget} />
      </h3>
      {problems.slice(0, MOST_SENTENCES).map(({ table, slot, rule, text }) => (
        <p key={`${table}${slot}${rule}`} className={styles.problem}>
          ✕ {slot < 0 ? '' : `${table} ${slot}: `}
          {text} <span>{rule}</span>
        </p>
      ))}
      {problems.length > MOST_SENTENCES ? (
        <p className={styles.hint}>and {problems.length - MOST_SENTENCES} more</p>
      ) : null}
      {bad === undefined ? null : ring.kind === 'split' ? (
        <>
          <h4>{TITLES[bad.table]}</h4>
          <Slots
            {...{ ring, table: bad.table, label: `${TITLES[bad.table]}, frozen`, picked: bad }}
            head={-1}
            problems={problemsBySlot(problems, bad.table)}
            marks={NO_MARKS}
            reused={NO_COUNTS}
            activeSlot={bad.slot}
            firstBad={bad.slot}
            onScroll={nothing}
            onPick={nothing}
            onOpen={nothing}
          />
        </>
      ) : (
        <PackedSlots {...{ ring, bad, problems }} />
      )}
    </section>
  );
}

const NO_MARKS: ReadonlyMap<number, string> = new Map();
const NO_COUNTS: ReadonlyMap<number, number> = new Map();
const nothing = () => {};

const AROUND = 4;

/** The bad slot of a packed ring among its neighbours. */
function PackedSlots(props: {
  readonly ring: Extract<Ring, { kind: 'packed' }>;
  readonly bad: PickedSlot;
  readonly problems: readonly RingProblem[];
}) {
  const { ring, bad, problems } = props;
  const wrong = problemsBySlot(problems, 'descriptor');
  const first = Math.max(0, bad.slot - AROUND);
  const end = Math.min(ring.size, bad.slot + AROUND + 1);
  const slots = Array.from({ length: end - first }, (_, nth) => first + nth);
  return (
    <table className={`${parts.near} mono`} aria-label="Slots, frozen">
      <tbody>
        {slots.map((slot) => {
          const { availBit, usedBit, id, bytes, flags } = packedRow(ring, slot);
          const classes = [
            wrong.has(slot) ? styles.wrong : '',
            slot === bad.slot ? styles.first : '',
          ];
          return (
            <tr key={slot} className={classes.join(' ')}>
              <th scope="row">{slot}</th>
              <td>{`${availBit ? 1 : 0}${usedBit ? 1 : 0}`}</td>
              <td>{`id ${id}`}</td>
              <td className={styles.number}>{`${bytes} B`}</td>
              <td>{flagWords(flags, bytes, 'next')}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
