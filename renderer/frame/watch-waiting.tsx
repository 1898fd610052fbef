/** While a QEMU is looked at and nothing of its sound device has been seen: what is going on, and which device, if there are
 *  several. */
import type { SessionStatus } from '../../src-core/contract-data.ts';
import type { WatchStatus } from '../../src-core/qemu/watch-status.ts';
import { ask } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import styles from './waiting.module.css';

interface Props {
  readonly status: SessionStatus;
  readonly watch: WatchStatus;
}

export function WatchWaiting({ status, watch }: Props) {
  const { qemuVersion, devices, mustPick, missing } = watch;
  return (
    <div className={styles.page}>
      <div className={styles.columns}>
        <section>
          <h2 className={styles.title}>
            {mustPick ? 'Which sound device?' : 'Connected to QEMU, waiting for its sound device'}
          </h2>
          <p className={styles.second}>{status.sentence}</p>
          {mustPick ? <Devices devices={devices} /> : null}
        </section>
        <section>
          <h2 className={styles.title}>{qemuVersion === '' ? 'QEMU' : `QEMU ${qemuVersion}`}</h2>
          <p className={styles.second}>{`QMP socket ${watch.target}`}</p>
          {missing.length === 0 ? null : (
            <p className={styles.second}>{`This QEMU does not have ${missing.join(', ')}.`}</p>
          )}
        </section>
      </div>
    </div>
  );
}

function Devices({ devices }: Pick<WatchStatus, 'devices'>) {
  return (
    <ul className={styles.notes}>
      {devices.map(({ path, canWatch, why }) => (
        <li key={path}>
          <span className="mono">{path}</span>
          {canWatch ? (
            <Button onClick={() => void ask('pickQemuDevice', { path })}>Watch</Button>
          ) : (
            <span className={styles.second}>{why}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
