/** Latency: where the time of messages goes, stage by stage, and who is to blame when something came late. */
import { type ReactNode, useMemo, useState } from 'react';
import type { SessionStatus } from '../../../src-core/contract-data.ts';
import type { LatencyGroupSummary, NsRange } from '../../../src-core/contract-latency.ts';
import { type Budget, parseBudgets } from '../../../src-core/spec/budgets.ts';
import type { MeasuredStageId } from '../../../src-core/spec/stages.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { useView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import { PanelSkeleton } from '../panel-skeleton.tsx';
import { showBlame, useBlameView } from './blame-view.ts';
import styles from './latency.module.css';
import { BlameList } from './latency-blame.tsx';
import { Charts } from './latency-charts.tsx';
import {
  groupKey,
  groupTitle,
  shownGroup,
  shownStage,
  stageLines,
  tracedNote,
  untimedNote,
} from './latency-model.ts';
import { StageTable } from './latency-table.tsx';

const EVERY_MS = 300;
const NO_ROWS = { first: 0, count: 0 } as const;
const PACE = { everyMs: EVERY_MS, untilWhole: true } as const;

export function LatencyPanel() {
  const status = useSession((session) => session.status);
  const [chosenGroup, setGroup] = useState<string>();
  const [chosenStage, setStage] = useState<MeasuredStageId>();
  const [budgetText, setBudgetText] = useState('');
  const [kept, setKept] = useState<NsRange>();
  const isBlame = useBlameView(({ isShown }) => isShown);
  const range = useSelectedRange();
  const pull = usePull('latency', { ...range }, PACE);
  const { data } = pull;
  const before = usePull('latency', { ...kept }, { live: false, enabled: kept !== undefined }).data;
  const blame = usePull('blame', NO_ROWS, PACE).data;
  const budgets = useMemo(() => budgetsOf(budgetText), [budgetText]);
  const group = shownGroup(data?.groups ?? [], chosenGroup);
  if (status === null || status === undefined) {
    return <Frame>{noSession}</Frame>;
  }
  if (data === undefined) {
    return (
      <Frame>
        <PanelSkeleton what="The latency of all messages" pull={pull} />
      </Frame>
    );
  }
  if (group === undefined) {
    return <Frame>{range === undefined ? nothingBack : nothingHere}</Frame>;
  }
  const keptGroup = kept && before?.groups.find((one) => groupKey(one) === groupKey(group));
  const isTraced = status.trace !== undefined;
  const lines = stageLines(group, keptGroup, budgets.budgets, isTraced, stepOf(status.trace));
  const stage = shownStage(group, chosenStage);
  const line = lines.find((one) => one.stage === stage);
  return (
    <Frame>
      <div className={styles.bar}>
        <div role="toolbar" aria-label="Messages of" className={styles.chips}>
          {data.groups.map((one) => (
            <Chip
              key={groupKey(one)}
              pressed={!isBlame && one === group}
              onClick={() => {
                setGroup(groupKey(one));
                showBlame(false);
              }}
            >
              {groupTitle(one)}
            </Chip>
          ))}
          <Chip
            tone={blame !== undefined && blame.total > 0 ? 'error' : 'plain'}
            pressed={isBlame}
            tip="Which stage ate the time, with the messages that prove it"
            onClick={() => showBlame(!isBlame)}
          >
            Blame {blame === undefined ? '' : formatCount(blame.total)}
          </Chip>
        </div>
        <BudgetField text={budgetText} error={budgets.error} onChange={setBudgetText} />
        <Compare range={range} kept={kept} endNs={status.endNs} onKeep={setKept} />
      </div>
      {isBlame ? (
        <BlameList all={blame} />
      ) : (
        <div className={styles.body}>
          <div className={styles.left}>
            <StageTable
              {...{ lines, stage, group }}
              isComparing={keptGroup !== undefined}
              onChoose={setStage}
            />
            {untimedNote(status.trace) === '' ? null : (
              <p className={`${styles.note} ${styles.untimed}`}>{untimedNote(status.trace)}</p>
            )}
            <p className={styles.note}>{rangeText(group, range, data)}</p>
            {isTraced ? <p className={styles.note}>{tracedNote(group)}</p> : null}
          </div>
          {line === undefined ? null : line.count === 0 ? (
            <EmptyState title={`Nothing known of “${line.name}”`} detail={line.missing} />
          ) : (
            <Charts {...{ group, line, range }} keptRange={kept} />
          )}
        </div>
      )}
    </Frame>
  );
}

