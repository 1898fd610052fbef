/** The sound devices of a QEMU, of which one can be watched at a time; of those that cannot, why and what to do instead. */
import { Eye } from 'lucide-react';
import type { WatchDeviceInfo } from '../../src-core/qemu/watch-status.ts';
import { Button } from '../ui/button.tsx';
import { formatPlural } from '../ui/format.ts';
import styles from './watch-devices.module.css';

interface Props {
  readonly devices: readonly WatchDeviceInfo[];
  /** Left out of the choice: it is watched already. */
  readonly watched?: string | undefined;
  readonly onWatch: (path: string) => void;
}

export function WatchDevices({ devices, watched, onWatch }: Props) {
  return (
    <ul className={styles.devices} aria-label="Sound devices of this QEMU">
      {devices.map((device) => {
        const { path, canWatch } = device;
        return (
          <li key={path}>
            <div className={`${styles.about} selectable`}>
              <span className={styles.name}>{deviceName(device)}</span>
              <span className={`${styles.path} mono`}>{path}</span>
              <span className={styles.second}>{deviceFacts(device)}</span>
            </div>
            {canWatch && path !== watched ? (
              <Button icon={<Eye />} aria-label={`Watch ${path}`} onClick={() => onWatch(path)}>
                Watch
              </Button>
            ) : null}
            {path === watched ? <span className={styles.second}>watched</span> : null}
          </li>
        );
      })}
    </ul>
  );
}

/** `snd0`, or the last parts of its path that say something. */
export function deviceName({ path, name }: Pick<WatchDeviceInfo, 'path' | 'name'>): string {
  return name ?? path.replace(/^\/machine\//, '').replace(/\/virtio-backend$/, '');
}

function deviceFacts({ canWatch, type, why, action, streams, audiodev }: WatchDeviceInfo): string {
  if (!canWatch) return `${why} ${action}`;
  const parts = [
    type,
    ...(streams === undefined ? [] : [formatPlural(streams, 'stream')]),
    ...(audiodev === undefined || audiodev === '' ? [] : [`audiodev ${audiodev}`]),
  ];
  return parts.join(' · ');
}
