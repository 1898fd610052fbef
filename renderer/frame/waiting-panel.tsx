/** While no guest has spoken: the QEMU arguments to copy, and the handshake as far as it has come. */
import { Fragment } from 'react';
import { formatTime } from '../canvas/time-scale.ts';
import { usePull } from '../store/pull.ts';
import { useSession } from '../store/session.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import styles from './waiting.module.css';
import { handshakeOf, notesOf } from './waiting-model.ts';
import { WatchWaiting } from './watch-waiting.tsx';

const SETUP_EVERY_MS = 200;
const MAX_NOTES = 6;

export function WaitingPanel() {
  const status = useSession((session) => session.status);
  const rows = usePull('setup', {}, { everyMs: SETUP_EVERY_MS }).data ?? [];
  if (status === null || status === undefined) return null;
  const { watch } = status;
  if (watch !== undefined) return <WatchWaiting status={status} watch={watch} />;
  const steps = handshakeOf(rows);
  const notes = notesOf(rows, MAX_NOTES);
  const next = steps.findIndex(({ atNs }) => atNs === undefined);
  return (
    <div className={styles.page}>
      <div className={styles.columns}>
        <section>
          <h2 className={styles.title}>Waiting for a guest</h2>
          <p className={styles.second}>{status.sentence}</p>
          <QemuArguments lines={status.qemuArguments} />
          <p className={styles.second}>
            Add these to your QEMU command line. Guest memory has to be shared (
            <code>share=on</code>
            ), or no device outside of QEMU can see it. Then play a sound in the guest:
          </p>
          <pre className={`${styles.code} selectable`}>aplay -D hw:0 tone.wav</pre>
        </section>
        <section>
          <h2 className={styles.title}>
            {next < 0 ? 'Ready' : `Handshake: step ${next + 1} of ${steps.length}`}
          </h2>
          <ol className={styles.steps}>
            {steps.map(({ title, detail, atNs }, at) => (
              <li key={title} className={atNs === undefined ? styles.second : undefined}>
                <span className={atNs === undefined ? styles.open : styles.done} aria-hidden="true">
                  {atNs === undefined ? (at === next ? '◇' : '○') : '■'}
                </span>
                <span>
                  {title}
                  {detail === '' ? null : <span className={styles.detail}>{detail}</span>}
                </span>
                <span className={styles.time}>{atNs === undefined ? '' : formatTime(atNs, 6)}</span>
              </li>
            ))}
          </ol>
          {notes.length === 0 ? null : (
            <ul className={`${styles.notes} selectable`} aria-label="What the socket said">
              {notes.map(({ seq, atNs, text }) => (
                <li key={seq}>
                  <span className={styles.time}>{formatTime(atNs, 3)}</span>
                  {text}
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </div>
  );
}

/** Over the panels when the guest that was there has gone: what was captured stays to be looked at meanwhile. */
export function WaitingStrip() {
  const status = useSession((session) => session.status);
  if (status?.phase !== 'waiting') return null;
  return (
    <div className={styles.strip} role="status">
      <span className={styles.open} aria-hidden="true">
        ◇
      </span>
      <span className={styles.sentence}>{status.sentence}</span>
      {status.qemuArguments.length === 0 ? null : (
        <CopyButton
          label="Copy the QEMU arguments"
          words="Copy the QEMU arguments"
          text={status.qemuArguments.join(' \\\n  ')}
        />
      )}
    </div>
  );
}

/** One argument a line, with a button that copies them all. */
export function QemuArguments({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <div className={styles.arguments}>
      <pre className={`${styles.code} selectable`}>
        {lines.map((line, at) => (
          <Argument key={line} line={at < lines.length - 1 ? `${line} \\\n` : line} />
        ))}
      </pre>
      <CopyButton label="Copy the QEMU arguments" words="Copy" text={lines.join(' \\\n  ')} />
    </div>
  );
}

/** Breaks behind commas and spaces alone: a name that is torn at its hyphen reads as two. */
function Argument({ line }: { readonly line: string }) {
  return Array.from(line.matchAll(/[^, ]*[, ]|[^, ]+$/g), ({ 0: part, index }) => (
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      <span className={styles.part}>{part}</span>
    </Fragment>
  ));
}
