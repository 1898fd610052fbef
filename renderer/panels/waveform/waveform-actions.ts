/** What keys and buttons do in the waveform. */
import type { Borders, Peaks, Samples } from '../../../src-core/contract-data.ts';
import type { WaveMark } from '../../../src-core/contract-proof.ts';
import type { Frames } from '../../../src-core/units.ts';
import { heardFrame, listen, shuttle, stopListening, useListening } from '../../audio/listening.ts';
import { heardIn, type ShownRun } from '../../audio/shown-run.ts';
import { viewOf } from '../../store/own-views.ts';
import { ask, notify, useSession } from '../../store/session.ts';
import { showSelected } from '../../store/show-selected.ts';
import { selectedMessage, selectMessage } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';
import { goToPlace, type WaveActions } from './waveform-commands.ts';
import { marksAt, markWord, nextMark, withGaps } from './waveform-draw-content.ts';
import { exportArea } from './waveform-export.ts';
import { gainToFit, messageOfFrame, noWaveReason, readOut, stepGain } from './waveform-model.ts';
import {
  centreFrames,
  type FrameScale,
  fitFrames,
  keepOverTrack,
  panFrames,
  spanOf,
  zoomFrames,
} from './waveform-scale.ts';
import { moveFrames, useWave } from './waveform-store.ts';

export interface ActionContext {
  readonly track: ShownRun;
  readonly scale: FrameScale;
  readonly borders: Borders | undefined;
  readonly hoverFrame: Frames | undefined;
  /** Samples at the pointer, else at the cursor. */
  readonly samples: Samples | null | undefined;
  /** What `.` and `,` stop at. */
  readonly marks: readonly WaveMark[];
  readonly peaks: Peaks | null | undefined;
}

/** Seconds before the end of a growing track at which listening begins while Follow is on. */
const LIVE_LEAD_S = 0.3;

export function useWaveActions(context: ActionContext): WaveActions {
  const { track, scale, hoverFrame } = context;
  const { fromFrame, toFrame } = scale;
  const range = { fromFrame, toFrame };
  const anchor = hoverFrame ?? cursorInView(scale) ?? (fromFrame + toFrame) / 2;
  const move = (wanted: typeof range) => moveFrames(keepOverTrack(wanted, track.frames));
  return {
    zoom: (factor) => move(zoomFrames(range, anchor, factor, track.frames)),
    pan: (share) => move(panFrames(range, spanOf(range) * share)),
    gain: (by) => useWave.setState(({ gain }) => ({ gain: stepGain(gain, by) })),
    centre: () => {
      const wanted = centreFrames(range, useWave.getState().cursorFrame ?? anchor);
      const isCentred = Math.abs(wanted.fromFrame - fromFrame) < spanOf(range) / 100;
      if (isCentred) moveFrames(fitFrames(track.frames));
      else move(wanted);
    },
    fit: () => moveFrames(fitFrames(track.frames)),
    fitHeight: () => useWave.setState({ gain: gainToFit(context.peaks, scale), isDb: false }),
    exportArea: () => void exportArea(track),
    shuttle: (way) => shuttleFrom(context, way),
    pause: () => {
      if (useListening.getState().state !== 'idle') playOrPause(context);
    },
    play: () => playOrPause(context),
    goToMessage: () => void goToMessage(context),
    switchDb: () => useWave.setState(({ isDb }) => ({ isDb: !isDb, gain: 1 })),
    goToMark: (way) => goToMark(context, way),
    sentence: () => sentenceAt(context),
  };
}

/** `Frame 12 345 of stream 0, 0:00.257: FL 1 024 −30.1 dBFS, …` */
function sentenceAt({ track, samples, hoverFrame, marks }: ActionContext): string {
  const frame = hoverFrame ?? useWave.getState().cursorFrame;
  if (frame === undefined || frame < 0 || frame >= track.frames) return '';
  const at = Math.floor(frame);
  const { timeInTrack, values } = readOut(track, at, samples);
  const levels = values.map(({ channel, text }) => `${channel} ${text}`).join(', ');
  const here = marksAt(marks, at, 1).map(({ kind, detail }) => ` ${markWord(kind)}: ${detail}.`);
  return `Frame ${formatCount(at)} of stream ${track.streamId}, ${timeInTrack}: ${levels}.${here.join('')}`;
}

