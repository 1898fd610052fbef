/** An area of the timeline: how long it is, and what the messages in it took. */
import type { LatencyGroupSummary, LatencySummary } from '../../../src-core/contract-latency.ts';
import { stageRow } from '../../../src-core/spec/stages.ts';
import { formatDuration, formatTime, type Range } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { formatCount, formatPlural } from '../../ui/format.ts';
import { groupKey, groupTitle } from '../latency/latency-model.ts';
import styles from './inspector.module.css';
import { Part } from './inspector-part.tsx';
import type { StageStatistics } from './range-model.ts';

const RANGE_EVERY_MS = 250;

export function RangePart({ range: { fromNs, toNs } }: { readonly range: Range }) {
  const { data } = usePull(
    'latency',
    { fromNs, toNs },
    { everyMs: RANGE_EVERY_MS, untilWhole: true },
  );
  return (
    <>
      <div className={styles.summary}>
        <h2 className={styles.name}>{`Area of ${formatDuration(toNs - fromNs)}`}</h2>
        <p className="mono">{`${formatTime(fromNs, 6)} … ${formatTime(toNs, 6)}`}</p>
        <p>{`${formatPlural(data?.rows ?? 0, 'message')} popped in it.`}</p>
        {data === undefined ? null : <HowFar {...data} />}
      </div>
      {data?.groups.map((group) => (
        <Part key={groupKey(group)} title={groupTitle(group)}>
          <Statistics lines={linesOf(group)} />
          {group.lost === 0 ? null : (
            <p className={styles.second}>
              {`${formatPlural(group.lost, 'message')} of them did not come back, or not yet.`}
            </p>
          )}
        </Part>
      ))}
    </>
  );
}

/** How much is counted so far, and how exactly. */
function HowFar({ rows, counted, partial, exact }: LatencySummary) {
  if (exact && !partial) return null;
  return (
    <p className={styles.second}>
      {partial ? `Counted so far: ${formatCount(counted)} of ${formatCount(rows)}. ` : ''}
      {exact ? '' : 'Percentiles to 1.6 %; all else is exact.'}
    </p>
  );
}

/** Stages that were measured. */
function linesOf({ stages }: LatencyGroupSummary): readonly StageStatistics[] {
  return stages
    .filter(({ count }) => count > 0)
    .map(({ stage: id, ...times }) => {
      const { name, meaning } = stageRow(id);
      return { id, name, meaning, ...times };
    });
}

const COLUMNS = [
  ['min', 'minNs'],
  ['mean', 'meanNs'],
  ['p50', 'p50Ns'],
  ['p95', 'p95Ns'],
  ['p99', 'p99Ns'],
  ['max', 'maxNs'],
] as const satisfies readonly (readonly [string, keyof StageStatistics])[];

/** Where the inspector is narrow these are left to the line's tooltip. */
const LESS = new Set(['mean', 'p95']);

/** A stage takes two lines, its name and its numbers, so that all of them fit beside each other. */
export function Statistics({ lines }: { readonly lines: readonly StageStatistics[] }) {
  return (
    <div className={styles.fitted}>
      <table className={`${styles.grid} ${styles.numbers} selectable`}>
        <thead>
          <tr>
            {COLUMNS.map(([title]) => (
              <th key={title} className={classOf(title)}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        {lines.map((line) => (
          <tbody key={line.id} title={`${line.meaning}\n${allOf(line)}`}>
            <tr className={line.id === 'total' ? styles.total : ''}>
              <th colSpan={COLUMNS.length} scope="rowgroup">
                {`${line.name} · n ${formatCount(line.count)}`}
              </th>
            </tr>
            <tr>
              {COLUMNS.map(([title, key]) => (
                <td key={title} className={classOf(title)}>
                  {formatDuration(line[key])}
                </td>
              ))}
            </tr>
          </tbody>
        ))}
      </table>
    </div>
  );
}

function classOf(title: string): string {
  return `${styles.right} ${LESS.has(title) ? styles.less : ''}`;
}

function allOf(line: StageStatistics): string {
  return COLUMNS.map(([title, key]) => `${title} ${formatDuration(line[key])}`).join(' · ');
}
