/** Of a session that watches a QEMU: where its values come from, how far they can be trusted, what watching costs. */
import { WatchDevices } from '../../frame/watch-devices.tsx';
import { ask, useSession } from '../../store/session.ts';
import styles from './inspector.module.css';
import { Part } from './inspector-part.tsx';
import { watchLines } from './watch-lines.ts';

export function WatchPart() {
  const watch = useSession(({ status }) => status?.watch);
  if (watch === undefined) return null;
  const { source, trust, cost } = watchLines(watch);
  return (
    <>
      <Lines title="Where this comes from" lines={source} />
      <OtherDevices />
      <Lines title="How far payloads can be trusted" lines={trust} />
      <Lines title="What watching costs" lines={cost} />
    </>
  );
}

/** Where QEMU has several sound devices: which is watched, and the way to another. */
function OtherDevices() {
  const watch = useSession(({ status }) => status?.watch);
  const isOver = useSession(({ status }) => status?.phase === 'ended');
  if (watch === undefined || watch.devices.length < 2 || isOver) return null;
  const { target, devices, devicePath } = watch;
  return (
    <Part title="Sound devices of this QEMU">
      <p className={styles.second}>
        Another one is watched in a session of its own; what this one captured is given up then.
      </p>
      <WatchDevices
        devices={devices}
        watched={devicePath}
        onWatch={(path) => void ask('watchQemu', { target, devicePath: path })}
      />
    </Part>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <Part title={title}>
      <ul className={`${styles.hints} selectable`}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Part>
  );
}
