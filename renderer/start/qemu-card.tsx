/** Connect to QEMU: the QMP sockets of those that run here, those of before, one's own, and what QEMU has to be started with. */
import { Plug, X } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import type { Hello } from '../../src-core/contract.ts';
import type { QemuChoice } from '../../src-core/contract-qemu.ts';
import { QemuArguments } from '../frame/waiting-panel.tsx';
import { forgetSocket, keepSocket, useQemuSockets } from '../store/qemu-sockets.ts';
import { useSession } from '../store/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { problemText } from './problem-text.ts';
import styles from './start.module.css';

const MOST_SHOWN = 5;
/** QEMUs come and go while the page is open. */
const LOOK_MS = 3000;
const ARGUMENTS = [
  '-qmp unix:/tmp/qmp.sock,server=on,wait=off',
  '-D /tmp/qemu.log -msg timestamp=on',
];

export function QemuCard({ hello }: { readonly hello: Hello }) {
  const client = useSession((session) => session.client);
  const [target, setTarget] = useState('');
  const [problem, setProblem] = useState<string>();
  const [connecting, setConnecting] = useState(false);
  const reason = hello.cannotAttach;
  const found = useFound(reason === undefined);
  const connect = (to: string) => {
    setProblem(undefined);
    setConnecting(true);
    client
      ?.call('watchQemu', { target: to })
      .then(
        () => keepSocket(to),
        (thrown) => setProblem(problemText(thrown)),
      )
      .finally(() => setConnecting(false));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connect(target.trim());
  };
  return (
    <form className={styles.card} onSubmit={submit} aria-label="Connect to QEMU">
      <h2 className={styles.title}>Connect to QEMU</h2>
      <p className={styles.second}>
        Watch QEMU’s own virtio-sound where it runs already, over its QMP socket. The guest is only
        read.
      </p>
      {reason === undefined ? <Sockets found={found} onChoose={connect} /> : null}
      <div className={styles.actions}>
        <input
          className={`mono ${styles.path}`}
          value={target}
          spellCheck={false}
          disabled={reason !== undefined}
          placeholder="/tmp/qmp.sock or HOST:PORT"
          aria-label="QMP socket, or HOST:PORT"
          onChange={({ target: input }) => setTarget(input.value)}
        />
        <Button
          type="submit"
          icon={<Plug />}
          disabled={reason !== undefined || connecting || target.trim() === ''}
        >
          Connect
        </Button>
      </div>
      {problem === undefined ? null : (
        <p className={styles.reason} role="alert">{`✕ ${problem}`}</p>
      )}
      {reason === undefined ? (
        <>
          <p className={styles.second}>
            QEMU needs the first line; the second gives exact times and what was too quick to see.
          </p>
          <QemuArguments lines={ARGUMENTS} />
        </>
      ) : (
        <p className={styles.reason}>{`▨ Not here: ${reason}`}</p>
      )}
    </form>
  );
}

/** Those that run, and below them those of before that do not. */
function Sockets({
  found,
  onChoose,
}: {
  readonly found: readonly QemuChoice[] | undefined;
  readonly onChoose: (target: string) => void;
}) {
  const recent = useQemuSockets(({ targets }) => targets);
  const running = found?.slice(0, MOST_SHOWN) ?? [];
  const others = recent.filter((target) => !running.some((each) => each.target === target));
  return (
    <>
      {found?.length === 0 ? (
        <p className={styles.second}>No QEMU of yours with a QMP socket runs here now.</p>
      ) : null}
      {running.length + others.length === 0 ? null : (
        <ul className={styles.recent} aria-label="QMP sockets">
          {running.map(({ target, name, pid, hasSound }) => (
            <li key={target}>
              <button type="button" onClick={() => onChoose(target)}>
                <span className={`${styles.recentTitle} mono`} title={target}>
                  {target}
                </span>
                <span className={styles.second}>
                  {hasSound ? '● virtio-sound' : '○ no virtio-sound'}
                </span>
                <span className={styles.second}>{`${name} · ${pid}`}</span>
              </button>
            </li>
          ))}
          {others.map((target) => (
            <li key={target} className={styles.socketRow}>
              <button type="button" onClick={() => onChoose(target)}>
                <span className={`${styles.recentTitle} mono`} title={target}>
                  {target}
                </span>
                <span className={styles.second}>used before</span>
              </button>
              <IconButton
                label={`Forget ${target}`}
                icon={<X />}
                onClick={() => forgetSocket(target)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** QEMUs that run here, looked for again and again; `undefined` before the first look. */
function useFound(isWanted: boolean): readonly QemuChoice[] | undefined {
  const client = useSession((session) => session.client);
  const [found, setFound] = useState<readonly QemuChoice[]>();
  useEffect(() => {
    if (!isWanted || client === undefined) return;
    let isOver = false;
    const take = (choices: readonly QemuChoice[]) => {
      if (!isOver) setFound(choices);
    };
    const look = () => client.call('findQemu', {}).then(take, () => take([]));
    void look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [client, isWanted]);
  return found;
}
