/** Under a ring: what the chosen slot is, in one sentence; the watch; the legend; the next problem. */
import { Eye } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './rings.module.css';
import type { Ring } from './rings-facts.ts';
import { SLOT_STAGES, STAGE_WORDS } from './rings-model.ts';
import { packedRow } from './rings-packed.ts';
import parts from './rings-parts.module.css';
import type { PickedSlot } from './rings-slots.tsx';
import { headOfSlot } from './rings-split.ts';
import { armWatch, disarmWatch, type RingWatch, watchName } from './rings-watch.ts';

interface StatusLineProps {
  readonly ring: Ring;
  readonly picked: PickedSlot | undefined;
  readonly message: number;
  readonly head: number;
  readonly watch: RingWatch | undefined;
  readonly onPick: (picked: PickedSlot) => void;
  readonly onWatch: () => void;
}

export function StatusLine(props: StatusLineProps) {
  const { ring, picked, message, head, watch, onPick, onWatch } = props;
  const wanted = watchFor(ring, picked);
  const isArmed = watch !== undefined && watch.slot === wanted.slot;
  const [first] = ring.problems.filter(({ slot }) => slot >= 0);
  return (
    <div className={parts.status}>
      {ring.problems.length === 0 ? null : (
        <button
          type="button"
          className={parts.problems}
          onClick={() => first && onPick({ table: first.table, slot: first.slot })}
        >
          ✕ {formatPlural(ring.problems.length, 'problem')}
        </button>
      )}
      <span className={parts.sentence}>{sentence(ring, picked, message, head)}</span>
      <Button
        tone="quiet"
        icon={<Eye />}
        pressed={watch !== undefined}
        tip={
          isArmed
            ? 'Stop watching'
            : `Watch ${watchName(wanted)}: count, mark and tell when it is used again before it came back`
        }
        command="rings.watch"
        onClick={onWatch}
      >
        Watch
      </Button>
      <span className={parts.legend}>
        {SLOT_STAGES.map((stage) => (
          <span key={stage} className={styles[stage]} title={STAGE_WORDS[stage].means}>
            <span className={styles.glyph}>{STAGE_WORDS[stage].glyph}</span>{' '}
            {STAGE_WORDS[stage].word}
          </span>
        ))}
      </span>
    </div>
  );
}

/** The slot that was picked, or the whole queue: of the avail and used rings the head that stands there, of a packed ring the
 *  buffer id. */
function watchFor(ring: Ring, picked: PickedSlot | undefined): RingWatch {
  const { queue } = ring.view;
  if (picked === undefined) return { queue };
  if (ring.kind === 'packed') return { queue, slot: packedRow(ring, picked.slot).id };
  const slot =
    picked.table === 'descriptor' ? picked.slot : headOfSlot(ring, picked.table, picked.slot);
  return slot < 0 ? { queue } : { queue, slot };
}

/** Arms it on what is picked, or takes it back when that is watched already. */
export function toggleWatchOf(
  ring: Ring,
  picked: PickedSlot | undefined,
  armed: RingWatch | undefined,
): void {
  const wanted = watchFor(ring, picked);
  if (armed !== undefined && armed.slot === wanted.slot) disarmWatch(wanted.queue);
  else armWatch(wanted);
}

function sentence(
  ring: Ring,
  picked: PickedSlot | undefined,
  message: number,
  head: number,
): string {
  if (picked === undefined) return 'Choose a slot to see its chain and its message.';
  const { table, slot } = picked;
  const problem = ring.problems.find((one) => one.table === table && one.slot === slot);
  if (problem !== undefined) return `${problem.text} ${problem.rule}`;
  const place = `${table} slot ${slot}`;
  if (message >= 0) return `${place}: message ${formatCount(message)} (Enter opens it)`;
  if (head < 0) return `${place} belongs to no chain`;
  const stages = ring.kind === 'split' ? ring.descriptorStages : ring.stages;
  const stage = SLOT_STAGES[stages[head] ?? 0] ?? 'free';
  if (stage === 'posted') return `${place}: not popped yet, so there is no message`;
  return ring.kind === 'split'
    ? `${place}: head ${head} was used again since`
    : `${place}: no message is known`;
}
