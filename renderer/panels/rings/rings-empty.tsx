/** Why there is no ring to show, and what would bring one. Spec: 3.1.1, 4.1.4.3 */
import type { SetupRow } from '../../../src-core/contract-data.ts';
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { usePanelView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatPlural } from '../../ui/format.ts';
import { useMoment } from './rings-freshness.tsx';
import { hexAddress } from './rings-model.ts';
import parts from './rings-parts.module.css';
import { toldLines } from './rings-told.ts';

export function NoRing({ queue }: { readonly queue: number }) {
  const status = useSession((session) => session.status);
  const moment = useMoment();
  if (status === null || status === undefined) {
    return (
      <EmptyState
        title="No session"
        detail="Start the demo, attach a guest or open a capture to see its rings."
      />
    );
  }
  const known = status.queues.find((one) => one.queue === queue);
  if (status.trace !== undefined) {
    const { messages = 0, kicks = 0, interrupts = 0 } = known ?? {};
    return (
      <EmptyState
        title={`${QUEUE_NAMES[queue] ?? 'This queue'}: no ring in a trace`}
        detail={`Observed: ${formatPlural(kicks, 'notification')}, ${formatPlural(messages, 'chain')} taken, ${formatPlural(interrupts, 'interrupt')}. Indexes, descriptors, addresses and lengths are in guest memory, which a trace has nothing of. To see them, watch the running QEMU over its QMP socket (“Connect to QEMU” on the start page), or attach a guest to Ringside.`}
      />
    );
  }
  if (status.watch !== undefined && status.phase === 'live' && !status.watch.canReadMemory) {
    const { why, chains } = toldLines(status.watch, queue);
    const lines = chains.map((line) => (
      <p key={line} className="mono">
        {line}
      </p>
    ));
    return (
      <EmptyState
        title={`${QUEUE_NAMES[queue] ?? 'This queue'}: as QEMU tells it`}
        detail={
          <>
            {why}
            {lines}
          </>
        }
      />
    );
  }
  if (moment !== undefined && (known?.messages ?? 0) > 0) {
    return <NotYet queue={queue} atNs={moment} />;
  }
  if (known?.running === true) return <EmptyState title="Reading the ring…" />;
  return (
    <EmptyState
      title={`Queue ${queue} not enabled by the driver`}
      detail={
        <>
          {status.phase === 'ended' || status.kind === 'file'
            ? `The capture holds no snapshot of ${QUEUE_NAMES[queue] ?? 'it'}: the driver never set its descriptor, avail and used addresses.`
            : 'The driver has not given the addresses of its descriptor table, avail ring and used ring. They come when the guest loads its sound driver.'}
          <Addresses queue={queue} />
        </>
      }
    />
  );
}

/** The cursor stands before the first snapshot. */
function NotYet({ queue, atNs }: { readonly queue: number; readonly atNs: number }) {
  const view = usePanelView();
  return (
    <EmptyState
      title={`No ring of ${QUEUE_NAMES[queue] ?? 'this queue'} was recorded before ${formatTime(atNs, 6)}`}
      detail="A ring is recorded about once a second, and what happened since is replayed on it. Move the cursor to a later time, or look at the ring as it is now."
      action={
        <Button onClick={() => view.setState({ ringAtCursor: false })}>Show it as it is now</Button>
      }
    />
  );
}

const SETUP_EVERY_MS = 500;

/** The three addresses that a queue needs, with those that are there: they come together, or not at all. */
function Addresses({ queue }: { readonly queue: number }) {
  const { data } = usePull('setup', {}, { everyMs: SETUP_EVERY_MS });
  const { given, note } = addressesGiven(data ?? [], queue);
  return (
    <table className={`${parts.addresses} mono`} aria-label={`Addresses of queue ${queue}`}>
      <tbody>
        {AREAS.map(([name, register], nth) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{given?.[nth] === undefined ? '– missing' : hexAddress(given[nth])}</td>
            <td>{register}</td>
          </tr>
        ))}
      </tbody>
      {note === undefined ? null : <caption>{note}</caption>}
    </table>
  );
}

/** Names of the areas, and where a driver writes their addresses over PCI. */
const AREAS = [
  ['descriptor table', 'queue_desc'],
  ['avail ring', 'queue_driver'],
  ['used ring', 'queue_device'],
] as const;

/** Those of the last time that the queue was set up, and what became of it. */
export function addressesGiven(
  setup: readonly SetupRow[],
  queue: number,
): { readonly given?: readonly bigint[]; readonly note?: string } {
  const last = setup.findLast(({ step }) => step.what === 'queue' && step.queue === queue);
  if (last?.step.what !== 'queue') return {};
  const { descriptorArea, driverArea, deviceArea } = last.step;
  const end = setup.find(
    ({ seq, step }) =>
      seq > last.seq &&
      (step.what === 'reset' ||
        step.what === 'gone' ||
        (step.what === 'queue-stopped' && step.queue === queue)),
  );
  const became =
    end === undefined
      ? `set up at ${formatTime(last.atNs, 6)}`
      : `as they were until ${formatTime(end.atNs, 6)}, when ${ENDINGS[end.step.what] ?? 'it ended'}`;
  return { given: [descriptorArea, driverArea, deviceArea], note: became };
}

const ENDINGS: Readonly<Record<string, string>> = {
  reset: 'the device was reset',
  gone: 'the guest went away',
  'queue-stopped': 'the queue was stopped',
};