function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.panel} data-panel="latency">
      {children}
    </div>
  );
}

const noSession = (
  <EmptyState
    title="No session"
    detail="Start the demo, attach a guest or open a capture: every message is split into its stages."
  />
);
const nothingBack = (
  <EmptyState
    title="No message has come back yet"
    detail="Latency is measured from the kick to the interrupt. Play a sound in the guest, then look here again."
  />
);
const nothingHere = (
  <EmptyState
    title="No message in the selected stretch"
    detail="Select another one in the timeline, or press Escape there to look at the whole capture."
  />
);

function budgetsOf(text: string): { budgets: readonly Budget[]; error: string } {
  if (text.trim() === '') return { budgets: [], error: '' };
  const parsed = parseBudgets(text);
  return 'error' in parsed ? { budgets: [], error: parsed.error } : { budgets: parsed, error: '' };
}

/** Of a log without times nothing is a duration anyway: `untimedNote`. */
function stepOf(trace: SessionStatus['trace']): Ns {
  return trace?.times === 'clock' ? trace.stepNs : 1;
}

/** The stretch that is selected in any panel; `undefined`: the whole capture. */
function useSelectedRange(): NsRange | undefined {
  const selection = useView((view) => view.selection);
  const fromNs = selection.kind === 'range' ? selection.fromNs : Number.NaN;
  const toNs = selection.kind === 'range' ? selection.toNs : Number.NaN;
  return useMemo(() => (toNs > fromNs ? { fromNs, toNs } : undefined), [fromNs, toNs]);
}

interface BudgetFieldProps {
  readonly text: string;
  readonly error: string;
  readonly onChange: (text: string) => void;
}

function BudgetField({ text, error, onChange }: BudgetFieldProps) {
  return (
    <label
      className={styles.budget}
      title={error === '' ? 'Limits by stage, in periods (P) or ms, us' : error}
    >
      <span className={styles.second}>Budget</span>
      <input
        type="text"
        className="mono"
        value={text}
        placeholder="total=2P, pop=1ms"
        aria-invalid={error !== ''}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      {error === '' ? null : <span className={styles.problem}>✕ {error}</span>}
    </label>
  );
}

interface CompareProps {
  readonly range: NsRange | undefined;
  readonly kept: NsRange | undefined;
  readonly endNs: number;
  readonly onKeep: (range: NsRange | undefined) => void;
}

function Compare({ range, kept, endNs, onKeep }: CompareProps) {
  if (kept !== undefined) {
    const title = `${formatTime(kept.fromNs, 3)} to ${formatTime(kept.toNs, 3)}`;
    return (
      <Button tone="quiet" pressed onClick={() => onKeep(undefined)} tip="Stop comparing">
        against {title} ✕
      </Button>
    );
  }
  const now = range ?? { fromNs: 0, toNs: endNs };
  const tip = 'Then select another stretch: both are shown, with the change of every stage';
  return (
    <Button tone="quiet" onClick={() => onKeep(now)} tip={tip}>
      {range === undefined ? 'Keep to compare' : 'Keep this stretch to compare'}
    </Button>
  );
}

function rangeText(
  { returned, lost }: LatencyGroupSummary,
  range: NsRange | undefined,
  { exact, partial }: { readonly exact: boolean; readonly partial: boolean },
): string {
  const where =
    range === undefined
      ? 'Whole capture'
      : `Selected: ${formatTime(range.fromNs, 3)} to ${formatTime(range.toNs, 3)}`;
  const how = exact ? 'exact' : 'percentiles to 1.6 %';
  const rest = partial ? '; still counting' : '';
  return `${where}: ${formatPlural(returned, 'message')} came back, ${formatCount(lost)} ${range === undefined ? 'lost' : 'did not'}; ${how}${rest}.`;
}
