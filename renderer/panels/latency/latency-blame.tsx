/** Who is to blame: a line for each glitch, late return, or stall that the buffer covered. A line leads to its message. */
import type { BlameList as Blame, BlameRow } from '../../../src-core/contract-latency.ts';
import { stageRow } from '../../../src-core/spec/stages.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { centreView } from '../../store/time-range.ts';
import { selectedMessage, selectMessage, useView } from '../../store/view.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './latency.module.css';

const KINDS: Readonly<Record<BlameRow['kind'], { glyph: string; word: string }>> = {
  underrun: { glyph: '✕', word: 'underrun' },
  'late-return': { glyph: '!', word: 'late return' },
  'late-post': { glyph: '◇', word: 'covered' },
};

export function BlameList({ list }: { readonly list: Blame | undefined }) {
  const chosen = useView(selectedMessage);
  if (list === undefined || list.total === 0) {
    return (
      <EmptyState
        title={list?.partial === true ? 'Still looking' : 'Nothing was late'}
        detail="No stream ran dry, no message came back more than half a period late, and no stage took that much longer than it usually does."
      />
    );
  }
  const stages = Object.entries(list.byStage).map(
    ([stage, count]) => `${nameOf(stage as BlameRow['stage'])} ${formatCount(count)}`,
  );
  const more = list.total - list.rows.length;
  return (
    <div className={styles.blame}>
      <p className={styles.note}>
        {formatPlural(list.total, 'incident')}: {stages.join(', ')}.
      </p>
      <ul>
        {list.rows.map((row) => (
          <li key={`${row.atNs} ${row.index} ${row.stage}`}>
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
        ))}
      </ul>
      {more > 0 ? <p className={styles.note}>and {formatCount(more)} more</p> : null}
    </div>
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
