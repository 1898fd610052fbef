/** Read a QEMU trace: from a file of this browser or by path, at its end or while it grows, or one of before; and how QEMU
 *  writes one. */
import { FolderOpen } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import type { Hello } from '../../src-core/contract.ts';
import { qemuTraceArguments } from '../../src-core/qemu-trace-arguments.ts';
import { RemoteError } from '../../src-core/rpc.ts';
import { QemuArguments } from '../frame/waiting-panel.tsx';
import { useSession } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import { openText, tryToOpen } from './open-file.ts';
import { ProblemLine, useAttempt } from './problem-line.tsx';
import { PlaceRow, usePlaces } from './recent-places.tsx';
import styles from './start.module.css';

const MOST_SHOWN = 3;

export function TraceCard({ hello }: { readonly hello: Hello }) {
  const [path, setPath] = useState('');
  const [follow, setFollow] = useState(false);
  const client = useSession((session) => session.client);
  const { problem, attempt } = useAttempt(textOf);
  const { places, forget } = usePlaces('trace');
  const hasDisk = hello.carrier !== 'page';
  const read = (from: string, isFollowed: boolean) =>
    attempt(() => client?.call('openTrace', { path: from, follow: isFollowed }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    read(path.trim(), follow);
  };
  return (
    <section className={styles.card} aria-label="Read a QEMU trace">
      <h2 className={styles.title}>Read a QEMU trace</h2>
      <p className={styles.second}>
        QEMU’s own virtio-sound device, without any change to the guest: a log or binary trace,
        plain, gzip or zstd, of any length.
      </p>
      <form className={styles.stack} onSubmit={submit}>
        {hasDisk ? (
          <div className={styles.actions}>
            <input
              className={`mono ${styles.path}`}
              value={path}
              spellCheck={false}
              placeholder="/tmp/trace.log, or a pipe"
              aria-label="Path of the trace"
              onChange={({ target }) => setPath(target.value)}
            />
            <Button type="submit" disabled={path.trim() === ''}>
              Read
            </Button>
          </div>
        ) : null}
        <div className={styles.actions}>
          {hasDisk ? (
            <label className={styles.follow}>
              <input
                type="checkbox"
                checked={follow}
                onChange={({ target }) => setFollow(target.checked)}
              />
              {' follow it while it grows'}
            </label>
          ) : null}
          <ChooseTrace onChosen={(file) => attempt(() => tryToOpen(file))} />
        </div>
      </form>
      <ProblemLine text={problem} />
      {places.length === 0 ? null : (
        <ul className={styles.recent} aria-label="Recent traces">
          {places.slice(0, MOST_SHOWN).map((place) => (
            <PlaceRow
              key={place.target}
              place={place}
              onChoose={() => read(place.target, place.isFollowed === true)}
              onForget={() => forget(place)}
            />
          ))}
        </ul>
      )}
      <p className={styles.second}>QEMU writes one with:</p>
      <QemuArguments lines={qemuTraceArguments()} />
    </section>
  );
}

/** A file of this browser's machine. */
function ChooseTrace({ onChosen }: { readonly onChosen: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        aria-label="Trace file"
        tabIndex={-1}
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) onChosen(file);
          target.value = '';
        }}
      />
      <Button icon={<FolderOpen />} onClick={() => input.current?.click()}>
        Choose a file…
      </Button>
    </>
  );
}

/** The arguments that a refusal names stand on the card already. */
function textOf(thrown: unknown): string {
  if (!(thrown instanceof RemoteError) || thrown.code !== 'trace-unreadable')
    return openText(thrown);
  return `${thrown.message} Start QEMU with the arguments below.`;
}
