/** Jacks of the device, to plug and unplug while it lives, and its channel maps. Spec: 5.14.6.7, 5.14.6.9 */
import type { SessionStatus } from '../../src-core/contract-data.ts';
import { ask } from '../store/session.ts';
import { Chip } from '../ui/chip.tsx';
import styles from './jacks.module.css';

export function Jacks({ status }: { readonly status: SessionStatus }) {
  const { jacks, phase, kind } = status;
  if (jacks.length === 0) return null;
  const isAlive = kind !== 'file' && kind !== 'trace' && phase !== 'ended';
  return (
    <span className={styles.group}>
      <span className={styles.name}>Jacks</span>
      {jacks.map(({ jackId, connected, label }) => (
        <Chip
          key={jackId}
          tone={connected ? 'service' : 'done'}
          glyph={connected ? '●' : '○'}
          tip={
            isAlive
              ? `${connected ? 'Unplug' : 'Plug in'}: the device sends the guest the event`
              : 'As it was when the device ended.'
          }
          onClick={
            isAlive ? () => void ask('setJack', { jackId, connected: !connected }) : undefined
          }
        >
          {`${label} ${connected ? 'plugged in' : 'unplugged'}`}
        </Chip>
      ))}
    </span>
  );
}

export function ChannelMaps({ status }: { readonly status: SessionStatus }) {
  if (status.chmaps.length === 0) return null;
  const maps = status.chmaps.map(({ direction, positions }, nth) => ({
    id: `map ${nth}`,
    way: direction === 'output' ? 'playback' : 'capture',
    text: positions.join(' '),
  }));
  return (
    <span className={styles.group}>
      <span className={styles.name}>Channel maps</span>
      {maps.map(({ id, way, text }) => (
        <span key={id} title={`Channel map for ${way}: the speaker of each channel, in order`}>
          {`${way} `}
          <span className="mono selectable">{text}</span>
        </span>
      ))}
    </span>
  );
}
