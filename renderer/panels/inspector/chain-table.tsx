/** The descriptors of a message's chain, readable ones first, as the device walked them. Spec: 2.7.5 */
import type { RecordedChain } from '../../../src-core/capture/entry.ts';
import type { MessageDetail } from '../../../src-core/contract-data.ts';
import { formatBytes, formatHex, formatPlural } from '../../ui/format.ts';
import styles from './inspector.module.css';
import { flagNames } from './inspector-model.ts';

const MAX_ROWS = 64;

/** All that a trace has of a chain, and how well it is known. */
function TracedChain({ chain }: { readonly chain: NonNullable<RecordedChain['traced']> }) {
  const { readable, writable, line, streamId, streamGrade } = chain;
  const stream = streamId < 0 ? '' : ` · stream ${streamId}: ${streamGrade}`;
  return (
    <>
      <p className="selectable">
        {`${formatPlural(readable, 'readable piece')}, ${formatPlural(writable, 'writable piece')} · line ${line} of the trace${stream}`}
      </p>
      <p className={styles.second}>
        Lengths, addresses and bytes are not in a trace of QEMU. Ringside’s own device shows them.
      </p>
    </>
  );
}

export function ChainTable({ detail }: { readonly detail: MessageDetail }) {
  const { chain } = detail;
  if (chain.traced !== undefined) return <TracedChain chain={chain.traced} />;
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
