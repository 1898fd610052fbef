/** Says over the waves that the output device of the stream went away: the picture goes on, the sound does not. */
import { Headphones } from 'lucide-react';
import type { TrackInfo } from '../../../src-core/contract-data.ts';
import { useSession } from '../../store/session.ts';
import { Button } from '../../ui/button.tsx';
import styles from './waveform.module.css';

interface LossProps {
  readonly track: TrackInfo;
  /** Listens to the run here, in the window. */
  readonly onListen: () => void;
}

export function SinkLossBar({ track, onListen }: LossProps) {
  const unheard = useSession(({ status }) => status?.sink.unheard);
  const loss = unheard?.find(({ streamId }) => streamId === track.streamId);
  if (loss === undefined || !track.open || track.direction === 'input') return null;
  return (
    <div className={styles.reference} data-tone="bad" role="alert">
      <span className={styles.verdict}>✕</span>
      <span className={styles.referenceText} title={loss.why}>
        Output device gone or not to be had ({loss.why}), device clock continues on timer: the guest
        plays on, nobody hears it. The device is tried again when the guest prepares the stream.
      </span>
      <Button
        tone="quiet"
        icon={<Headphones />}
        tip="Plays the run in this window, from its end on"
        onClick={onListen}
      >
        Listen here
      </Button>
    </div>
  );
}
