/** Bytes as PCM by choice, as a small wave that can be heard. */
import { Play, Square } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { StreamParams } from '../../../src-core/spec/formats.ts';
import { openOutput } from '../../audio/output.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import { useCanvas } from '../../canvas/use-canvas.ts';
import { Button } from '../../ui/button.tsx';
import { formatPlural } from '../../ui/format.ts';
import styles from './inspector.module.css';
import {
  believedChoice,
  CHOOSABLE,
  firstChoice,
  MOST_CHANNELS,
  RATE_RANGE_HZ,
  type ReadPcm,
  readAsPcm,
} from './pcm-choice.ts';
import { drawPcm } from './pcm-preview.tsx';
import own from './reading.module.css';
import { type PcmChoice, useReading } from './struct-store.ts';

interface PcmChoicePartProps {
  readonly bytes: Uint8Array;
  readonly params: StreamParams | undefined;
}

export function PcmChoicePart({ bytes, params }: PcmChoicePartProps) {
  const kept = useReading(({ pcm }) => pcm);
  const choice = believedChoice(kept ?? firstChoice(params));
  const { format, channels, rateHz, isBig } = choice;
  const read = useMemo(
    () => readAsPcm(bytes, { format, channels, rateHz, isBig }),
    [bytes, format, channels, rateHz, isBig],
  );
  const { ref } = useCanvas((ctx, size, theme) => drawPcm(ctx, size, theme, read.channels), [read]);
  const lengthNs = (read.frames / rateHz) * 1e9;
  return (
    <>
      <Choices choice={choice} isChosen={kept !== undefined} />
      <div className={styles.wave}>
        <canvas ref={ref} role="img" aria-label="Wave of the bytes in the chosen format" />
      </div>
      <div className={own.row}>
        <Listen read={read} rateHz={rateHz} />
        <span className={styles.second}>
          {`${formatPlural(read.frames, 'frame')} of ${formatPlural(read.frameBytes, 'byte')}, ${formatDuration(lengthNs)}`}
          {read.restBytes > 0 ? `; ${formatPlural(read.restBytes, 'byte')} left over` : ''}
        </span>
      </div>
    </>
  );
}

function Choices({ choice, isChosen }: { readonly choice: PcmChoice; readonly isChosen: boolean }) {
  const set = (part: Partial<PcmChoice>) => useReading.setState({ pcm: { ...choice, ...part } });
  return (
    <div className={own.row}>
      <label>
        format
        <select
          value={choice.format}
          onChange={({ target }) => set({ format: Number(target.value) })}
        >
          {CHOOSABLE.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        channels
        <input
          type="number"
          min={1}
          max={MOST_CHANNELS}
          value={choice.channels}
          onChange={({ target }) => set({ channels: Number(target.value) })}
        />
      </label>
      <label>
        rate
        <input
          type="number"
          className={own.rate}
          min={RATE_RANGE_HZ[0]}
          max={RATE_RANGE_HZ[1]}
          defaultValue={choice.rateHz}
          key={choice.rateHz}
          onBlur={({ target }) => set({ rateHz: Number(target.value) })}
          onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
        />
        Hz
      </label>
      <label>
        <input
          type="checkbox"
          checked={choice.isBig}
          onChange={({ target }) => set({ isBig: target.checked })}
        />
        big-endian
      </label>
      {isChosen ? (
        <Button tone="quiet" onClick={() => useReading.setState({ pcm: undefined })}>
          As the stream says
        </Button>
      ) : null}
    </div>
  );
}

/** At most two channels are heard: the first two. */
function Listen({ read, rateHz }: { readonly read: ReadPcm; readonly rateHz: number }) {
  const [isPlaying, setPlaying] = useState(false);
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => () => stop.current(), []);
  const play = () => {
    const ended = () => {
      stop.current = () => undefined;
      setPlaying(false);
    };
    const stopPlaying = playOnce(read.channels.slice(0, 2), rateHz, ended);
    if (stopPlaying === undefined) return;
    stop.current = stopPlaying;
    setPlaying(true);
  };
  return (
    <Button
      icon={isPlaying ? <Square /> : <Play />}
      disabled={read.frames === 0}
      onClick={isPlaying ? () => stop.current() : play}
    >
      {isPlaying ? 'Stop' : 'Listen'}
    </Button>
  );
}

/** Gives what stops it; `undefined` where there is no sound to be had. */
function playOnce(
  channels: readonly Float32Array<ArrayBuffer>[],
  rateHz: number,
  onEnd: () => void,
): (() => void) | undefined {
  const frames = channels[0]?.length ?? 0;
  if (frames === 0 || typeof AudioContext === 'undefined') return undefined;
  const output = openOutput(rateHz);
  if (!(output instanceof AudioContext)) return undefined;
  // an audio buffer takes rates from 8 kHz on
  const buffer = output.createBuffer(
    channels.length,
    frames,
    Math.max(8000, Math.min(96_000, rateHz)),
  );
  channels.forEach((samples, channel) => {
    buffer.copyToChannel(samples, channel);
  });
  const source = output.createBufferSource();
  source.buffer = buffer;
  source.connect(output.destination);
  source.onended = () => {
    void output.close();
    onEnd();
  };
  source.start();
  return () => source.stop();
}
