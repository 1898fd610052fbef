/** The device as driver and device agreed on it: status, features, queues, jacks, and how it was set up. One press away
 *  while the session runs and after it. Spec: 2.1, 2.2, 3.1.1, 5.14.2, 5.14.3 */
import type { ReactNode } from 'react';
import type { SessionStatus } from '../../src-core/contract-data.ts';
import { featureNames } from '../../src-core/spec/ring.ts';
import { formatTime } from '../canvas/time-scale.ts';
import { usePull } from '../store/pull.ts';
import { useSession } from '../store/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { formatCount, formatHex } from '../ui/format.ts';
import styles from './device-dialog.module.css';
import { closeDialog, useDialogs } from './dialogs.ts';
import { ChannelMaps, Jacks } from './jacks.tsx';
import { setupText, statusWords } from './setup-text.ts';

const SETUP_EVERY_MS = 500;
/** Of a long log the newest are shown. */
const MOST_STEPS = 300;

export function DeviceDialog() {
  const isOpen = useDialogs(({ open }) => open === 'device');
  const status = useSession((session) => session.status);
  if (status === null || status === undefined) return null;
  return (
    <Dialog title="Device" isOpen={isOpen} onClose={closeDialog} width="wide" isLong>
      <div className={styles.sheet}>
        <section>
          <p className="selectable">{`${status.title}. ${status.sentence}`}</p>
          <p className="selectable">
            <span className={styles.second}>device status </span>
            <span className="mono">{formatHex(status.deviceStatus)}</span>
            {` ${statusWords(status.deviceStatus)}`}
          </p>
          {status.jacks.length + status.chmaps.length === 0 ? null : (
            <p className={styles.facts}>
              <Jacks status={status} />
              <ChannelMaps status={status} />
            </p>
          )}
        </section>
        <Part title="Features">
          <Features status={status} />
        </Part>
        <Part title="Queues">
          <Queues status={status} />
        </Part>
        <Part title="How it was set up">
          <SetupLog />
        </Part>
      </div>
    </Dialog>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Features({ status }: { readonly status: SessionStatus }) {
  const accepted = new Set(featureNames(status.acceptedFeatures));
  const offered = featureNames(status.offeredFeatures);
  const unasked = [...accepted].filter((name) => !offered.includes(name));
  if (offered.length + unasked.length === 0) {
    return <p className={styles.second}>No feature was offered or accepted yet.</p>;
  }
  return (
    <ul className={`${styles.features} selectable`}>
      {offered.map((name) => (
        <li key={name} className={accepted.has(name) ? undefined : styles.second}>
          <span className="mono">{name}</span>
          <span>{accepted.has(name) ? '■ accepted' : '○ offered only'}</span>
        </li>
      ))}
      {unasked.map((name) => (
        <li key={name} className={styles.error}>
          <span className="mono">{name}</span>
          <span>✕ accepted, not offered</span>
        </li>
      ))}
    </ul>
  );
}

const QUEUE_COLUMNS = ['size', 'kicks', 'interrupts', 'messages', 'in flight'] as const;

function Queues({ status }: { readonly status: SessionStatus }) {
  return (
    <table className={`${styles.queues} selectable`}>
      <thead>
        <tr>
          <th>queue</th>
          <th>layout</th>
          {QUEUE_COLUMNS.map((title) => (
            <th key={title} className={styles.number}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {status.queues.map((queue) => (
          <tr key={queue.queue}>
            <td>{queue.name}</td>
            <td>{queue.size === 0 ? 'not set up' : queue.packed ? 'packed' : 'split'}</td>
            {[queue.size, queue.kicks, queue.interrupts, queue.messages, queue.inFlight].map(
              (count, at) => (
                <td key={QUEUE_COLUMNS[at]} className={`${styles.number} mono`}>
                  {formatCount(count)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SetupLog() {
  const { data } = usePull('setup', {}, { everyMs: SETUP_EVERY_MS });
  if (data === undefined) return null;
  if (data.length === 0) {
    return <p className={styles.second}>No set-up step is in this capture yet.</p>;
  }
  const left = Math.max(0, data.length - MOST_STEPS);
  return (
    <>
      {left === 0 ? null : (
        <p className={styles.second}>{`${formatCount(left)} earlier steps are not listed.`}</p>
      )}
      <ol className={`${styles.log} selectable`}>
        {data.slice(left).map((row) => (
          <li key={row.seq}>
            <span className="mono">{formatTime(row.atNs, 6)}</span>
            <span>{setupText(row)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
