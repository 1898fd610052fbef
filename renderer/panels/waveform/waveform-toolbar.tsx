/** Over the waves: which track, follow, zoom, listening. */
import {
  ArrowRightToLine,
  AudioLines,
  ChevronLeft,
  ChevronRight,
  Maximize2,
  Minus,
  Pause,
  Play,
  Plus,
  SlidersHorizontal,
  Table2,
  UnfoldVertical,
  Volume2,
  VolumeX,
} from 'lucide-react';
import type { TrackInfo } from '../../../src-core/contract-data.ts';
import type { WaveMarks } from '../../../src-core/contract-proof.ts';
import { setMuted, setVolume, useListening } from '../../audio/listening.ts';
import type { ShownRun } from '../../audio/shown-run.ts';
import { setFollow, usePanelView, useView } from '../../store/view.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import styles from './waveform.module.css';
import type { WaveActions } from './waveform-commands.ts';
import { markWord } from './waveform-draw-content.ts';
import { useListenBar } from './waveform-listen.tsx';
import { trackTitle } from './waveform-model.ts';
import { ReferenceButton } from './waveform-reference.tsx';
import { switchSpectrum, useSpectrumChoices } from './waveform-spectrum-store.ts';
import { chooseTrack, chooseVersion, useWave } from './waveform-store.ts';
import { VERSIONS, whyNot } from './waveform-versions.ts';

interface ToolbarProps {
  readonly tracks: readonly TrackInfo[];
  readonly track: ShownRun;
  readonly marks: WaveMarks;
  readonly actions: WaveActions;
  /** Why it cannot be listened to. */
  readonly cannotPlay: string | undefined;
}

export function WaveToolbar({ tracks, track, marks, actions, cannotPlay }: ToolbarProps) {
  const view = usePanelView();
  const follow = useView((look) => look.follow);
  const isTable = useWave((wave) => wave.isTable);
  const hasSpectrum = useSpectrumChoices((choices) => choices.isOn);
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
      <Versions track={track} marks={marks} />
      <MarkSteps marks={marks} actions={actions} />
      <ReferenceButton disabled={cannotPlay !== undefined || track.frames === 0} />
      <Height actions={actions} />
      <IconButton
        label="Spectrogram"
        command="waveform.spectrum"
        icon={<AudioLines />}
        pressed={hasSpectrum}
        disabled={cannotPlay !== undefined}
        onClick={switchSpectrum}
      />
      <IconButton
        label="The wave as a table"
        command="view.as-table"
        icon={<Table2 />}
        pressed={isTable}
        disabled={cannotPlay !== undefined}
        onClick={() => useWave.setState({ isTable: !isTable })}
      />
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
        onClick={() => setFollow(!follow, view)}
      >
        Follow
      </Button>
    </div>
  );
}

function Height({ actions }: Pick<ToolbarProps, 'actions'>) {
  const gain = useWave((wave) => wave.gain);
  const isDb = useWave((wave) => wave.isDb);
  return (
    <span className={styles.gain} title="Vertical zoom (Shift+Up, Shift+Down)">
      <IconButton
        label="Shrink amplitudes"
        command="waveform.flatter"
        icon={<Minus />}
        disabled={gain === 1 || isDb}
        onClick={() => actions.gain(-1)}
      />
      <Button
        tone="quiet"
        pressed={isDb}
        tip="Amplitudes in decibels"
        command="waveform.db"
        onClick={actions.switchDb}
      >
        {isDb ? 'dB' : `×${gain}`}
      </Button>
      <IconButton
        label="Magnify amplitudes"
        command="waveform.taller"
        icon={<Plus />}
        onClick={() => actions.gain(1)}
      />
      <IconButton
        label="Fit amplitudes to the height"
        command="waveform.fit-height"
        icon={<UnfoldVertical />}
        onClick={actions.fitHeight}
      />
    </span>
  );
}

/** As consumed, as posted, at the sink, or what lies between the first two. */
function Versions({ track, marks }: Pick<ToolbarProps, 'track' | 'marks'>) {
  const choices = VERSIONS.map((one) => ({ ...one, why: whyNot(one, track, marks.lateWrites) }));
  const shown = choices.find(({ id }) => id === track.version);
  const missing = choices.filter(({ why }) => why !== undefined);
  const reasons = missing.map(({ name, why }) => `${name}: ${why}`);
  return (
    <select
      aria-label="Version"
      className={styles.version}
      value={track.version}
      title={[shown?.tip, ...reasons].join('\n')}
      onChange={(event) => {
        const chosen = VERSIONS.find(({ id }) => id === event.target.value);
        if (chosen !== undefined) void chooseVersion(track.track, chosen.id);
      }}
    >
      {choices.map(({ id, name, why }) => (
        <option key={id} value={id} disabled={why !== undefined} title={why}>
          {why === undefined ? name : `${name}: not known here`}
        </option>
      ))}
    </select>
  );
}

function MarkSteps({ marks, actions }: Pick<ToolbarProps, 'marks' | 'actions'>) {
  const count = marks.marks.length;
  if (count === 0) return null;
  const kinds = [...new Set(marks.marks.map(({ kind }) => markWord(kind)))].join(', ');
  return (
    <span className={styles.gain} title={`Marked in this run: ${kinds}`}>
      <IconButton
        label="Mark before"
        command="waveform.mark-before"
        icon={<ChevronLeft />}
        onClick={() => actions.goToMark(-1)}
      />
      <span className={styles.marks}>
        {count}
        {marks.partial ? '+' : ''} {count === 1 ? 'mark' : 'marks'}
      </span>
      <IconButton
        label="Next mark"
        command="waveform.next-mark"
        icon={<ChevronRight />}
        onClick={() => actions.goToMark(1)}
      />
    </span>
  );
}

function Listen({ track, actions, cannotPlay }: Omit<ToolbarProps, 'tracks' | 'marks'>) {
  const { state, track: played, volume, isMuted, trouble } = useListening();
  const isPlaying = state !== 'idle' && played === track.track;
  const isBarOpen = useListenBar((bar) => bar.isOpen);
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
      <IconButton
        label="Speed, loop and channels"
        icon={<SlidersHorizontal />}
        pressed={isBarOpen}
        onClick={() => useListenBar.setState({ isOpen: !isBarOpen })}
      />
      {state === 'waiting' && isPlaying ? (
        <span className={styles.second}>waiting for PCM</span>
      ) : null}
      {trouble === undefined ? null : <span className={styles.error}>{trouble}</span>}
    </span>
  );
}
