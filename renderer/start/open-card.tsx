/** Open a capture: from a file of this browser, by path where the host runs, or one of the recent ones. */
import { FolderOpen } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import type { Hello, RecentCapture } from '../../src-core/contract.ts';
import { ask } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import { formatBytes, formatPlural } from '../ui/format.ts';
import { openFile } from './open-file.ts';
import styles from './start.module.css';

export function OpenCard({ hello }: { readonly hello: Hello }) {
  const [path, setPath] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const hasDisk = hello.carrier !== 'page';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void ask('openCapture', { path: path.trim() });
  };
  return (
    <section className={styles.card} aria-label="Open a capture">
      <h2 className={styles.title}>Open a capture</h2>
      <p className={styles.second}>
        A .pcapng file that Ringside recorded. It can be dropped anywhere on this page.
      </p>
      <input
        ref={input}
        type="file"
        accept=".pcapng"
        className="visually-hidden"
        aria-label="Capture file"
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
            placeholder="Path on the machine where Ringside runs"
            aria-label="Path of the capture"
            onChange={({ target }) => setPath(target.value)}
          />
        ) : null}
        {hasDisk ? (
          <Button type="submit" disabled={path.trim() === ''}>
            Open
          </Button>
        ) : null}
        <Button icon={<FolderOpen />} onClick={() => input.current?.click()}>
          Choose a file…
        </Button>
      </form>
      <RecentList recent={hello.recent} />
    </section>
  );
}

const MAX_RECENT = 5;

function RecentList({ recent }: { readonly recent: readonly RecentCapture[] }) {
  if (recent.length === 0) {
    return <p className={styles.second}>Captures that are saved or opened are listed here.</p>;
  }
  return (
    <ul className={styles.recent}>
      {recent.slice(0, MAX_RECENT).map((capture) => (
        <li key={capture.path}>
          <button
            type="button"
            title={capture.path}
            onClick={() => void ask('openCapture', { path: capture.path })}
          >
            <span className={styles.recentTitle}>{capture.title}</span>
            <span className={styles.second}>
              {`${formatPlural(capture.messages, 'message')} · ${formatBytes(capture.bytes)}`}
            </span>
            <span className={styles.second}>
              {new Date(capture.savedAtUnixMs).toISOString().slice(0, 16).replace('T', ' ')}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
