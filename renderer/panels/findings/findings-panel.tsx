// biome-ignore-all lint/a11y/useSemanticElements: groups open and close inside one grid, which takes a table's own roles away
/** Findings: which rules of the standard were broken, by whom, how often, and by which messages. */
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import type { BaselineRow } from '../../../src-core/analysis/baseline.ts';
import type { FindingGroup, FindingRow } from '../../../src-core/contract-data.ts';
import type { RulesReport } from '../../../src-core/contract-findings.ts';
import type { RuleId } from '../../../src-core/spec/rules.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { selectedMessage, useView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import { FindingDetail } from './finding-detail.tsx';
import { SeverityMark, StateMark } from './finding-marks.tsx';
import { FindingTimes } from './finding-times.tsx';
import styles from './findings.module.css';
import {
  CHECKED_RULES,
  countBySeverity,
  emptyTitle,
  GROUPINGS,
  type Grouping,
  groupingOf,
  type Hidden,
  hiddenText,
  moreText,
  nextPage,
  orderGroups,
  PAGE_ROWS,
  RUN_LOOKS,
  rulesText,
  runRows,
  SEVERITIES,
  SEVERITY_LOOKS,
  whenText,
} from './findings-model.ts';
import { walk } from './findings-walk.ts';
import { goToFinding } from './go-to-finding.ts';
import { KnownButtons } from './known-buttons.tsx';

const FINDINGS_EVERY_MS = 250;
const RULES_EVERY_MS = 1000;

export function FindingsPanel() {
  const status = useSession((session) => session.status);
  const groups = usePull('findings', {}, { everyMs: FINDINGS_EVERY_MS }).data ?? [];
  const report = usePull('rules', {}, { everyMs: RULES_EVERY_MS }).data ?? undefined;
  const known = usePull('knownFindings', {}, { everyMs: RULES_EVERY_MS }).data ?? [];
  const [hidden, setHidden] = useState<Hidden>(new Set());
  const [open, setOpen] = useState<ReadonlySet<RuleId>>(new Set());
  const [isListing, setListing] = useState(false);
  const [grouping, setGrouping] = useState<Grouping>('rule');
  if (status === null || status === undefined) {
    return (
      <Frame>
        <EmptyState
          title="No session"
          detail={`Start the demo, attach a guest or open a capture: ${CHECKED_RULES.length} rules are checked while it runs.`}
        />
      </Frame>
    );
  }
  const shown = orderGroups(groups, hidden);
  return (
    <Frame>
      <div className={styles.bar}>
        <SeverityFilter groups={groups} hidden={hidden} onChange={setHidden} />
        <span className={styles.second}>
          {formatPlural(status.messages, 'message')}. {rulesText(report)}
        </span>
        <span className={styles.actions}>
          <label className={styles.grouping}>
            by
            <select
              aria-label="Findings by"
              value={grouping}
              onChange={({ target }) => setGrouping(groupingOf(target.value))}
            >
              {GROUPINGS.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <Button tone="quiet" pressed={isListing} onClick={() => setListing(!isListing)}>
            {isListing ? 'Back to the findings' : 'Which rules?'}
          </Button>
          <KnownButtons count={known.length} />
        </span>
      </div>
      {isListing ? (
        <RuleList groups={groups} report={report} />
      ) : shown.length === 0 ? (
        <Nothing
          groups={groups}
          hidden={hidden}
          messages={status.messages}
          report={report}
          onList={() => setListing(true)}
        />
      ) : grouping !== 'rule' ? (
        <FindingTimes byStream={grouping === 'stream'} hidden={hidden} known={known} />
      ) : (
        <div role="treegrid" aria-label="Findings by rule" className={styles.list} onKeyDown={walk}>
          {shown.map((group) => (
            <Group
              key={group.rule}
              group={group}
              isOpen={open.has(group.rule)}
              onToggle={() => setOpen(toggled(open, group.rule))}
              known={known.find(({ rule }) => rule === group.rule)}
            />
          ))}
        </div>
      )}
    </Frame>
  );
}

function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.panel} data-panel="findings">
      {children}
    </div>
  );
}

function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

interface SeverityFilterProps {
  readonly groups: readonly FindingGroup[];
  readonly hidden: Hidden;
  readonly onChange: (hidden: Hidden) => void;
}

function SeverityFilter({ groups, hidden, onChange }: SeverityFilterProps) {
  const counts = countBySeverity(groups);
  return (
    <div role="group" aria-label="Severities shown" className={styles.filter}>
      {SEVERITIES.map((severity) => {
        const { state, glyph, plural } = SEVERITY_LOOKS[severity];
        const isShown = !hidden.has(severity);
        return (
          <Chip
            key={severity}
            tone={state}
            glyph={glyph}
            pressed={isShown}
            tip={isShown ? `Hide ${plural}` : `Show ${plural}`}
            onClick={() => onChange(toggled(hidden, severity))}
          >
            {formatPlural(counts[severity], severity, plural)}
          </Chip>
        );
      })}
    </div>
  );
}