function cursorInView({ fromFrame, toFrame }: FrameScale): Frames | undefined {
  const { cursorFrame } = useWave.getState();
  if (cursorFrame === undefined) return undefined;
  return cursorFrame >= fromFrame && cursorFrame <= toFrame ? cursorFrame : undefined;
}

/** Pausing leaves the cursor where the ear was. */
function playOrPause({ track, scale }: ActionContext): void {
  const { state, track: played } = useListening.getState();
  if (state !== 'idle' && played === track.track) {
    const at = heardFrame();
    stopListening();
    if (at !== undefined) useWave.setState({ cursorFrame: Math.floor(at) });
    return;
  }
  const { client } = useSession.getState();
  const reason = noWaveReason(track.params.format);
  if (reason !== undefined) {
    notify({ severity: 'info', code: 'no-wave', what: reason });
  } else if (client !== undefined) {
    const { area } = useWave.getState();
    const until = area === undefined ? {} : { untilFrame: Math.floor(area.toFrame) };
    const loop = area === undefined ? {} : { loop: area };
    listen({ client, track, fromFrame: startFrame(track, scale), ...until, ...loop });
  }
}

/** While something is heard the keys change its speed; else they begin at the cursor. */
function shuttleFrom({ track, scale }: ActionContext, way: 1 | -1): void {
  const { state, track: played } = useListening.getState();
  const { client } = useSession.getState();
  if (client === undefined || noWaveReason(track.params.format) !== undefined) return;
  if (state !== 'idle' && played === track.track) shuttle(way);
  else {
    const { cursorFrame } = useWave.getState();
    const fromFrame = cursorFrame ?? (way > 0 ? Math.max(0, scale.fromFrame) : scale.toFrame);
    listen({ client, track, fromFrame: Math.min(track.frames, fromFrame), speed: way });
  }
}

function startFrame(track: ShownRun, scale: FrameScale): Frames {
  const { area, cursorFrame } = useWave.getState();
  if (area !== undefined) return Math.ceil(area.fromFrame);
  if (viewOf('waveform').getState().follow && track.open)
    return track.frames - LIVE_LEAD_S * track.rateHz;
  if (cursorFrame !== undefined && cursorFrame < track.frames - 1) return cursorFrame;
  return Math.max(0, scale.fromFrame);
}

/** The next mark comes to the middle, near enough to be seen, with the cursor on it. */
function goToMark({ track, scale, marks, peaks }: ActionContext, way: 1 | -1): void {
  const from = useWave.getState().cursorFrame ?? (scale.fromFrame + scale.toFrame) / 2;
  const mark = nextMark(withGaps(marks, peaks), from, way);
  if (mark === undefined) {
    const what = 'Nothing is marked in this run.';
    notify({ severity: 'info', code: 'no-marks', what });
    return;
  }
  const span = Math.min(spanOf(scale), Math.max(mark.frames * 4, track.rateHz / 5));
  moveFrames(centreFrames({ fromFrame: 0, toFrame: span }, mark.fromFrame + mark.frames / 2));
  useWave.setState({ cursorFrame: mark.fromFrame, isCursorNewest: true });
}

/** The message that carried the frame at the pointer, else at the cursor. */
async function goToMessage({ track, hoverFrame, borders }: ActionContext): Promise<void> {
  const { cursorFrame, isCursorNewest } = useWave.getState();
  const frame = isCursorNewest ? cursorFrame : (hoverFrame ?? cursorFrame);
  if (frame === undefined) {
    const what = 'Point at the wave, or click to set the cursor, to go to a message.';
    notify({ severity: 'info', code: 'no-cursor', what });
    return;
  }
  const at = Math.floor(frame);
  const known = messageOfFrame(borders, at);
  const asked =
    known >= 0
      ? undefined
      : await ask('borders', { track: track.track, fromFrame: at, frames: 1, ...heardIn(track) });
  const index = known >= 0 ? known : messageOfFrame(asked, at);
  const view = viewOf('waveform');
  if (index >= 0 && index === selectedMessage(view.getState())) {
    goToPlace();
  } else if (index >= 0) {
    useWave.setState({ isCursorNewest: true, cursorFrame: at });
    selectMessage(index, 'waveform', view);
    showSelected('inspector', view);
  } else notify({ severity: 'info', code: 'no-message', what: 'No message carried this frame.' });
}
