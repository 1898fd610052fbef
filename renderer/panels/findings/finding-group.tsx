// biome-ignore-all lint/a11y/useSemanticElements: groups open and close inside one grid, which takes a table's own roles away
/** A rule that was broken, as a line; open, its findings stand beside what the rule tells, both in view at once. */
import { type KeyboardEvent, useState } from 'react';
import type { BaselineRow } from '../../../src-core/analysis/baseline.ts';
import type { FindingGroup, FindingRow } from '../../../src-core/contract-data.ts';
import type { RuleId } from '../../../src-core/spec/rules.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { selectedMessage, selectMessage, useView } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';
import { FindingDetail } from './finding-detail.tsx';
import { SeverityMark, StateMark } from './finding-marks.tsx';
import styles from './findings.module.css';
import { toggleRule } from './findings-choices.ts';
import { moreText, nextPage, PAGE_ROWS } from './findings-model.ts';
import { goToFinding, goToFirst } from './go-to-finding.ts';

const EVERY_MS = 250;
const DIGITS = 6;
/** Other messages of the evidence that are named. */
const MOST_NAMED = 5;

export function GroupHeading() {
  return (
    <div role="row" tabIndex={-1} className={styles.columns}>
      <span />
      {['Severity', 'Rule', 'Section', 'By', 'What it asks', 'First', 'Last', 'State'].map(
        (title) => (
          <span key={title} role="columnheader" tabIndex={-1}>
            {title}
          </span>
        ),
      )}
      <span role="columnheader" tabIndex={-1} className={styles.count}>
        Count
      </span>
    </div>
  );
}

interface GroupProps {
  readonly group: FindingGroup;
  readonly isOpen: boolean;
  /** What this project thinks of it; absent: it is new. */
  readonly known: BaselineRow | undefined;
}

export function Group({ group, isOpen, known }: GroupProps) {
  const { rule, section, by, severity, asks, count, firstDetail, firstNs, lastNs } = group;
  const cell = { role: 'gridcell', tabIndex: -1 } as const;
  return (
    <>
      <div
        role="row"
        tabIndex={0}
        aria-level={1}
        aria-expanded={isOpen}
        data-line="group"
        data-rule={rule}
        className={styles.group}
        onClick={() => toggleRule(rule)}
        onKeyDown={(event) => onGroupKey(event, rule, isOpen)}
      >
        <span aria-hidden="true" className={styles.fold}>
          {isOpen ? '▾' : '▸'}
        </span>
        <SeverityMark severity={severity} />
        <span {...cell} className="mono">
          {rule}
        </span>
        <span {...cell} className={styles.second}>{`§ ${section}`}</span>
        <span {...cell} className={styles.second}>
          {by}
        </span>
        <span {...cell} className={styles.words}>
          <span className={styles.asks}>{asks}</span>
          {isOpen ? null : (
            <span className={styles.second} title={firstDetail}>
              {firstDetail}
            </span>
          )}
        </span>
        <span {...cell} className="mono">
          {formatTime(firstNs, DIGITS)}
        </span>
        <span {...cell} className="mono">
          {count === 1 ? '' : formatTime(lastNs, DIGITS)}
        </span>
        <StateMark known={known} />
        <span {...cell} className={`${styles.count} mono`}>
          ×{formatCount(count)}
        </span>
      </div>
      {isOpen ? (
        <div className={styles.open}>
          <div className={styles.evidence}>
            <GroupRows rule={rule} count={count} />
          </div>
          <FindingDetail rule={rule} known={known} />
        </div>
      ) : null}
    </>
  );
}

/** Enter opens it and goes to the first; Space and the arrows fold. */
function onGroupKey(event: KeyboardEvent, rule: RuleId, isOpen: boolean): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isEnter = event.key === 'Enter';
  const folds = event.key === 'ArrowRight' ? !isOpen : event.key === 'ArrowLeft' && isOpen;
  if (!isEnter && !folds && event.key !== ' ') return;
  if (!isEnter || !isOpen) toggleRule(rule);
  if (isEnter) void goToFirst(rule);
  event.preventDefault();
  event.stopPropagation();
}

function GroupRows({ rule, count }: { readonly rule: RuleId; readonly count: number }) {
  const [wanted, setWanted] = useState(PAGE_ROWS);
  const chosen = useView(selectedMessage);
  const pulled = usePull('finding', { rule, first: 0, count: wanted }, { everyMs: EVERY_MS });
  const rows = pulled.data ?? [];
  const more = pulled.data === undefined ? '' : moreText(count, rows.length);
  const canFetch = rows.length >= wanted;
  return (
    <>
      {pulled.data === undefined ? <div className={styles.more}>Loading…</div> : null}
      {rows.map((row) => (
        <Row key={`${row.seq} ${row.detail}`} row={row} isChosen={row.index === chosen} />
      ))}
      {more === '' ? null : canFetch ? (
        <button
          type="button"
          data-line="more"
          className={styles.more}
          onClick={() => setWanted(nextPage(wanted))}
        >
          {more}
        </button>
      ) : (
        <div className={styles.more}>{more}</div>
      )}
    </>
  );
}

function Row({ row, isChosen }: { readonly row: FindingRow; readonly isChosen: boolean }) {
  const { atNs, detail, index, streamId, grade, evidence, rule, seq } = row;
  const choose = () => goToFinding(row);
  return (
    <div
      role="row"
      tabIndex={0}
      aria-level={2}
      aria-selected={isChosen}
      data-line="row"
      data-rule={rule}
      data-seq={seq}
      className={`${styles.row} ${isChosen && index >= 0 ? styles.chosen : ''}`}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.ctrlKey || (event.key !== 'Enter' && event.key !== ' ')) return;
        choose();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <span role="gridcell" tabIndex={-1} className="mono">
        {formatTime(atNs, DIGITS)}
      </span>
      <span role="gridcell" tabIndex={-1} className="mono">
        {index < 0 ? <span className={styles.second}>no message</span> : `# ${formatCount(index)}`}
      </span>
      <span role="gridcell" tabIndex={-1} className={styles.second}>
        {streamId < 0 ? '' : `stream ${streamId}`}
      </span>
      <span role="gridcell" tabIndex={-1} className={`${styles.detail} selectable`}>
        {detail}
        {grade === 'observed' ? null : <span className={styles.second}> · {grade}</span>}
        <Others evidence={evidence.filter((other) => other !== index)} />
      </span>
    </div>
  );
}

/** The other messages of the evidence, each a press away. */
function Others({ evidence }: { readonly evidence: readonly number[] }) {
  if (evidence.length === 0) return null;
  return (
    <span className={styles.second}>
      {' with '}
      {evidence.slice(0, MOST_NAMED).map((index) => (
        <button
          key={index}
          type="button"
          tabIndex={-1}
          className={styles.other}
          onClick={(event) => {
            event.stopPropagation();
            selectMessage(index);
          }}
        >
          # {formatCount(index)}
        </button>
      ))}
      {evidence.length > MOST_NAMED ? `and ${evidence.length - MOST_NAMED} more` : null}
    </span>
  );
}