interface NothingProps {
  readonly groups: readonly FindingGroup[];
  readonly hidden: Hidden;
  readonly messages: number;
  readonly report: RulesReport | undefined;
  readonly onList: () => void;
}

function Nothing({ groups, hidden, messages, report, onList }: NothingProps) {
  if (groups.length > 0) return <EmptyState title={hiddenText(groups, hidden)} />;
  return (
    <EmptyState
      title={emptyTitle(messages, report)}
      detail={
        messages === 0 ? (
          'No message has come yet. Play a sound in the guest, then look here again.'
        ) : (
          <Button tone="quiet" onClick={onList}>
            Show which, and why others did not
          </Button>
        )
      }
    />
  );
}

interface RuleListProps {
  readonly groups: readonly FindingGroup[];
  readonly report: RulesReport | undefined;
}

function RuleList({ groups, report }: RuleListProps) {
  const counts = new Map(groups.map(({ rule, count }) => [rule as string, count]));
  return (
    <ul className={`${styles.list} ${styles.rules} selectable`}>
      {runRows(report).map(({ id, section, by, severity, asks, state, why }) => (
        <li key={id}>
          <SeverityMark severity={severity} />
          <span className="mono">{id}</span>
          <span className={styles.second}>§ {section}</span>
          <span className={styles.second}>{by}</span>
          <span>
            {asks}
            {why === '' ? null : <span className={styles.second}> {why}</span>}
          </span>
          <span className={styles.second}>{RUN_LOOKS[state]}</span>
          <span className="mono">
            {counts.has(id) ? `×${formatCount(counts.get(id) ?? 0)}` : '–'}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface GroupProps {
  readonly group: FindingGroup;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  /** What this project thinks of it; absent: it is new. */
  readonly known: BaselineRow | undefined;
}

function Group({ group, isOpen, onToggle, known }: GroupProps) {
  const { rule, section, by, severity, asks, count, firstDetail } = group;
  return (
    <>
      <div
        role="row"
        tabIndex={0}
        aria-level={1}
        aria-expanded={isOpen}
        data-line="group"
        className={styles.group}
        onClick={onToggle}
        onKeyDown={(event) => onGroupKey(event, isOpen, onToggle)}
      >
        <span aria-hidden="true" className={styles.fold}>
          {isOpen ? '▾' : '▸'}
        </span>
        <SeverityMark severity={severity} />
        <span role="gridcell" tabIndex={-1} className="mono">
          {rule}
        </span>
        <span role="gridcell" tabIndex={-1} className={styles.words}>
          <span className={styles.asks}>{asks}</span>
          <span className={styles.second} title={firstDetail}>
            § {section} · {by} · {whenText(group)}
            {isOpen ? null : <> · {firstDetail}</>}
          </span>
        </span>
        <StateMark known={known} />
        <span role="gridcell" tabIndex={-1} className={`${styles.count} mono`}>
          ×{formatCount(count)}
        </span>
      </div>
      {isOpen ? <FindingDetail rule={rule} known={known} /> : null}
      {isOpen ? <GroupRows rule={rule} count={count} /> : null}
    </>
  );
}

function onGroupKey(event: KeyboardEvent, isOpen: boolean, onToggle: () => void): void {
  const opens = event.key === 'Enter' || event.key === ' ';
  const unfolds = event.key === 'ArrowRight' && !isOpen;
  const folds = event.key === 'ArrowLeft' && isOpen;
  if (!opens && !unfolds && !folds) return;
  onToggle();
  event.preventDefault();
  event.stopPropagation();
}

function GroupRows({ rule, count }: { readonly rule: RuleId; readonly count: number }) {
  const [wanted, setWanted] = useState(PAGE_ROWS);
  const chosen = useView(selectedMessage);
  const pulled = usePull(
    'finding',
    { rule, first: 0, count: wanted },
    { everyMs: FINDINGS_EVERY_MS },
  );
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
  const { atNs, detail, index, streamId, grade, evidence } = row;
  const choose = () => goToFinding(row);
  return (
    <div
      role="row"
      tabIndex={0}
      aria-level={2}
      aria-selected={isChosen}
      data-line="row"
      className={`${styles.row} ${isChosen && index >= 0 ? styles.chosen : ''}`}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        choose();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <span role="gridcell" tabIndex={-1} className="mono">
        {formatTime(atNs, 6)}
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
        {evidence.length > 1 ? (
          <span className={styles.second}> · with # {evidence.slice(1, 5).join(', # ')}</span>
        ) : null}
      </span>
    </div>
  );
}
