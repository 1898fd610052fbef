/** A line for each stage: how many were measured, and how long it took. A line chooses what the charts show. */
import type { LatencyGroupSummary } from '../../../src-core/contract-latency.ts';
import type { MeasuredStageId } from '../../../src-core/spec/stages.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import { selectMessage } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';
import styles from './latency.module.css';
import type { StageLine } from './latency-model.ts';

export interface StageTableProps {
  readonly lines: readonly StageLine[];
  readonly stage: MeasuredStageId;
  readonly group: LatencyGroupSummary;
  readonly isComparing: boolean;
  readonly onChoose: (stage: MeasuredStageId) => void;
}

export function StageTable({ lines, stage, group, isComparing, onChoose }: StageTableProps) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">stage</th>
          <th scope="col" title="Messages that it was measured for">
            n
          </th>
          <th scope="col" title="Came back without the marks for this stage">
            without
          </th>
          <th scope="col">p50</th>
          <th scope="col">p90</th>
          <th scope="col">p95</th>
          <th scope="col">p99</th>
          <th scope="col">max</th>
          {isComparing ? (
            <>
              <th scope="col" title="Against what is kept for comparison">
                Δ p50
              </th>
              <th scope="col">Δ p99</th>
            </>
          ) : (
            <th scope="col" title="p99 in periods of the stream">
              p99 in P
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr
            key={line.stage}
            className={line.stage === stage ? styles.chosen : undefined}
            title={line.missing === '' ? line.meaning : `${line.meaning}. ${line.missing}`}
          >
            <th scope="row">
              <button
                type="button"
                className={styles.stage}
                aria-pressed={line.stage === stage}
                onClick={() => onChoose(line.stage)}
              >
                {line.name}
              </button>
            </th>
            <td>{formatCount(line.count)}</td>
            <td className={styles.second}>{line.without === 0 ? '' : formatCount(line.without)}</td>
            <Percentiles line={line} />
            <td className={line.isOver ? styles.error : undefined}>
              <MaxButton line={line} />
            </td>
            {isComparing ? (
              <>
                <td>{change(line.p50ChangeNs)}</td>
                <td>{change(line.p99ChangeNs)}</td>
              </>
            ) : (
              <td className={styles.second}>{inPeriods(line.p99Ns, group.periodNs)}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Hidden where the source's clock cannot tell them. */
function Percentiles({ line }: { readonly line: StageLine }) {
  const { uncertainNs, p50Ns, p90Ns, p95Ns, p99Ns } = line;
  if (uncertainNs === 0) {
    return (
      <>
        <td>{formatDuration(p50Ns)}</td>
        <td>{formatDuration(p90Ns)}</td>
        <td>{formatDuration(p95Ns)}</td>
        <td>{formatDuration(p99Ns)}</td>
      </>
    );
  }
  const why = `The clock of this source steps by ${formatDuration(uncertainNs)}: over a tenth of this stage`;
  return (
    <td colSpan={4} className={styles.uncertain} title={why}>
      ▨ under {formatDuration(10 * uncertainNs)}, ± {formatDuration(uncertainNs)}
    </td>
  );
}

/** The longest leads to its message. */
function MaxButton({ line }: { readonly line: StageLine }) {
  const text = `${line.isOver ? '✕ ' : ''}${formatDuration(line.maxNs)}`;
  const { maxIndex } = line;
  if (maxIndex < 0) return text;
  return (
    <button
      type="button"
      className={styles.link}
      title={`Go to message #${formatCount(maxIndex)}`}
      onClick={() => selectMessage(maxIndex, 'latency')}
    >
      {text}
    </button>
  );
}

function change(ns: Ns): string {
  if (Number.isNaN(ns)) return '–';
  return `${ns < 0 ? '−' : '+'}${formatDuration(Math.abs(ns))}`;
}

function inPeriods(ns: Ns, periodNs: Ns): string {
  return periodNs > 0 && !Number.isNaN(ns) ? (ns / periodNs).toFixed(2) : '';
}
