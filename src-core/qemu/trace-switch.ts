/** Turns QEMU's trace events on while somebody watches, and leaves them as they were found. */
import { ask, askMonitor, type QmpTask } from './qmp-task.ts';
import { shaped, TRACE_STATES } from './replies.ts';

/** What gives messages their times. */
const EVENTS = [
  ...['virtio_queue_notify', 'virtio_notify', 'virtqueue_pop', 'virtqueue_flush'],
  ...['virtqueue_fill', 'virtio_set_status', 'virtio_snd_*'],
];

export interface TraceSwitch {
  /** Events that were off and are on now: to be turned off again. */
  readonly turnedOn: readonly string[];
  /** Events that are on. */
  readonly isOn: number;
}

export function* turnOn(): QmpTask<TraceSwitch | undefined> {
  const off: string[] = [];
  let isOn = 0;
  for (const name of EVENTS) {
    const answer = yield* ask('trace-event-get-state', { name });
    const states = answer.ok ? shaped(TRACE_STATES, answer.value) : undefined;
    for (const { name: event, state } of states ?? []) {
      if (state === 'enabled') isOn++;
      else if (state === 'disabled') off.push(event);
    }
  }
  const turnedOn: string[] = [];
  for (const name of off) {
    const answer = yield* ask('trace-event-set-state', { name, enable: true });
    if (answer.ok) turnedOn.push(name);
  }
  return turnedOn.length + isOn === 0 ? undefined : { turnedOn, isOn: isOn + turnedOn.length };
}

export function* turnOff({ turnedOn }: TraceSwitch): QmpTask<void> {
  for (const name of turnedOn) yield* ask('trace-event-set-state', { name, enable: false });
}

/** Sends QEMU's log to `path` from now on: for a QEMU that logs to its standard error. False when it does not take it. */
export function* logTo(path: string): QmpTask<boolean> {
  const printed = yield* askMonitor(`logfile ${path}`);
  return printed !== undefined && printed.trim() === '';
}
