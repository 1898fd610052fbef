/** Pointer on the waves: point, click, drag a stretch, pan and zoom, as on the timeline. */
import { type RefObject, useEffect } from 'react';
import type { Borders, TrackInfo } from '../../../src-core/contract-data.ts';
import type { Frames } from '../../../src-core/units.ts';
import { type Point, useGestures } from '../../canvas/gestures.ts';
import { select, setFollow, useView } from '../../store/view.ts';
import type { WaveActions } from './waveform-commands.ts';
import type { WaveModel } from './waveform-draw.ts';
import { GUTTER_PX, lanesOverflow, timeOfFrame } from './waveform-model.ts';
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
  readonly track: TrackInfo;
  readonly scale: FrameScale;
  readonly borders: Borders | undefined;
  readonly model: WaveModel;
  readonly size: { readonly heightPx: number };
  readonly actions: WaveActions;
  readonly setHover: (frame: Frames | undefined) => void;
}

export function useWaveGestures(context: GestureContext): void {
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
      box.current?.querySelector('canvas')?.focus();
      setCursor(context, frameAt(at));
    },
    doubleClick: () => actions.goToMessage(),
    hover: (at) => {
      useWave.setState({
        isPointed: at !== undefined,
        ...(at === undefined ? {} : { isCursorNewest: false }),
      });
      const frame = at === undefined || at.xPx < GUTTER_PX ? undefined : frameAt(at);
      setHover(frame);
      useView.setState({ hoverNs: frame === undefined ? undefined : timeAt(context, frame) });
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

function setCursor(context: GestureContext, frame: Frames): void {
  const at = Math.floor(Math.max(0, Math.min(context.track.frames - 1, frame)));
  if (useView.getState().selection.kind === 'range') select({ kind: 'none' });
  putCursor(at, timeAt(context, at));
  setFollow(false);
}

function chooseArea(context: GestureContext, one: Frames, other: Frames, isDone: boolean): void {
  const total = context.track.frames;
  const [from, to] = [one, other].map((frame) => Math.max(0, Math.min(total, frame)));
  const [fromFrame = 0, toFrame = 0] = [from ?? 0, to ?? 0].sort((left, right) => left - right);
  useWave.setState({ area: { fromFrame, toFrame } });
  setFollow(false);
  if (!isDone || toFrame - fromFrame < 1) return;
  const fromNs = timeAt(context, fromFrame);
  select({ kind: 'range', fromNs, toNs: Math.max(fromNs + 1, timeAt(context, toFrame)) });
}

function timeAt({ track, borders, model }: GestureContext, frame: Frames): number {
  const known = timeOfFrame(track, model.borders, frame);
  return known.isDerived ? timeOfFrame(track, borders, frame).atNs : known.atNs;
}
