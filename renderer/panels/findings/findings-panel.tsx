// biome-ignore-all lint/a11y/useSemanticElements: groups open and close inside one grid, which takes a table's own roles away
/** Findings: which rules of the standard were broken, by whom, how often, and by which messages. */
import type { ReactNode } from 'react';
import type { BaselineRow } from '../../../src-core/analysis/baseline.ts';
import type { FindingGroup } from '../../../src-core/contract-data.ts';
import type { RulesReport } from '../../../src-core/contract-findings.ts';
import type { RuleId } from '../../../src-core/spec/rules.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import { Group, GroupHeading } from './finding-group.tsx';
import { SeverityMark } from './finding-marks.tsx';
import { useFindingMenu } from './finding-menu.tsx';
import { FindingTimes } from './finding-times.tsx';
import styles from './findings.module.css';
import { toggleSeverity, useFindingsChoices } from './findings-choices.ts';
import {
  CHECKED_RULES,
  countBySeverity,
  emptyTitle,
  GROUPINGS,
  type Grouping,
  groupingOf,
  type Hidden,
  hiddenText,
  orderGroups,
  RUN_LOOKS,
  rulesText,
  runRows,
  SEVERITIES,
  SEVERITY_LOOKS,
} from './findings-model.ts';
import { walk } from './findings-walk.ts';
import { KnownButtons } from './known-buttons.tsx';

const FINDINGS_EVERY_MS = 250;
const RULES_EVERY_MS = 1000;

export function FindingsPanel() {
  const status = useSession((session) => session.status);
  const groups = usePull('findings', {}, { everyMs: FINDINGS_EVERY_MS }).data ?? [];
  const report = usePull('rules', {}, { everyMs: RULES_EVERY_MS }).data ?? undefined;
  const known = usePull('knownFindings', {}, { everyMs: RULES_EVERY_MS }).data ?? [];
  const { grouping, isListing, ...choices } = useFindingsChoices();
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
  const hidden = new Set(choices.hidden);
  const shown = orderGroups(groups, hidden);
  const list = () => useFindingsChoices.setState({ isListing: !isListing });
  return (
    <Frame>
      <div className={styles.bar}>
        <SeverityFilter groups={groups} hidden={hidden} />
        <span className={styles.second}>
          {formatPlural(status.messages, 'message')}. {rulesText(report)}
        </span>
        <span className={styles.actions}>
          <GroupingChoice grouping={grouping} />
          <Button
            tone="quiet"
            pressed={isListing}
            tip="Every rule: whether it ran, and why one could not"
            onClick={list}
          >
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
          onList={list}
        />
      ) : grouping !== 'rule' ? (
        <FindingTimes byStream={grouping === 'stream'} hidden={hidden} known={known} />
      ) : (
        <Groups groups={shown} open={choices.open} known={known} />
      )}
    </Frame>
  );
}

/** Kept between starts. */
function GroupingChoice({ grouping }: { readonly grouping: Grouping }) {
  return (
    <label className={styles.grouping}>
      by
      <select
        aria-label="Findings by"
        value={grouping}
        onChange={({ target }) =>
          useFindingsChoices.setState({ grouping: groupingOf(target.value) })
        }
      >
        {GROUPINGS.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface GroupsProps {
  readonly groups: readonly FindingGroup[];
  readonly open: readonly RuleId[];
  readonly known: readonly BaselineRow[];
}

function Groups({ groups, open, known }: GroupsProps) {
  const { onContextMenu, layer } = useFindingMenu();
  return (
    <>
      <div
        role="treegrid"
        aria-label="Findings by rule"
        className={styles.list}
        data-menu=""
        onKeyDown={walk}
        onContextMenu={onContextMenu}
      >
        <GroupHeading />
        {groups.map((group) => (
          <Group
            key={group.rule}
            group={group}
            isOpen={open.includes(group.rule)}
            known={known.find(({ rule }) => rule === group.rule)}
          />
        ))}
      </div>
      {layer}
    </>
  );
}

function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.panel} data-panel="findings">
      {children}
    </div>
  );
}

interface SeverityFilterProps {
  readonly groups: readonly FindingGroup[];
  readonly hidden: Hidden;
}

function SeverityFilter({ groups, hidden }: SeverityFilterProps) {
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
            onClick={() => toggleSeverity(severity)}
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
