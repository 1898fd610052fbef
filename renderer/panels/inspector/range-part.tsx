/** An area of the timeline: how long it is, and what the messages in it took. */
import { useMemo } from 'react';
import { LIMITS } from '../../../src-core/limits.ts';
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import { formatDuration, formatTime, type Range } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './inspector.module.css';
import { Part } from './inspector-part.tsx';
import { type StageStatistics, statisticsOf } from './range-model.ts';

const RANGE_EVERY_MS = 250;

export function RangePart({ range }: { readonly range: Range }) {
  const every = { everyMs: RANGE_EVERY_MS };
  const from = usePull('messageAt', { atNs: range.fromNs }, every).data?.index ?? -1;
  const to = usePull('messageAt', { atNs: range.toNs }, every).data?.index ?? -1;
  const wanted = from < 0 ? 0 : to - from + 1;
  const count = Math.min(LIMITS.rowsPerRequest, Math.max(0, wanted));
  const { data } = usePull('messages', { first: Math.max(0, from), count }, every);
  const inside = useMemo(() => within(data, range), [data, range]);
  const lanes = useMemo(
    () =>
      QUEUE_NAMES.map((name, queue) => ({
        name,
        lines: inside === undefined ? [] : statisticsOf(inside, queue),
      })).filter(({ lines }) => lines.length > 0),
    [inside],
  );
  return (
    <>
      <div className={styles.summary}>
        <h2 className={styles.name}>{`Area of ${formatDuration(range.toNs - range.fromNs)}`}</h2>
        <p className="mono">{`${formatTime(range.fromNs, 6)} … ${formatTime(range.toNs, 6)}`}</p>
        <p>{`${formatPlural(inside?.count ?? 0, 'message')} popped in it.`}</p>
        {wanted > count ? (
          <p
            className={styles.second}
          >{`Computed from the first ${formatPlural(count, 'message')}.`}</p>
        ) : null}
      </div>
      {lanes.map(({ name, lines }) => (
        <Part key={name} title={name}>
          <Statistics lines={lines} />
        </Part>
      ))}
    </>
  );
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

/** The last row that was asked for may lie behind the area: `messageAt` gives the first at or after a time. */
function within<T extends { readonly count: number; readonly poppedNs: Float64Array }>(
  columns: T | undefined,
  { fromNs, toNs }: Range,
): T | undefined {
  if (columns === undefined) return undefined;
  const places = columns.poppedNs.filter((atNs) => atNs >= fromNs && atNs <= toNs).length;
  const startsInside = (columns.poppedNs[0] ?? 0) >= fromNs;
  return { ...columns, count: startsInside ? places : 0 };
}
