/** Over the waves: which track, follow, zoom, listening. */
import {
  ArrowRightToLine,
  Maximize2,
  Minus,
  Pause,
  Play,
  Plus,
  Volume2,
  VolumeX,
} from 'lucide-react';
import type { TrackInfo } from '../../../src-core/contract-data.ts';
import { setMuted, setVolume, useListening } from '../../audio/listening.ts';
import { setFollow, useView } from '../../store/view.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import styles from './waveform.module.css';
import type { WaveActions } from './waveform-commands.ts';
import { trackTitle } from './waveform-model.ts';
import { chooseTrack, useWave } from './waveform-store.ts';

interface ToolbarProps {
  readonly tracks: readonly TrackInfo[];
  readonly track: TrackInfo;
  readonly actions: WaveActions;
  /** Why it cannot be listened to. */
  readonly cannotPlay: string | undefined;
}

export function WaveToolbar({ tracks, track, actions, cannotPlay }: ToolbarProps) {
  const follow = useView((view) => view.follow);
  const gain = useWave((wave) => wave.gain);
  return (
    <div className={styles.toolbar}>
      <Listen track={track} actions={actions} cannotPlay={cannotPlay} />
      <select
        aria-label="Track"
        className={styles.tracks}
        value={track.track}
        onChange={(event) => chooseTrack(Number(event.target.value))}
      >
        {tracks.map((one) => (
          <option key={one.track} value={one.track}>
            {trackTitle(one)}
          </option>
        ))}
      </select>
      <span className={styles.gain} title="Vertical zoom (Shift+Up, Shift+Down)">
        <IconButton
          label="Shrink amplitudes"
          command="waveform.flatter"
          icon={<Minus />}
          disabled={gain === 1}
          onClick={() => actions.gain(-1)}
        />
        <span className="mono">×{gain}</span>
        <IconButton
          label="Magnify amplitudes"
          command="waveform.taller"
          icon={<Plus />}
          onClick={() => actions.gain(1)}
        />
      </span>
      <IconButton
        label="The whole track"
        command="waveform.fit"
        icon={<Maximize2 />}
        onClick={actions.fit}
      />
      <Button
        tone="quiet"
        icon={<ArrowRightToLine />}
        pressed={follow && track.open}
        disabled={!track.open}
        tip={track.open ? 'Keep the end in view' : 'This track has ended'}
        command="view.follow"
        onClick={() => setFollow(!follow)}
      >
        Follow
      </Button>
    </div>
  );
}

function Listen({ track, actions, cannotPlay }: Omit<ToolbarProps, 'tracks'>) {
  const { state, track: played, volume, isMuted, trouble } = useListening();
  const isPlaying = state !== 'idle' && played === track.track;
  return (
    <span className={styles.listen}>
      <IconButton
        label={cannotPlay ?? (isPlaying ? 'Pause' : 'Play from the cursor')}
        command="waveform.play"
        icon={isPlaying ? <Pause /> : <Play />}
        disabled={cannotPlay !== undefined}
        onClick={actions.play}
      />
      <IconButton
        label={isMuted ? 'Sound on' : 'Mute'}
        icon={isMuted ? <VolumeX /> : <Volume2 />}
        pressed={isMuted}
        onClick={() => setMuted(!isMuted)}
      />
      <input
        type="range"
        aria-label="Volume"
        className={styles.volume}
        min={0}
        max={1}
        step={0.01}
        value={isMuted ? 0 : volume}
        onChange={(event) => setVolume(Number(event.target.value))}
      />
      {state === 'waiting' && isPlaying ? (
        <span className={styles.second}>waiting for PCM</span>
      ) : null}
      {trouble === undefined ? null : <span className={styles.error}>{trouble}</span>}
    </span>
  );
}
