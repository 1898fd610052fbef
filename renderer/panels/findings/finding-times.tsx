// biome-ignore-all lint/a11y/useSemanticElements: rows under headings in one grid, which takes a table's own roles away
/** Findings one after the other in the order of time: of all streams, or stream by stream. */
import { type KeyboardEvent, useState } from 'react';
import type { BaselineRow } from '../../../src-core/analysis/baseline.ts';
import type { FindingRow } from '../../../src-core/contract-data.ts';
import { knownAs } from '../../../src-core/spec/known-finding.ts';
import { ruleOf } from '../../../src-core/spec/rules.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { selectedMessage, useView } from '../../store/view.ts';
import { formatCount, formatPlural } from '../../ui/format.ts';
import { SeverityMark, StateMark } from './finding-marks.tsx';
import { useFindingMenu } from './finding-menu.tsx';
import styles from './findings.module.css';
import { type Hidden, PAGE_ROWS, streamTitle } from './findings-model.ts';
import { walk } from './findings-walk.ts';
import { goToFinding } from './go-to-finding.ts';

const EVERY_MS = 500;

interface FindingTimesProps {
  readonly byStream: boolean;
  readonly hidden: Hidden;
  readonly known: readonly BaselineRow[];
}

export function FindingTimes({ byStream, hidden, known }: FindingTimesProps) {
  const all = usePull('findingList', { first: 0, count: 0 }, { everyMs: EVERY_MS }).data;
  const { onContextMenu, layer } = useFindingMenu();
  const list = (
    <div
      role="treegrid"
      aria-label={byStream ? 'Findings by stream' : 'Findings by time'}
      className={styles.list}
      data-menu=""
      onKeyDown={walk}
      onContextMenu={onContextMenu}
    >
      {byStream ? (
        all?.streams.map(({ streamId, count }) => (
          <div key={streamId} role="rowgroup">
            <h3 className={styles.stream}>
              {streamTitle(streamId)}
              <span className={styles.second}>{formatPlural(count, 'finding')}</span>
            </h3>
            <Rows streamId={streamId} hidden={hidden} known={known} />
          </div>
        ))
      ) : (
        <Rows streamId={undefined} hidden={hidden} known={known} />
      )}
    </div>
  );
  return (
    <>
      {list}
      {layer}
    </>
  );
}

interface RowsProps extends Pick<FindingTimesProps, 'hidden' | 'known'> {
  readonly streamId: number | undefined;
}

function Rows({ streamId, hidden, known }: RowsProps) {
  const [count, setCount] = useState(2 * PAGE_ROWS);
  const of = streamId === undefined ? {} : { streamId };
  const { data } = usePull('findingList', { first: 0, count, ...of }, { everyMs: EVERY_MS });
  const chosen = useView(selectedMessage);
  if (data === undefined || data === null) return <div className={styles.more}>Loading…</div>;
  const left = data.total - data.rows.length;
  return (
    <>
      {data.rows
        .filter(({ rule }) => !hidden.has(ruleOf(rule).severity))
        .map((row) => (
          <Row
            key={`${row.seq} ${row.rule} ${row.detail}`}
            row={row}
            isChosen={row.index >= 0 && row.index === chosen}
            known={knownAs(known, row)}
          />
        ))}
      {left > 0 && data.rows.length >= count ? (
        <button
          type="button"
          className={styles.more}
          onClick={() => setCount(count + 2 * PAGE_ROWS)}
        >
          {`Show ${formatCount(Math.min(2 * PAGE_ROWS, left))} more of ${formatCount(left)}`}
        </button>
      ) : null}
    </>
  );
}

interface RowProps {
  readonly row: FindingRow;
  readonly isChosen: boolean;
  readonly known: BaselineRow | undefined;
}

function Row({ row, isChosen, known }: RowProps) {
  const { atNs, detail, index, rule, seq } = row;
  const { severity, asks } = ruleOf(rule);
  const choose = () => goToFinding(row);
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || (event.key !== 'Enter' && event.key !== ' ')) return;
    choose();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      role="row"
      tabIndex={0}
      aria-selected={isChosen}
      data-line="row"
      data-rule={rule}
      data-seq={seq}
      className={`${styles.timed} ${isChosen ? styles.chosen : ''}`}
      onClick={choose}
      onKeyDown={onKey}
    >
      <span role="gridcell" tabIndex={-1} className="mono">
        {formatTime(atNs, 6)}
      </span>
      <SeverityMark severity={severity} />
      <span role="gridcell" tabIndex={-1} className="mono">
        {rule}
      </span>
      <span role="gridcell" tabIndex={-1} className={styles.words}>
        <span className={styles.detail}>{detail}</span>
        <span className={styles.second}>{asks}</span>
      </span>
      <StateMark known={known} />
      <span role="gridcell" tabIndex={-1} className="mono">
        {index < 0 ? <span className={styles.second}>no message</span> : `# ${formatCount(index)}`}
      </span>
    </div>
  );
}
