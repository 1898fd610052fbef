/** Of a session that comes from a trace: what its source has and has not, and which of its lines could not be used. */
import type { ImportReport } from '../../../src-core/capture/importers/import-report.ts';
import { handOverAgain } from '../../start/open-file.ts';
import { usePull } from '../../store/pull.ts';
import { ask, notify, useSession } from '../../store/session.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './inspector.module.css';
import { Part } from './inspector-part.tsx';

const REPORT_EVERY_MS = 1000;
const MOST_ITEMS = 100;

const TIMES = {
  clock: 'times are the trace’s own, in steps of ',
  arrival: 'it has no times: those shown are when its lines came. Add -msg timestamp=on',
  order: 'it has no times: one line counts as 1 µs. Add -msg timestamp=on',
} as const;

export function TracePart() {
  const trace = useSession(({ status }) => status?.trace);
  const { data } = usePull('importReport', {}, { everyMs: REPORT_EVERY_MS });
  if (trace === undefined) return null;
  const step = trace.stepNs >= 1000 ? '1 µs' : '1 ns';
  return (
    <>
      <Part title="What this source tells">
        <ul className={styles.hints}>
          <li>{`${trace.format}: ${TIMES[trace.times]}${trace.times === 'clock' ? step : ''}`}</li>
          <li>observed: when chains were taken and returned, control codes, interrupts</li>
          <li>derived: stream of a message (the one in use), stream states, underruns suspected</li>
          <li>assumed: the stream where the trace began in its middle</li>
          <li>unavailable: bytes, lengths, formats, PCM, answers, latency_bytes</li>
        </ul>
      </Part>
      {data === null || data === undefined ? null : <Report report={data} />}
    </>
  );
}

function Report({ report }: { readonly report: ImportReport }) {
  const { lines, items, devices } = report;
  const kinds = [
    ['unknown', report.unknown],
    ['torn', report.torn],
    ['of other devices', report.otherDevices],
    ['lost by QEMU', report.dropped],
    ['returns without a beginning', report.headless],
    ['messages that never came back', report.lost],
    ['of queues without a name', report.nameless],
    ['with a time that goes back', report.clock],
  ] as const;
  const told = kinds.filter(([, count]) => count > 0);
  const odd = kinds.reduce((sum, [, count]) => sum + count, 0) - report.otherDevices;
  const left = odd - Math.min(items.length, MOST_ITEMS);
  return (
    <Part title="Import report">
      <p>
        {`${formatCount(lines)} lines${told.length === 0 ? ', all understood' : ': '}`}
        {told.map(([what, count]) => `${formatCount(count)} ${what}`).join(', ')}
      </p>
      {devices.length < 2 ? null : <Devices devices={devices} />}
      {items.length === 0 ? null : (
        <ul className={`${styles.hints} mono selectable`}>
          {items.slice(0, MOST_ITEMS).map(({ line, kind, text }) => (
            <li key={`${line} ${kind}`}>
              <span className={styles.second}>{`line ${line}, ${kind}: `}</span>
              {text}
            </li>
          ))}
          {left > 0 ? (
            <li className={styles.second}>
              {`and ${formatCount(left)} more; of each kind the first are named`}
            </li>
          ) : null}
        </ul>
      )}
    </Part>
  );
}

/** One of them is shown; for another the trace is read once more. */
function Devices({ devices }: Pick<ImportReport, 'devices'>) {
  return (
    <ul className={styles.traced} aria-label="Sound devices of this trace">
      {devices.map(({ address, shown, lines }) => (
        <li key={address}>
          <span>
            <span className="mono">{address}</span>
            <span className={styles.second}>{` ${formatPlural(lines, 'line')}`}</span>
          </span>
          {shown ? (
            <span className={styles.second}>shown</span>
          ) : (
            <Button aria-label={`Show ${address}`} onClick={() => void show(address)}>
              Show
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

async function show(device: string): Promise<void> {
  const title = useSession.getState().status?.title ?? '';
  const said = await ask('pickTraceDevice', { device });
  if (said === undefined || said.isReopened || handOverAgain(title, device)) return;
  notify({
    severity: 'error',
    code: 'trace-gone',
    what: 'This trace cannot be read once more: it came through a pipe, or another page opened it.',
    action: `Open it again with --device ${device}.`,
  });
}
