/** Connect to QEMU: the QMP sockets of those that run here, one's own, and what QEMU has to be started with. */
import { Plug } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import type { Hello } from '../../src-core/contract.ts';
import type { QemuChoice } from '../../src-core/contract-qemu.ts';
import { RemoteError } from '../../src-core/rpc.ts';
import { QemuArguments } from '../frame/waiting-panel.tsx';
import { useSession } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import styles from './start.module.css';

const MOST_SHOWN = 5;
const ARGUMENTS = [
  '-qmp unix:/tmp/qmp.sock,server=on,wait=off',
  '-D /tmp/qemu.log -msg timestamp=on',
];

export function QemuCard({ hello }: { readonly hello: Hello }) {
  const client = useSession((session) => session.client);
  const [found, setFound] = useState<readonly QemuChoice[]>([]);
  const [target, setTarget] = useState('');
  const [problem, setProblem] = useState<string>();
  const reason = hello.cannotAttach;
  useEffect(() => {
    client?.call('findQemu', {}).then(setFound, () => setFound([]));
  }, [client]);
  const connect = (to: string) => {
    setProblem(undefined);
    client?.call('watchQemu', { target: to }).catch((thrown) => setProblem(textOf(thrown)));
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
      {found.length === 0 ? null : (
        <div className={styles.recent}>
          {found.slice(0, MOST_SHOWN).map(({ target: socket, name, pid, hasSound }) => (
            <button key={socket} type="button" onClick={() => connect(socket)}>
              <span className={`${styles.recentTitle} mono`}>{socket}</span>
              <span className={styles.second}>{hasSound ? 'virtio-sound' : ''}</span>
              <span className={styles.second}>{`${name} · ${pid}`}</span>
            </button>
          ))}
        </div>
      )}
      <fieldset className={styles.fieldset} disabled={reason !== undefined}>
        <label className={`${styles.field} ${styles.wide}`}>
          QMP socket, or HOST:PORT
          <input
            className="mono"
            value={target}
            spellCheck={false}
            placeholder="/tmp/qmp.sock"
            onChange={({ target: input }) => setTarget(input.value)}
          />
        </label>
      </fieldset>
      {reason === undefined ? (
        <QemuArguments lines={ARGUMENTS} />
      ) : (
        <p className={styles.reason}>{`▨ Not here: ${reason}`}</p>
      )}
      {problem === undefined ? null : (
        <p className={styles.reason} role="alert">{`✕ ${problem}`}</p>
      )}
      <div className={styles.actions}>
        <span className={styles.second}>The second line gives exact times.</span>
        <Button
          type="submit"
          icon={<Plug />}
          disabled={reason !== undefined || target.trim() === ''}
        >
          Connect
        </Button>
      </div>
    </form>
  );
}

function textOf(thrown: unknown): string {
  if (!(thrown instanceof RemoteError)) return String(thrown);
  return thrown.action === undefined ? thrown.message : `${thrown.message} ${thrown.action}`;
}
