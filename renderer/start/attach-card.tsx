/** Attach a guest: the socket, the device's streams, where sound goes and comes from, and the QEMU arguments that fit. */
import { Cable } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { DeviceOptions, Hello } from '../../src-core/contract.ts';
import { qemuArguments } from '../../src-core/qemu-arguments.ts';
import { QemuArguments } from '../frame/waiting-panel.tsx';
import { useSession } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import { ProblemLine, useAttempt } from './problem-line.tsx';
import styles from './start.module.css';

const SOURCES = [
  ['silence', 'silence'],
  ['tone:440', 'tone, 440 Hz'],
  ['loopback', 'what the guest plays'],
] as const;
const MAX_STREAMS = 8;

interface Form {
  readonly socketPath: string;
  readonly playback: number;
  readonly capture: number;
  readonly sink: string;
  readonly source: string;
}

export function AttachCard({ hello }: { readonly hello: Hello }) {
  const [form, setForm] = useState<Form>({
    socketPath: hello.suggestedSocket,
    playback: 1,
    capture: 1,
    sink: hello.sinks[0]?.spec ?? 'null',
    source: 'silence',
  });
  const client = useSession((session) => session.client);
  const { problem, attempt } = useAttempt();
  const reason = hello.cannotAttach;
  const path = form.socketPath.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const options: DeviceOptions = { ...form, socketPath: path };
    attempt(() => client?.call('attachDevice', options));
  };
  return (
    <form className={styles.card} onSubmit={submit} aria-label="Attach a guest">
      <h2 className={styles.title}>Attach a guest</h2>
      <p className={styles.second}>
        Ringside becomes the sound device of a QEMU guest, over a vhost-user socket.
      </p>
      <fieldset className={styles.fieldset} disabled={reason !== undefined}>
        <Fields form={form} hello={hello} onChange={setForm} />
      </fieldset>
      {reason === undefined ? (
        <QemuArguments lines={path === '' ? [] : qemuArguments(path)} />
      ) : (
        <p className={styles.reason}>{`▨ Not here: ${reason}`}</p>
      )}
      <ProblemLine text={problem} />
      <div className={styles.actions}>
        <span className={styles.second}>Start Ringside’s side first, then QEMU.</span>
        <Button
          tone="primary"
          type="submit"
          icon={<Cable />}
          disabled={reason !== undefined || path === ''}
        >
          Listen
        </Button>
      </div>
    </form>
  );
}

interface FieldsProps {
  readonly form: Form;
  readonly hello: Hello;
  readonly onChange: (form: Form) => void;
}

function Fields({ form, hello, onChange }: FieldsProps) {
  const set = (part: Partial<Form>) => onChange({ ...form, ...part });
  return (
    <>
      <label className={`${styles.field} ${styles.wide}`}>
        Socket
        <input
          className="mono"
          value={form.socketPath}
          spellCheck={false}
          onChange={({ target }) => set({ socketPath: target.value })}
        />
      </label>
      <StreamCount
        label="Playback streams"
        value={form.playback}
        onChange={(playback) => set({ playback })}
      />
      <StreamCount
        label="Capture streams"
        value={form.capture}
        onChange={(capture) => set({ capture })}
      />
      <label className={styles.field}>
        Sound goes to
        <select value={form.sink} onChange={({ target }) => set({ sink: target.value })}>
          {hello.sinks.map(({ spec, label }) => (
            <option key={spec} value={spec}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className={styles.field}>
        The guest records
        <select value={form.source} onChange={({ target }) => set({ source: target.value })}>
          {SOURCES.map(([spec, label]) => (
            <option key={spec} value={spec}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

interface StreamCountProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function StreamCount({ label, value, onChange }: StreamCountProps) {
  return (
    <label className={styles.field}>
      {label}
      <input
        type="number"
        min={0}
        max={MAX_STREAMS}
        value={value}
        onChange={({ target }) =>
          onChange(Math.min(MAX_STREAMS, Math.max(0, Math.round(target.valueAsNumber) || 0)))
        }
      />
    </label>
  );
}
