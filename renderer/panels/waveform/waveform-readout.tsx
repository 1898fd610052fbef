/** Under the waves: what is at the pointer, or at the cursor when the pointer is elsewhere. */
import { Download } from 'lucide-react';
import type { Borders, Samples, TrackInfo } from '../../../src-core/contract-data.ts';
import type { WaveMark } from '../../../src-core/contract-proof.ts';
import type { Frames } from '../../../src-core/units.ts';
import { nsOf } from '../../../src-core/units.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './waveform.module.css';
import { markWord } from './waveform-draw-content.ts';
import { messageOfFrame, readOut, timeOfFrame } from './waveform-model.ts';
import type { FrameRange } from './waveform-scale.ts';

interface ReadOutProps {
  readonly track: TrackInfo;
  readonly frame: Frames | undefined;
  readonly samples: Samples | null | undefined;
  readonly borders: Borders | undefined;
  readonly area: FrameRange | undefined;
  readonly onExport: () => void;
  /** Marks at the frame. */
  readonly marks: readonly WaveMark[];
}

export function WaveReadOut({
  track,
  frame,
  samples,
  borders,
  area,
  marks,
  onExport,
}: ReadOutProps) {
  if (frame === undefined || frame < 0 || frame >= track.frames) {
    return (
      <div className={styles.readOut}>
        <span className={styles.second}>
          {area === undefined
            ? 'Point at the wave for its samples. Drag to choose a stretch, click for the cursor, Space to listen.'
            : areaText(track, area)}
        </span>
        {area === undefined ? null : <SaveArea onExport={onExport} />}
      </div>
    );
  }
  const { timeInTrack, values } = readOut(track, Math.floor(frame), samples);
  const { atNs, isDerived } = timeOfFrame(track, borders, frame);
  const message = messageOfFrame(borders, Math.floor(frame));
  return (
    <div className={`${styles.readOut} mono`}>
      <span>frame {formatCount(Math.floor(frame))}</span>
      <span title="From the begin of the track">{timeInTrack}</span>
      <span
        className={isDerived ? styles.derived : undefined}
        title={isDerived ? 'Estimated from the begin of the track' : 'Time in the capture'}
      >
        {isDerived ? '~' : ''}
        {formatTime(atNs, 6)}
      </span>
      <span title="G goes to this message">
        {message < 0 ? 'message –' : `message #${formatCount(message)}`}
      </span>
      {values.map(({ channel, text }) => (
        <span key={channel} className={styles.value}>
          <span className={styles.second}>{channel}</span> {text}
        </span>
      ))}
      {marks.slice(0, 2).map(({ kind, fromFrame, detail }) => (
        <span key={`${kind} ${fromFrame}`} className={styles.mark}>
          {markWord(kind)}: {detail}
        </span>
      ))}
      {area === undefined ? null : <span className={styles.second}>{areaText(track, area)}</span>}
      {area === undefined ? null : <SaveArea onExport={onExport} />}
    </div>
  );
}

function SaveArea({ onExport }: { readonly onExport: () => void }) {
  return (
    <Button tone="quiet" icon={<Download />} command="waveform.export" onClick={onExport}>
      Save as WAV
    </Button>
  );
}

function areaText({ rateHz }: TrackInfo, { fromFrame, toFrame }: FrameRange): string {
  const frames = Math.round(toFrame - fromFrame);
  const time = rateHz > 0 ? ` · ${formatDuration(nsOf(frames, rateHz))}` : '';
  return `chosen: ${formatPlural(frames, 'frame')}${time}`;
}
