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
        <span className={`${styles.second} ${styles.atFrame}`}>
          Point at the wave for its samples. Drag: a stretch. Click: the cursor. Space: listen.
          Alt+drag: scrub.
        </span>
        {area === undefined ? null : <Area track={track} area={area} onExport={onExport} />}
      </div>
    );
  }
  const { timeInTrack, values } = readOut(track, Math.floor(frame), samples);
  const { atNs, isDerived } = timeOfFrame(track, borders, frame);
  const message = messageOfFrame(borders, Math.floor(frame));
  return (
    <div className={`${styles.readOut} mono`}>
      <div className={styles.atFrame}>
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
      </div>
      {area === undefined ? null : <Area track={track} area={area} onExport={onExport} />}
    </div>
  );
}

type AreaProps = Pick<ReadOutProps, 'track' | 'onExport'> & { readonly area: FrameRange };

/** Never cut off: what stands before it gives way. */
function Area({ track, area, onExport }: AreaProps) {
  return (
    <span className={styles.area}>
      <span className={styles.second} title="The chosen stretch">
        {areaText(track, area)}
      </span>
      <Button
        tone="quiet"
        icon={<Download />}
        tip="The chosen stretch as a WAV file, bit for bit"
        command="waveform.export"
        onClick={onExport}
      >
        Save WAV
      </Button>
    </span>
  );
}

function areaText({ rateHz }: TrackInfo, { fromFrame, toFrame }: FrameRange): string {
  const frames = Math.round(toFrame - fromFrame);
  const time = rateHz > 0 ? `${formatDuration(nsOf(frames, rateHz))} · ` : '';
  return `${time}${formatPlural(frames, 'frame')}`;
}
