/** What stands of a stream where its source is a trace: what the trace tells, and in place of the rest why it is not there
 *  and how to get it. */
import type { StreamStatus } from '../../../src-core/contract-data.ts';
import { qemuArguments } from '../../../src-core/qemu-arguments.ts';
import { QemuArguments } from '../../frame/waiting-panel.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './streams.module.css';

const SOCKET = '/tmp/ringside.sock';

export function TracedFacts({ stream }: { readonly stream: StreamStatus }) {
  const { deviceMessages, runs, underruns, direction } = stream;
  const xruns = direction === 'output' ? 'underruns suspected' : 'overruns suspected';
  return (
    <div>
      <div className={styles.barHead}>
        <h4>What the trace tells</h4>
      </div>
      <dl className={styles.parts}>
        <div title="Messages of this stream that were popped and are not used yet: counted (derived).">
          <dt>messages at the device</dt>
          <dd className="mono">{formatCount(deviceMessages)}</dd>
        </div>
        <div title="From START to STOP, by the control messages (derived).">
          <dt>runs</dt>
          <dd className="mono">{formatCount(runs)}</dd>
        </div>
        <div title="From the order of STOP and PREPARE and the spacing of returns (derived).">
          <dt>{xruns}</dt>
          <dd className="mono">{formatCount(underruns)}</dd>
        </div>
      </dl>
    </div>
  );
}

export function TracedMissing({ stream }: { readonly stream: StreamStatus }) {
  const setParams = Object.entries(stream.transitions)
    .filter(([name]) => name.endsWith('>params'))
    .reduce((sum, [, count]) => sum + count, 0);
  const seen =
    setParams > 0
      ? `SET_PARAMS came ${formatPlural(setParams, 'time')}, but QEMU’s events have its code and stream alone.`
      : 'No SET_PARAMS is in the trace, and if one were, it would be without its parameters.';
  return (
    <div className={`${styles.rows} ${styles.missing}`}>
      <h4>Not in a trace: format, rate, channels, buffer, frames, offers</h4>
      <p className={styles.note}>
        {`${seen} To see them while QEMU’s own device runs: `}
        <code className="selectable">ringside qemu --qmp PATH</code>
        {'. With Ringside as the sound device, start QEMU with:'}
      </p>
      <QemuArguments lines={qemuArguments(SOCKET)} />
    </div>
  );
}
