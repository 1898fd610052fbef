/** The spectrogram under the waves: the same frames, frequencies from the bottom to the top. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Frames } from '../../../src-core/units.ts';
import { heardFrame, useListening } from '../../audio/listening.ts';
import { type ShownRun, samplesOf } from '../../audio/shown-run.ts';
import { useCanvas } from '../../canvas/use-canvas.ts';
import { notify, useSession } from '../../store/session.ts';
import styles from './waveform.module.css';
import { type GestureContext, useWaveGestures } from './waveform-gestures.ts';
import { channelName } from './waveform-model.ts';
import type { FrameScale } from './waveform-scale.ts';
import { SpectrumColumns, type SpectrumJob } from './waveform-spectrum-columns.ts';
import { drawSpectrum, type SpectrumModel, spectrumText } from './waveform-spectrum-draw.ts';
import {
  AXES,
  RANGES_DB,
  type SpectrumChoices,
  spectrumGrid,
  WINDOWS,
} from './waveform-spectrum-model.ts';
import { useSpectrumChoices } from './waveform-spectrum-store.ts';

interface SpectrumProps {
  readonly track: ShownRun;
  readonly scale: FrameScale;
  readonly cursorFrame: Frames | undefined;
  readonly hoverFrame: Frames | undefined;
  /** What the waves do with the pointer, this lane does too. */
  readonly gestures: Omit<GestureContext, 'box' | 'size' | 'view'>;
}

export function SpectrumLane({ track, scale, cursorFrame, hoverFrame, gestures }: SpectrumProps) {
  const choices = useSpectrumChoices();
  const box = useRef<HTMLDivElement>(null);
  const [pointedPx, setPointed] = useState<number>();
  const found = useColumns(track, scale, choices);
  const isHeard = useListening((one) => one.state !== 'idle' && one.track === track.track);
  const model: SpectrumModel = {
    scale,
    choices,
    rateHz: track.rateHz,
    step: found.step,
    columns: found.columns,
    cursorFrame,
    hoverFrame,
    playFrame: undefined,
  };
  const canvas = useCanvas(
    (ctx, size, theme) =>
      drawSpectrum(ctx, { ...model, playFrame: isHeard ? heardFrame() : undefined }, size, theme),
    [model, found.version],
  );
  useEveryFrame(isHeard, canvas.redraw);
  useWaveGestures({ ...gestures, box, size: { heightPx: Number.POSITIVE_INFINITY } });
  const text =
    pointedPx === undefined || hoverFrame === undefined
      ? undefined
      : spectrumText(model, hoverFrame, pointedPx, canvas.size.heightPx);
  return (
    <div className={styles.spectrum}>
      <div
        ref={box}
        className={styles.spectrumLane}
        onPointerMove={(event) =>
          setPointed(event.clientY - event.currentTarget.getBoundingClientRect().top)
        }
        onPointerLeave={() => setPointed(undefined)}
      >
        <canvas
          ref={canvas.ref}
          aria-label={`Spectrogram, 0 to ${track.rateHz / 2} hertz, window of ${choices.windowFrames} frames`}
          role="img"
        />
        <SpectrumOptions track={track} choices={choices} text={text} />
      </div>
    </div>
  );
}

/** The columns in view, computed as they are needed. `version` counts what was added. */
function useColumns(track: ShownRun, scale: FrameScale, choices: SpectrumChoices) {
  const client = useSession((session) => session.client);
  const [version, setVersion] = useState(0);
  const { track: id, version: shown } = track;
  const run = useRef(track);
  run.current = track;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version has other samples
  const computed = useMemo(() => {
    if (client === undefined) return undefined;
    return new SpectrumColumns({
      fetch: (fromFrame, frames) => samplesOf(client, run.current, fromFrame, frames),
      onColumns: () => setVersion((count) => count + 1),
      onError: () =>
        notify({
          severity: 'info',
          code: 'no-spectrum',
          what: 'The spectrogram stopped: the session did not give its samples. Switch it off and on again.',
        }),
      nowMs: () => performance.now(),
      pause: () => new Promise((resolve) => setTimeout(resolve)),
    });
  }, [client, id, shown]);
  useEffect(() => () => computed?.stop(), [computed]);
  const { windowFrames } = choices;
  const channel = (choices.channel ?? 0) < track.params.channels ? choices.channel : undefined;
  const grid = spectrumGrid(scale, windowFrames, track.frames);
  const job: SpectrumJob | undefined =
    grid === undefined
      ? undefined
      : { grid, windowFrames, channel, frames: track.frames, isOpen: track.open };
  const key = JSON.stringify(job);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the job
  useEffect(() => {
    if (job !== undefined) computed?.want(job);
  }, [computed, key]);
  const columns = job === undefined ? undefined : computed?.columns(job);
  return { version, step: grid?.step ?? 1, columns: columns ?? NO_COLUMNS };
}

const NO_COLUMNS: SpectrumModel['columns'] = new Map();

export function useEveryFrame(isOn: boolean, redraw: () => void): void {
  useEffect(() => {
    redraw();
    if (!isOn) return;
    let frame = requestAnimationFrame(function step() {
      redraw();
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [isOn, redraw]);
}

interface OptionsProps {
  readonly track: ShownRun;
  readonly choices: SpectrumChoices;
  readonly text: string | undefined;
}

function SpectrumOptions({ track, choices, text }: OptionsProps) {
  const { channels } = track.params;
  const set = useSpectrumChoices.setState;
  const stop = (event: { stopPropagation: () => void }) => event.stopPropagation();
  return (
    <div className={styles.spectrumOptions} onPointerDown={stop} onPointerUp={stop}>
      {text === undefined ? null : <span className={`${styles.spectrumText} mono`}>{text}</span>}
      <select
        aria-label="Window of the spectrogram"
        title="Frames of one window (Hann): more tell frequencies apart, fewer tell moments apart"
        value={choices.windowFrames}
        onChange={(event) => set({ windowFrames: Number(event.target.value) })}
      >
        {WINDOWS.map((frames) => (
          <option key={frames} value={frames}>
            {frames} frames
          </option>
        ))}
      </select>
      <select
        aria-label="Frequency axis"
        value={choices.axis}
        onChange={({ target }) =>
          set({ axis: AXES.find((axis) => axis === target.value) ?? 'log' })
        }
      >
        {AXES.map((axis) => (
          <option key={axis}>{axis}</option>
        ))}
      </select>
      <select
        aria-label="Range of levels"
        title="The lowest level that has a colour, under full scale"
        value={choices.rangeDb}
        onChange={(event) => set({ rangeDb: Number(event.target.value) })}
      >
        {RANGES_DB.map((rangeDb) => (
          <option key={rangeDb} value={rangeDb}>
            {rangeDb} dB
          </option>
        ))}
      </select>
      {channels < 2 ? null : (
        <select
          aria-label="Channel of the spectrogram"
          value={choices.channel ?? -1}
          onChange={({ target }) =>
            set({ channel: Number(target.value) < 0 ? undefined : Number(target.value) })
          }
        >
          <option value={-1}>all channels</option>
          {Array.from({ length: channels }, (_, channel) => channelName(channel, channels)).map(
            (name, channel) => (
              <option key={name} value={channel}>
                {name}
              </option>
            ),
          )}
        </select>
      )}
    </div>
  );
}
