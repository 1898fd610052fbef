/** While a QEMU is looked at and nothing of its sound device has been seen: what is going on, which device, if there are several,
 *  and what to do where it cannot be watched. */
import { RotateCcw, X } from 'lucide-react';
import type { SessionStatus } from '../../src-core/contract-data.ts';
import type { WatchStatus } from '../../src-core/qemu/watch-status.ts';
import { runCommand } from '../commands.ts';
import { ask } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import styles from './waiting.module.css';
import { watchSteps } from './watch-steps.ts';

interface Props {
  readonly status: SessionStatus;
  readonly watch: WatchStatus;
}

export function WatchWaiting({ status, watch }: Props) {
  const { qemuVersion, devices, mustPick, missing } = watch;
  const isOver = status.phase === 'ended';
  const steps = watchSteps(watch, status.deviceStatus);
  const next = steps.findIndex(({ isDone }) => !isDone);
  return (
    <div className={styles.page}>
      <div className={styles.columns}>
        <section>
          <h2 className={styles.title}>{headingOf(isOver, mustPick)}</h2>
          <p className={styles.second} role={isOver ? 'alert' : undefined}>
            {isOver ? `✕ ${status.sentence}` : status.sentence}
          </p>
          {mustPick && !isOver ? <Devices devices={devices} /> : null}
          {isOver ? <AfterTheEnd target={watch.target} /> : null}
        </section>
        <section>
          <h2 className={styles.title}>{qemuVersion === '' ? 'QEMU' : `QEMU ${qemuVersion}`}</h2>
          <p className={`${styles.second} mono`}>{watch.target}</p>
          <ol className={styles.steps}>
            {steps.map(({ title, detail, isDone }, at) => (
              <li key={title} className={isDone ? undefined : styles.second}>
                <span className={isDone ? styles.done : styles.open} aria-hidden="true">
                  {isDone ? '■' : at === next ? (isOver ? '✕' : '◇') : '○'}
                </span>
                <span>
                  {title}
                  {detail === '' ? null : <span className={styles.detail}>{detail}</span>}
                </span>
              </li>
            ))}
          </ol>
          {missing.length === 0 ? null : (
            <p className={styles.second}>{`This QEMU does not have ${missing.join(', ')}.`}</p>
          )}
        </section>
      </div>
    </div>
  );
}

function headingOf(isOver: boolean, mustPick: boolean): string {
  if (isOver) return 'This QEMU cannot be watched';
  return mustPick ? 'Which sound device?' : 'Connected to QEMU, waiting for its sound device';
}

function AfterTheEnd({ target }: { readonly target: string }) {
  return (
    <div className={styles.choices}>
      <Button icon={<RotateCcw />} onClick={() => void ask('watchQemu', { target })}>
        Try again
      </Button>
      <Button icon={<X />} onClick={() => runCommand('session.close')}>
        Back to the start page
      </Button>
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
