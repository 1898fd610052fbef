/** The level meter beside the waves: of what is heard while something is, else of the pointer or the cursor, else of the end
 *  of a run that grows. */
import { useEffect, useMemo, useRef } from 'react';
import { decodePcm } from '../../../src-core/audio/decode.ts';
import type { Samples } from '../../../src-core/contract-data.ts';
import type { Frames } from '../../../src-core/units.ts';
import { heardFrame, useListening } from '../../audio/listening.ts';
import { heardIn, type ShownRun, samplesOf } from '../../audio/shown-run.ts';
import { useCanvas } from '../../canvas/use-canvas.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { useView } from '../../store/view.ts';
import styles from './waveform.module.css';
import { useMeterChoice } from './waveform-meter-choice.ts';
import { drawMeter, type MeterModel } from './waveform-meter-draw.ts';
import { holdLevel, levelsOf, meterText, meterWindow } from './waveform-meter-model.ts';
import { channelName, noWaveReason } from './waveform-model.ts';

/** At most this often while something is heard. */
const EVERY_MS = 33;
const NOWHERE = { track: -1, fromFrame: 0, frames: 0 };

interface MeterProps {
  readonly track: ShownRun;
  /** Of the pointer, else of the cursor. */
  readonly frame: Frames | undefined;
}

export function LevelMeter(props: MeterProps) {
  const isOn = useMeterChoice((choice) => choice.isOn);
  const hasLevels = noWaveReason(props.track.params.format) === undefined;
  return isOn && hasLevels ? <Meter {...props} /> : null;
}

function Meter({ track, frame }: MeterProps) {
  const { channels } = track.params;
  const names = useMemo(
    () => Array.from({ length: channels }, (_, channel) => channelName(channel, channels)),
    [channels],
  );
  const isHeard = useListening(({ state, track: id }) => state !== 'idle' && id === track.track);
  const still = useStillLevels(track, frame, !isHeard, names);
  const heard = useRef<MeterModel>(undefined);
  const canvas = useCanvas(
    (ctx, size, theme) => drawMeter(ctx, (isHeard && heard.current) || still, size, theme),
    [still, isHeard],
  );
  useHeardLevels(track, isHeard, names, (model) => {
    heard.current = model;
    canvas.redraw();
  });
  return (
    <div className={styles.meter}>
      <canvas ref={canvas.ref} role="img" aria-label={labelOf(still)} />
    </div>
  );
}

function labelOf({ names, levels }: MeterModel): string {
  const said = levels?.channels.map(
    ({ peak, rms }, channel) =>
      `${names[channel]} peak ${meterText(peak)}, RMS ${meterText(rms)} dBFS`,
  );
  return `Level meter. ${said?.join('; ') ?? 'Nothing is pointed at.'}`;
}

/** Of a frame that stands still: only its own peak, nothing held from elsewhere. */
function useStillLevels(
  track: ShownRun,
  frame: Frames | undefined,
  isWanted: boolean,
  names: readonly string[],
): MeterModel {
  const isFollowing = useView((view) => view.follow) && track.open;
  const at = frame ?? (isFollowing ? track.frames - 1 : undefined);
  const isInside = at !== undefined && at >= 0 && at < track.frames && track.rateHz > 0;
  const params = isInside
    ? { track: track.track, ...meterWindow(at, track.rateHz, track.frames), ...heardIn(track) }
    : NOWHERE;
  const { data } = usePull('samples', params, { enabled: isWanted && isInside, live: false });
  return useMemo(
    () => modelOf(isInside ? data : undefined, names, undefined, 0),
    [data, isInside, names],
  );
}

/** Asks along with what is heard, one question at a time; React does not run for it. */
function useHeardLevels(
  track: ShownRun,
  isHeard: boolean,
  names: readonly string[],
  show: (model: MeterModel) => void,
): void {
  const client = useSession((session) => session.client);
  const now = useRef({ track, show });
  now.current = { track, show };
  useEffect(() => {
    if (!isHeard || client === undefined) return;
    let before: MeterModel | undefined;
    let isAsking = false;
    let isOver = false;
    const ask = async () => {
      const at = heardFrame();
      const run = now.current.track;
      const { rateHz, frames } = run;
      if (at === undefined || isAsking || rateHz <= 0) return;
      isAsking = true;
      const window = meterWindow(at, rateHz, frames);
      // what is heard ends by itself, and says why
      const samples = await samplesOf(client, run, window.fromFrame, window.frames).catch(
        () => null,
      );
      isAsking = false;
      if (isOver || samples === null) return;
      before = modelOf(samples, names, before, performance.now());
      now.current.show(before);
    };
    const timer = setInterval(ask, EVERY_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [isHeard, client, names]);
}

function modelOf(
  data: Samples | null | undefined,
  names: readonly string[],
  before: MeterModel | undefined,
  atMs: number,
): MeterModel {
  if (data === null || data === undefined || data.frames === 0) {
    return { names, levels: undefined, held: [], atMs, samples: [] };
  }
  const samples = decodePcm(data.pcm, data.params);
  const levels = levelsOf(samples);
  const held = levels.channels.map((level, channel) =>
    holdLevel(before?.held[channel], level, atMs),
  );
  return { names, levels, held, atMs, samples };
}
