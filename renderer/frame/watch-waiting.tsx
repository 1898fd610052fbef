/** While a QEMU is looked at and nothing of its sound device has been seen: what is going on, which device, if there are several,
 *  and what to do where it cannot be watched. */
import { RotateCcw, X } from 'lucide-react';
import type { SessionStatus } from '../../src-core/contract-data.ts';
import type { WatchStatus } from '../../src-core/qemu/watch-status.ts';
import { runCommand } from '../commands.ts';
import { ask } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import styles from './waiting.module.css';
import { WatchDevices } from './watch-devices.tsx';
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
          <h2 className={styles.title}>{headingOf(isOver, watch)}</h2>
          <p
            className={isOver ? styles.problem : styles.second}
            role={isOver ? 'alert' : undefined}
          >
            {isOver ? `✕ ${status.sentence}` : status.sentence}
          </p>
          {mustPick && !isOver ? (
            <WatchDevices
              devices={devices}
              onWatch={(path) => void ask('pickQemuDevice', { path })}
            />
          ) : null}
          {isOver ? <AfterTheEnd target={watch.target} /> : null}
          {isOver || watch.devicePath === undefined ? null : <WhatToDo {...status} />}
        </section>
        <section>
          <h2 className={styles.title}>{qemuVersion === '' ? 'QEMU' : `QEMU ${qemuVersion}`}</h2>
          <p className={`${styles.second} mono`}>{watch.target}</p>
          <ol className={styles.steps}>
            {steps.map(({ title, detail, isDone }, at) => (
              <li key={title} className={isDone ? undefined : styles.second}>
                <span className={markClass(isDone, at === next, isOver)} aria-hidden="true">
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

function markClass(isDone: boolean, isNext: boolean, isOver: boolean): string | undefined {
  if (isDone) return styles.done;
  if (!isNext) return styles.second;
  return isOver ? styles.problem : styles.open;
}

function headingOf(isOver: boolean, { mustPick, qemuVersion, devicePath }: WatchStatus): string {
  if (isOver)
    return devicePath === undefined
      ? 'This QEMU cannot be watched'
      : 'QEMU is not watched any more';
  if (mustPick) return 'Which sound device?';
  return qemuVersion === ''
    ? 'Connecting to QEMU'
    : 'Connected to QEMU, waiting for its sound device';
}

const DRIVER_OK = 4;

/** What brings the next step about is done in the guest. */
function WhatToDo({ deviceStatus }: Pick<SessionStatus, 'deviceStatus'>) {
  const isRunning = (deviceStatus & DRIVER_OK) !== 0;
  return (
    <>
      <p className={styles.second}>
        {isRunning
          ? 'Play a sound in the guest, and its messages appear here:'
          : 'Linux loads its driver by itself when it boots; where it has not, in the guest:'}
      </p>
      <pre className={`${styles.code} selectable`}>
        {isRunning ? 'aplay -D hw:0 tone.wav' : 'modprobe virtio_snd'}
      </pre>
    </>
  );
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
