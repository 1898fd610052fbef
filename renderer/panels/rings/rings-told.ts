/** What the rings panel says of a watched queue whose ring is in memory that cannot be read: what QEMU tells itself. Pure. */
import type { WatchStatus } from '../../../src-core/qemu/watch-status.ts';
import { formatHex } from '../../ui/format.ts';

export interface ToldLines {
  readonly why: string;
  /** A chain each, the one that QEMU has held longest first. */
  readonly chains: readonly string[];
}

type Told = Pick<WatchStatus, 'memory' | 'toldRings'>;

export function toldLines({ memory, toldRings }: Told, queue: number): ToldLines {
  const chains = toldRings.chains
    .filter((chain) => chain.queue === queue)
    .map(({ head, descriptors }) => {
      const parts = descriptors.map(({ address, bytes, isWritable }) => {
        return `${formatHex(address)} ${bytes} B${isWritable ? ' (device writes)' : ''}`;
      });
      return `slot ${head}: ${parts.join(' · ')}`;
    });
  const told = toldRings.refused.includes(queue)
    ? 'QEMU refuses to tell of its elements (it can of split rings only).'
    : chains.length === 0
      ? 'QEMU holds no chain of it.'
      : 'These are the oldest chains that QEMU holds, as it tells them itself twice a second: no bytes, no indexes.';
  return { why: `No table: ${memory}. ${told}`, chains };
}
