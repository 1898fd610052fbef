/** When which frames of the message changed hands. */
import type { MessageDetail } from '../../../src-core/contract-data.ts';
import { rateHzOf, type StreamParams } from '../../../src-core/spec/formats.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { formatCount, formatFrames, formatPlural } from '../../ui/format.ts';
import styles from './inspector.module.css';

export interface MovedTableProps {
  readonly moved: MessageDetail['moved'];
  readonly params: StreamParams | undefined;
}

const MAX_ROWS = 32;

export function MovedTable({ moved, params }: MovedTableProps) {
  if (moved.length === 0) return null;
  const rateHz = params === undefined ? 0 : rateHzOf(params.rate);
  return (
    <>
      <table className={`${styles.grid} selectable`}>
        <thead>
          <tr>
            <th>moved at</th>
            <th className={styles.right} title="Frames since PREPARE">
              from frame
            </th>
            <th className={styles.right}>frames</th>
          </tr>
        </thead>
        <tbody>
          {moved.slice(0, MAX_ROWS).map(({ atNs, fromFrame, frames }) => (
            <tr key={`${fromFrame}`}>
              <td>{formatTime(atNs)}</td>
              <td className={styles.right}>{formatCount(fromFrame)}</td>
              <td className={styles.right}>{formatFrames(frames, rateHz)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {moved.length > MAX_ROWS ? (
        <p className={styles.second}>{formatPlural(moved.length - MAX_ROWS, 'part')} more</p>
      ) : null}
    </>
  );
}
