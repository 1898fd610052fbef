/** What the user chose in the waveform: track, range, vertical zoom, cursor. Kept while other tabs are open, forgotten with
 *  the session. */
import { create } from 'zustand';
import { type SinkGap, SinkLayout } from '../../../src-core/audio/sink-layout.ts';
import type { SinkLaid } from '../../../src-core/contract-proof.ts';
import type { Frames, Ns, TrackId } from '../../../src-core/units.ts';
import { stopListening } from '../../audio/listening.ts';
import type { ShownVersion } from '../../audio/shown-run.ts';
import { subscribeTo, viewOf } from '../../store/own-views.ts';
import { ask, useSession } from '../../store/session.ts';
import { type Selection, setFollow } from '../../store/view.ts';
import type { FrameRange } from './waveform-scale.ts';

export interface WaveState {
  /** Chosen by the user; undefined: the newest. */
  readonly chosenTrack: TrackId | undefined;
  /** What was shown last: it stays when Follow goes off, whatever begins meanwhile. */
  readonly shownTrack: TrackId | undefined;
  /** Undefined: what suits the track. */
  readonly range: FrameRange | undefined;
  readonly gain: number;
  /** Amplitudes in decibels. */
  readonly isDb: boolean;
  /** In place of the picture. */
  readonly isTable: boolean;
  readonly version: ShownVersion;
  readonly scrollPx: number;
  readonly cursorFrame: Frames | undefined;
  /** A key moved the cursor after the pointer moved: keys mean the cursor. */
  readonly isCursorNewest: boolean;
  readonly area: FrameRange | undefined;
  /** The pointer is over it: its keys mean this panel. */
  readonly isPointed: boolean;
  /** The selection that was brought into view already. */
  readonly seenSelection: Selection | undefined;
}

const FRESH: WaveState = {
  chosenTrack: undefined,
  shownTrack: undefined,
  range: undefined,
  gain: 1,
  isDb: false,
  isTable: false,
  version: 'consumed',
  scrollPx: 0,
  cursorFrame: undefined,
  isCursorNewest: false,
  area: undefined,
  isPointed: false,
  seenSelection: undefined,
};

export const useWave = create<WaveState>(() => FRESH);

useSession.subscribe(({ sessionId }, before) => {
  if (sessionId === before.sessionId) return;
  useWave.setState(FRESH);
  stopListening();
});

/** Cursor and area are shared with the other panels as times, unless the waveform is unlinked: what is given up or set anew there ends here too. */
subscribeTo('waveform', (now, before) => {
  const isElsewhere = now.selection.kind !== 'message' && !isOwnCursor(now.cursorNs);
  if (now.cursorNs !== before.cursorNs && isElsewhere) {
    useWave.setState({ cursorFrame: undefined });
  }
  if (before.selection.kind === 'range' && now.selection.kind !== 'range') {
    useWave.setState({ area: undefined });
  }
});

let ownCursorNs: Ns | undefined;

function isOwnCursor(cursorNs: Ns | undefined): boolean {
  return cursorNs !== undefined && cursorNs === ownCursorNs;
}

/** Puts the cursor on a frame, and on its time in the view that the waveform looks at. */
export function putCursor(frame: Frames, atNs: Ns): void {
  ownCursorNs = atNs;
  viewOf('waveform').setState({ cursorNs: atNs });
  useWave.setState({ cursorFrame: frame, area: undefined });
}

/** By the user's hand: Follow goes off. */
export function moveFrames(range: FrameRange): void {
  useWave.setState({ range });
  setFollow(false, viewOf('waveform'));
}

/** Another track: cursor, area and range belong to the old one. */
export function chooseTrack(track: TrackId): void {
  useWave.setState({
    chosenTrack: track,
    shownTrack: track,
    range: undefined,
    cursorFrame: undefined,
    area: undefined,
  });
}

/** Another version of the run. The sink has frames of its own: what is in view, cursor and chosen stretch stay on their sound. */
export async function chooseVersion(track: TrackId, version: ShownVersion): Promise<void> {
  const before = useWave.getState().version;
  stopListening();
  if ((before === 'sink') === (version === 'sink')) {
    useWave.setState({ version });
    return;
  }
  const laid = await ask('sinkLaid', { track });
  if (laid === undefined || laid === null || laid.cannot !== undefined) return;
  const layout = new SinkLayout(gapsOf(laid), Number.POSITIVE_INFINITY);
  const to = (frame: Frames) => (version === 'sink' ? layout.heardOf(frame) : layout.ownOf(frame));
  const moved = (range: FrameRange | undefined) =>
    range && { fromFrame: to(range.fromFrame), toFrame: to(range.toFrame) };
  const { range, area, cursorFrame } = useWave.getState();
  const at = cursorFrame === undefined ? undefined : to(cursorFrame);
  useWave.setState({ version, range: moved(range), area: moved(area), cursorFrame: at });
}

/** As a layout takes them. */
export function gapsOf({ atFrame, silentFrames }: SinkLaid): readonly SinkGap[] {
  return Array.from(atFrame, (at, nth) => ({
    atFrame: at,
    silentFrames: silentFrames[nth] ?? 0,
  }));
}
