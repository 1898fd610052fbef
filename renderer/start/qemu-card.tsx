/** Connect to QEMU: the QMP sockets of those that run here, those of before, one's own, and what QEMU has to be started with.
 *  Until a device is watched everything is told here: how far it is, which devices there are, why there is none. */
import { Plug, X } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import type { Hello } from '../../src-core/contract.ts';
import type { QemuChoice } from '../../src-core/contract-qemu.ts';
import { QemuArguments } from '../frame/waiting-panel.tsx';
import { WatchDevices } from '../frame/watch-devices.tsx';
import {
  beginConnecting,
  endConnecting,
  isAtCard,
  useQemuConnecting,
} from '../store/qemu-connecting.ts';
import { ask, useSession } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import { type Attempt, ProblemLine, useAttempt } from './problem-line.tsx';
import { PlaceRow, usePlaces } from './recent-places.tsx';
import styles from './start.module.css';

const MOST_SHOWN = 5;
/** QEMUs come and go while the page is open. */
const LOOK_MS = 3000;
const ARGUMENTS = [
  '-qmp unix:/tmp/qmp.sock,server=on,wait=off',
  '-D /tmp/qemu.log -msg timestamp=on',
];

export function QemuCard({ hello }: { readonly hello: Hello }) {
  const [target, setTarget] = useState('');
  const connecting = useConnecting();
  const reason = hello.cannotAttach;
  const isDisabled = reason !== undefined || connecting.target !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connecting.connect(target.trim());
  };
  return (
    <form className={styles.card} onSubmit={submit} aria-label="Connect to QEMU">
      <h2 className={styles.title}>Connect to QEMU</h2>
      <p className={styles.second}>
        Watch QEMU’s own virtio-sound where it runs already, over its QMP socket. The guest is only
        read.
      </p>
      {reason === undefined ? (
        <Sockets isDisabled={isDisabled} onChoose={connecting.connect} />
      ) : null}
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
        <Button type="submit" icon={<Plug />} disabled={isDisabled || target.trim() === ''}>
          Connect
        </Button>
      </div>
      <ProblemLine text={connecting.problem} />
      {connecting.target === undefined ? null : <Progress onCancel={connecting.cancel} />}
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

interface Connecting extends Pick<Attempt, 'problem'> {
  readonly target: string | undefined;
  connect(target: string): void;
  cancel(): void;
}

/** A session that ends before a device is watched is given up, and its last sentence stays on the card. */
function useConnecting(): Connecting {
  const client = useSession((session) => session.client);
  const { target, isGivenUp } = useQemuConnecting();
  const isAway = useSession(({ status }) => status === null);
  const whyOver = useSession(({ status }) =>
    isAtCard({ target }, status) && status?.phase === 'ended' ? status.sentence : undefined,
  );
  const { problem, attempt, fail } = useAttempt();
  useEffect(() => {
    if (isGivenUp && isAway) endConnecting();
    if (isGivenUp || whyOver === undefined) return;
    fail(new Error(whyOver));
    giveUp();
  });
  // once a device is watched its own panels tell the rest
  useEffect(() => endConnecting, []);
  const connect = (to: string) => {
    beginConnecting(to);
    attempt(() =>
      client?.call('watchQemu', { target: to }).catch((thrown: unknown) => {
        endConnecting();
        throw thrown;
      }),
    );
  };
  return { target: isGivenUp ? undefined : target, problem, connect, cancel: giveUp };
}

function giveUp(): void {
  useQemuConnecting.setState({ isGivenUp: true });
  void ask('closeSession', {});
}

/** What QEMU has said so far, and the choice where it has several sound devices. */
function Progress({ onCancel }: { readonly onCancel: () => void }) {
  const target = useQemuConnecting((connecting) => connecting.target);
  const status = useSession((session) => session.status);
  const watch = isAtCard({ target }, status) ? status?.watch : undefined;
  return (
    <section className={styles.stack} aria-label="Connecting">
      <div className={styles.actions}>
        <span role="status" className={styles.wraps}>
          {`◇ ${watch === undefined ? `Connecting to ${target}.` : (status?.sentence ?? '')}`}
        </span>
        <Button icon={<X />} onClick={onCancel}>
          Cancel
        </Button>
      </div>
      {watch?.mustPick === true ? (
        <WatchDevices
          devices={watch.devices}
          onWatch={(path) => void ask('pickQemuDevice', { path })}
        />
      ) : null}
    </section>
  );
}

interface SocketsProps {
  readonly isDisabled: boolean;
  readonly onChoose: (target: string) => void;
}

/** Those that run, and below them those of before that do not. */
function Sockets({ isDisabled, onChoose }: SocketsProps) {
  const found = useFound();
  const { places, forget } = usePlaces('qemu');
  const running = found?.slice(0, MOST_SHOWN) ?? [];
  const others = places.filter((place) => !running.some(({ target }) => target === place.target));
  return (
    <>
      {found?.length === 0 ? (
        <p className={styles.second}>No QEMU of yours with a QMP socket runs here now.</p>
      ) : null}
      {running.length + others.length === 0 ? null : (
        <ul className={styles.recent} aria-label="QMP sockets">
          {running.map((choice) => (
            <Running key={choice.target} {...{ choice, isDisabled, onChoose }} />
          ))}
          {others.slice(0, Math.max(2, MOST_SHOWN - running.length)).map((place) => (
            <PlaceRow
              key={place.target}
              place={place}
              onChoose={() => onChoose(place.target)}
              onForget={() => forget(place)}
            />
          ))}
        </ul>
      )}
    </>
  );
}

function Running({ choice, isDisabled, onChoose }: SocketsProps & { readonly choice: QemuChoice }) {
  const { target, name, pid, hasSound } = choice;
  return (
    <li>
      <button
        type="button"
        className={styles.recentButton}
        disabled={isDisabled}
        title={`Connect to ${target}`}
        onClick={() => onChoose(target)}
      >
        <span className={`${styles.recentPath} mono`}>
          <bdi>{target}</bdi>
        </span>
        <span className={styles.second}>{hasSound ? '● virtio-sound' : '○ no virtio-sound'}</span>
        <span className={styles.second}>{`${name} · ${pid}`}</span>
      </button>
    </li>
  );
}

/** QEMUs that run here, looked for again and again; `undefined` before the first look. */
function useFound(): readonly QemuChoice[] | undefined {
  const client = useSession((session) => session.client);
  const [found, setFound] = useState<readonly QemuChoice[]>();
  useEffect(() => {
    if (client === undefined) return;
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
  }, [client]);
  return found;
}
