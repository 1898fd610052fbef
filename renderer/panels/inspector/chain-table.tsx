/** The descriptors of a message's chain, readable ones first, as the device walked them. Spec: 2.7.5 */
import type { MessageDetail } from '../../../src-core/contract-data.ts';
import { formatBytes, formatHex, formatPlural } from '../../ui/format.ts';
import styles from './inspector.module.css';
import { flagNames } from './inspector-model.ts';

const MAX_ROWS = 64;

export function ChainTable({ detail }: { readonly detail: MessageDetail }) {
  const { chain } = detail;
  const rows = [
    ...chain.readable.map((descriptor) => ({ descriptor, way: 'R' })),
    ...chain.writable.map((descriptor) => ({ descriptor, way: 'W' })),
  ];
  return (
    <>
      <p className={styles.second}>
        {`head ${chain.head} · avail idx ${detail.availIdx} · used idx ${
          detail.reply.length > 0 || detail.usedIdx > 0 ? detail.usedIdx : '–'
        } · ${formatBytes(chain.readableBytes)} readable, ${formatBytes(chain.writableBytes)} writable`}
        {chain.indirect ? ' · indirect table' : ''}
      </p>
      <table className={`${styles.grid} selectable`}>
        <thead>
          <tr>
            <th title="Slot in the table">slot</th>
            <th title="Readable or writable for the device">R/W</th>
            <th>addr</th>
            <th className={styles.right}>len</th>
            <th>flags</th>
            <th className={styles.right}>next</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_ROWS).map(({ descriptor, way }) => (
            <tr key={`${way}${descriptor.slot}`}>
              <td>{descriptor.slot}</td>
              <td>{way}</td>
              <td>{formatHex(descriptor.address, 9)}</td>
              <td className={styles.right}>{descriptor.bytes}</td>
              <td>{flagNames(descriptor)}</td>
              <td className={styles.right}>
                {(descriptor.flags & 1) === 1 ? descriptor.next : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MAX_ROWS ? (
        <p className={styles.second}>{formatPlural(rows.length - MAX_ROWS, 'descriptor')} more</p>
      ) : null}
    </>
  );
}
