/** Who is to blame: a line for each glitch, late return, or stall that the buffer covered. A line leads to its message. */
import { useState } from 'react';
import type { BlameList as Blame, BlameRow } from '../../../src-core/contract-latency.ts';
import { stageRow } from '../../../src-core/spec/stages.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { centreView } from '../../store/time-range.ts';
import { selectedMessage, selectMessage, useView } from '../../store/view.ts';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './latency.module.css';

const KINDS: Readonly<Record<BlameRow['kind'], { glyph: string; word: string }>> = {
  underrun: { glyph: '✕', word: 'underrun' },
  'late-return': { glyph: '!', word: 'late return' },
  'late-post': { glyph: '◇', word: 'covered' },
};

const SHOWN = 200;
const EVERY_MS = 300;

interface Choice {
  readonly stage?: BlameRow['stage'];
  readonly streamId?: number;
  readonly order: 'time' | 'size';
}

/** `all`: the list without a choice, for its counts. */
export function BlameList({ all }: { readonly all: Blame | undefined }) {
  const [choice, choose] = useState<Choice>({ order: 'time' });
  const query = { first: 0, count: SHOWN, ...choice };
  const list = usePull('blame', query, { everyMs: EVERY_MS, untilWhole: true }).data;
  if (all === undefined || all.total === 0) {
    return (
      <EmptyState
        title={all?.partial === true ? 'Still looking' : 'Nothing was late'}
        detail="No stream ran dry, no message came back more than half a period late, and no stage took that much longer than it usually does."
      />
    );
  }
  const rows = list?.rows ?? [];
  const more = (list?.matching ?? 0) - rows.length;
  const lost = all.total - all.matching;
  return (
    <div className={styles.blame}>
      <BlameChoices all={all} choice={choice} onChoose={choose} />
      <ul>
        {rows.map((row) => (
          <Incident key={`${row.atNs} ${row.index} ${row.stage}`} row={row} />
        ))}
      </ul>
      {list !== undefined && rows.length === 0 ? (
        <p className={styles.note}>No incident of this stage and stream.</p>
      ) : null}
      {more > 0 ? <p className={styles.note}>and {formatCount(more)} more</p> : null}
      {lost > 0 ? (
        <p className={styles.note}>
          {formatPlural(lost, 'incident')} beyond the first {formatCount(all.matching)} are counted,
          not listed.
        </p>
      ) : null}
    </div>
  );
}

interface ChoicesProps {
  readonly all: Blame;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

/** By stage, by stream, by size. */
function BlameChoices({ all, choice, onChoose }: ChoicesProps) {
  const { stage, streamId, order } = choice;
  const stages = Object.entries(all.byStage).filter(([, count]) => count > 0);
  const streams = Object.entries(all.byStream).map(([id, count]) => [Number(id), count] as const);
  const without = (key: 'stage' | 'streamId'): Choice =>
    key === 'stage'
      ? { order, ...(streamId === undefined ? {} : { streamId }) }
      : { order, ...(stage === undefined ? {} : { stage }) };
  return (
    <div role="toolbar" aria-label="Which incidents" className={styles.choices}>
      <Chip pressed={stage === undefined} onClick={() => onChoose(without('stage'))}>
        {formatPlural(all.total, 'incident')}
      </Chip>
      {stages.map(([id, count]) => (
        <Chip
          key={id}
          pressed={stage === id}
          tip="Only those that this stage is to blame for"
          onClick={() =>
            onChoose(
              stage === id ? without('stage') : { ...choice, stage: id as BlameRow['stage'] },
            )
          }
        >
          {`${nameOf(id as BlameRow['stage'])} ${formatCount(count)}`}
        </Chip>
      ))}
      {streams.length < 2
        ? null
        : streams.map(([id, count]) => (
            <Chip
              key={id}
              pressed={streamId === id}
              tip="Only those of this stream"
              onClick={() =>
                onChoose(streamId === id ? without('streamId') : { ...choice, streamId: id })
              }
            >
              {`stream ${id} ${formatCount(count)}`}
            </Chip>
          ))}
      <span className={styles.order}>
        <span className={styles.second}>order</span>
        <Chip pressed={order === 'time'} onClick={() => onChoose({ ...choice, order: 'time' })}>
          time
        </Chip>
        <Chip
          pressed={order === 'size'}
          tip="What took longest beyond the usual comes first"
          onClick={() => onChoose({ ...choice, order: 'size' })}
        >
          size
        </Chip>
      </span>
    </div>
  );
}

function Incident({ row }: { readonly row: BlameRow }) {
  const chosen = useView(selectedMessage);
  return (
    <li>
      <button
        type="button"
        className={`${styles.incident} ${row.index === chosen ? styles.chosen : ''}`}
        onClick={() => {
          selectMessage(row.index, 'latency');
          centreView(row.atNs);
        }}
      >
        <span className={row.kind === 'underrun' ? styles.error : styles.second}>
          {KINDS[row.kind].glyph} {KINDS[row.kind].word}
        </span>
        <span className="mono">{formatTime(row.atNs, 3)}</span>
        <b>{nameOf(row.stage)}</b>
        <span className={styles.second}>{row.owner}</span>
        <span className="mono">+{formatDuration(row.excessNs)}</span>
        <span className={styles.sentence}>{row.sentence}</span>
      </button>
      {row.index === chosen ? <Chain row={row} /> : null}
    </li>
  );
}

/** The messages that prove it, in the order of time. */
function Chain({ row }: { readonly row: BlameRow }) {
  return (
    <ol className={styles.chain} aria-label="The messages that prove it">
      {row.chain.map((link) => (
        <li key={`${link.index} ${link.stage}`}>
          <button
            type="button"
            className={styles.link}
            onClick={() => selectMessage(link.index, 'latency')}
          >
            #{formatCount(link.index)}
          </button>{' '}
          {nameOf(link.stage)} {formatDuration(link.toNs - link.fromNs)}
          <span className={styles.second}> usually {formatDuration(link.usualNs)}</span>
        </li>
      ))}
    </ol>
  );
}

function nameOf(stage: BlameRow['stage']): string {
  return stage === 'unknown' ? 'not known' : stageRow(stage).name;
}
