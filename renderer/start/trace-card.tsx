/** Read a QEMU trace: from a file of this browser or by path, at its end or while it grows; and how QEMU writes one. */
import { FolderOpen } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import type { Hello } from '../../src-core/contract.ts';
import { qemuTraceArguments } from '../../src-core/qemu-trace-arguments.ts';
import { QemuArguments } from '../frame/waiting-panel.tsx';
import { useSession } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import { openFile } from './open-file.ts';
import { problemText } from './problem-text.ts';
import styles from './start.module.css';

function intoView(line: HTMLElement | null): void {
  line?.scrollIntoView?.({ block: 'nearest' });
}

export function TraceCard({ hello }: { readonly hello: Hello }) {
  const [path, setPath] = useState('');
  const [follow, setFollow] = useState(false);
  const [problem, setProblem] = useState('');
  const client = useSession((session) => session.client);
  const input = useRef<HTMLInputElement>(null);
  const hasDisk = hello.carrier !== 'page';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setProblem('');
    client
      ?.call('openTrace', { path: path.trim(), follow })
      .catch((thrown: unknown) => setProblem(problemText(thrown)));
  };
  return (
    <section className={styles.card} aria-label="Read a QEMU trace">
      <h2 className={styles.title}>Read a QEMU trace</h2>
      <p className={styles.second}>
        QEMU’s own virtio-sound device, without any change to the guest: a log or binary trace,
        plain, gzip or zstd.
      </p>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        aria-label="Trace file"
        tabIndex={-1}
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) void openFile(file);
          target.value = '';
        }}
      />
      <form className={styles.actions} onSubmit={submit}>
        {hasDisk ? (
          <input
            className={`mono ${styles.path}`}
            value={path}
            spellCheck={false}
            placeholder="trace.log or a pipe"
            aria-label="Path of the trace"
            onChange={({ target }) => setPath(target.value)}
          />
        ) : null}
        {hasDisk ? (
          <label className={styles.follow}>
            <input
              type="checkbox"
              checked={follow}
              onChange={({ target }) => setFollow(target.checked)}
            />
            {' follow'}
          </label>
        ) : null}
        {hasDisk ? (
          <Button type="submit" disabled={path.trim() === ''}>
            Read
          </Button>
        ) : null}
        <Button icon={<FolderOpen />} onClick={() => input.current?.click()}>
          Choose a file…
        </Button>
      </form>
      {problem === '' ? null : (
        <p className={styles.reason} role="alert" ref={intoView}>
          {`▲ ${problem}`}
        </p>
      )}
      <QemuArguments lines={qemuTraceArguments()} />
    </section>
  );
}
