/** Pointer on the waves: point, click, drag a stretch, pan and zoom, as on the timeline. */
import { type RefObject, useEffect } from 'react';
import type { UserMark } from '../../../src-core/capture/entry.ts';
import type { Borders } from '../../../src-core/contract-data.ts';
import type { Frames, Ns } from '../../../src-core/units.ts';
import { endScrub, scrubTo } from '../../audio/scrubber.ts';
import { heardIn, type ShownRun } from '../../audio/shown-run.ts';
import { type Point, useGestures } from '../../canvas/gestures.ts';
import { flagAt } from '../../marks/draw-flags.ts';
import { goToMark } from '../../marks/use-marks.ts';
import { ask, useSession } from '../../store/session.ts';
import { hoverMessage, select, setFollow, usePanelView, type View } from '../../store/view.ts';
import type { WaveActions } from './waveform-commands.ts';
import { runScale, type WaveModel } from './waveform-draw.ts';
import {
  GUTTER_PX,
  lanesOverflow,
  messageOfFrame,
  noWaveReason,
  RULER_PX,
  timeOfFrame,
} from './waveform-model.ts';
import {
  type FrameScale,
  framesPerPx,
  keepOverTrack,
  panFrames,
  pxToFrame,
  zoomFrames,
} from './waveform-scale.ts';
import { moveFrames, putCursor, useWave } from './waveform-store.ts';

export interface GestureContext {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly view: View;
  readonly track: ShownRun;
  readonly scale: FrameScale;
  readonly borders: Borders | undefined;
  readonly model: WaveModel;
  readonly size: { readonly heightPx: number };
  readonly actions: WaveActions;
  readonly setHover: (frame: Frames | undefined) => void;
}

export function useWaveGestures(given: Omit<GestureContext, 'view'>): void {
  const view = usePanelView();
  const context = { ...given, view };
  const { box, track, scale, setHover, actions } = context;
  const { fromFrame, toFrame } = scale;
  const range = { fromFrame, toFrame };
  const frameAt = ({ xPx }: Point) => pxToFrame(scale, Math.max(GUTTER_PX, xPx));
  useGestures(box, {
    zoom: (atPx, factor) =>
      moveFrames(
        keepOverTrack(
          zoomFrames(range, pxToFrame(scale, Math.max(GUTTER_PX, atPx)), factor, track.frames),
          track.frames,
        ),
      ),
    pan: (byXPx, byYPx) => pan(context, byXPx, byYPx),
    select: (from, to, isDone) => chooseArea(context, frameAt(from), frameAt(to), isDone),
    click: (at) => {
      const flag = at.yPx < RULER_PX ? flagUnder(context, at.xPx) : undefined;
      if (flag !== undefined) {
        goToMark(flag, view);
        return;
      }
      box.current?.querySelector('canvas')?.focus();
      setCursor(context, frameAt(at));
    },
    scrub: (at, isDone) => scrub(context, frameAt(at), isDone),
    doubleClick: () => actions.goToMessage(),
    hover: (at) => {
      useWave.setState({
        isPointed: at !== undefined,
        ...(at === undefined ? {} : { isCursorNewest: false }),
      });
      const frame = at === undefined || at.xPx < GUTTER_PX ? undefined : frameAt(at);
      setHover(frame);
      view.setState({ hoverNs: frame === undefined ? undefined : timeAt(context, frame) });
      const index = frame === undefined ? -1 : messageOfFrame(context.model.borders, frame);
      hoverMessage(index < 0 ? undefined : index, track.streamId);
    },
  });
  useEffect(() => () => useWave.setState({ isPointed: false }), []);
}

/** Lanes that do not fit scroll up and down; else the wheel moves along the time. */
function pan({ track, scale, model, size }: GestureContext, byXPx: number, byYPx: number): void {
  const overflowPx = lanesOverflow(model.lanes, size.heightPx);
  if (overflowPx > 0 && byYPx !== 0) {
    const scrollPx = Math.max(0, Math.min(overflowPx, model.scrollPx + byYPx));
    useWave.setState({ scrollPx });
  }
  const alongPx = byXPx !== 0 || overflowPx > 0 ? byXPx : byYPx;
  if (alongPx === 0) return;
  const { fromFrame, toFrame } = scale;
  const moved = panFrames({ fromFrame, toFrame }, alongPx * framesPerPx(scale));
  moveFrames(keepOverTrack(moved, track.frames));
}

function flagUnder({ model }: GestureContext, xPx: number): UserMark | undefined {
  const flags = model.flags.map(({ placed }) => placed);
  const hit = flagAt(flags, runScale(model), xPx);
  return model.flags.find(({ placed }) => placed === hit)?.mark;
}

/** What is under the pointer is heard, and the cursor goes along. */
function scrub(context: GestureContext, frame: Frames, isDone: boolean): void {
  const { track } = context;
  const { client } = useSession.getState();
  if (client === undefined || noWaveReason(track.params.format) !== undefined) return;
  setCursor(context, frame);
  if (isDone) endScrub();
  else scrubTo(client, track, Math.max(0, Math.min(track.frames - 1, frame)));
}

function setCursor(context: GestureContext, frame: Frames): void {
  const at = Math.floor(Math.max(0, Math.min(context.track.frames - 1, frame)));
  const { view } = context;
  if (view.getState().selection.kind === 'range') select({ kind: 'none' }, view);
  putCursor(at, timeAt(context, at));
  setFollow(false, view);
  void exactTimes(context.track, [at]).then(([atNs]) => {
    if (atNs !== undefined && useWave.getState().cursorFrame === at) putCursor(at, atNs);
  });
}

/** Zoomed out, the times of frames are estimates until the host was asked. */
async function exactTimes(track: ShownRun, frames: readonly Frames[]): Promise<Ns[]> {
  const last = Math.max(0, track.frames - 1);
  const asked = frames.map((frame) => Math.min(last, Math.max(0, Math.floor(frame))));
  const answers = await Promise.all(
    asked.map((fromFrame) =>
      ask('borders', { track: track.track, fromFrame, frames: 1, ...heardIn(track) }),
    ),
  );
  return asked.map((frame, place) => timeOfFrame(track, answers[place], frame).atNs);
}

function chooseArea(context: GestureContext, one: Frames, other: Frames, isDone: boolean): void {
  const total = context.track.frames;
  const [from, to] = [one, other].map((frame) => Math.max(0, Math.min(total, frame)));
  const [fromFrame = 0, toFrame = 0] = [from ?? 0, to ?? 0].sort((left, right) => left - right);
  useWave.setState({ area: { fromFrame, toFrame } });
  setFollow(false, context.view);
  if (!isDone || toFrame - fromFrame < 1) return;
  void exactTimes(context.track, [fromFrame, toFrame]).then(([fromNs = 0, toNs = 0]) => {
    const { area } = useWave.getState();
    if (area?.fromFrame !== fromFrame || area.toFrame !== toFrame) return;
    select({ kind: 'range', fromNs, toNs: Math.max(fromNs + 1, toNs) }, context.view);
  });
}

function timeAt({ track, borders, model }: GestureContext, frame: Frames): number {
  const known = timeOfFrame(track, model.borders, frame);
  return known.isDerived ? timeOfFrame(track, borders, frame).atNs : known.atNs;
}
