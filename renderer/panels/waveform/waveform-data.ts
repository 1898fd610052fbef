/** What the waveform pulls: tracks, peaks, single samples, borders, and what is under the pointer. */
import { useEffect, useMemo, useRef } from 'react';
import { decodePcm } from '../../../src-core/audio/decode.ts';
import { SinkLayout } from '../../../src-core/audio/sink-layout.ts';
import type {
  Borders,
  Peaks,
  PeaksQuery,
  Samples,
  TrackInfo,
} from '../../../src-core/contract-data.ts';
import type { OtherVersion, ReferenceState, WaveMarks } from '../../../src-core/contract-proof.ts';
import type { Frames } from '../../../src-core/units.ts';
import { updateListened } from '../../audio/listening.ts';
import { heardIn, type ShownRun, type ShownVersion } from '../../audio/shown-run.ts';
import { usePull } from '../../store/pull.ts';
import { selectedMessage, useView } from '../../store/view.ts';
import type { DecodedSamples } from './waveform-model.ts';
import { showsBorders, trackToShow } from './waveform-model.ts';
import {
  centreFrames,
  type FrameRange,
  type FrameScale,
  fitFrames,
  followFrames,
  peaksQuery,
  samplesQuery,
  showsSamples,
  spanOf,
} from './waveform-scale.ts';
import { gapsOf, useWave } from './waveform-store.ts';
import { joinPeaks, joinSamples, peaksInDb, samplesInDb } from './waveform-versions.ts';

const TRACKS_EVERY_MS = 40;
/** Seconds that a track which still grows shows at first. */
const LIVE_S = 5;
const NOTHING = { track: -1, fromFrame: 0, frames: 0 };

/** All tracks, and the one to show. While Follow is on the newest one is shown, unless the user chose. */
export function useTracks() {
  const pull = usePull('tracks', {}, { everyMs: TRACKS_EVERY_MS });
  const tracks = pull.data;
  const { chosenTrack, shownTrack } = useWave();
  const follow = useView((view) => view.follow);
  const track = trackToShow(tracks, chosenTrack ?? (follow ? undefined : shownTrack));
  useEffect(() => {
    if (tracks !== undefined) updateListened(tracks);
  }, [tracks]);
  const shownId = track?.track;
  useEffect(() => {
    if (shownId !== undefined) useWave.setState({ shownTrack: shownId });
  }, [shownId]);
  return { tracks, track, pull };
}

/** The range in view: what the user left it at, its end moving along while Follow is on. When Follow goes off it stays
 *  where it had come to. */
export function useFrameRange(track: TrackInfo | undefined): FrameRange {
  const kept = useWave((wave) => wave.range);
  const isFollowing = useView((view) => view.follow && view.frozen === undefined);
  const followed = useRef<{ range: FrameRange; kept: FrameRange | undefined }>(undefined);
  const isMoving = isFollowing && track?.open === true;
  const left = !isMoving && followed.current?.kept === kept ? followed.current?.range : undefined;
  useEffect(() => {
    if (left !== undefined) useWave.setState({ range: left });
  }, [left]);
  if (track === undefined) return fitFrames(0);
  const range = left ?? kept ?? firstRange(track);
  if (!isMoving) return range;
  const moved = followFrames(range, track.frames);
  followed.current = { range: moved, kept };
  return moved;
}

function firstRange({ open, rateHz, frames }: TrackInfo): FrameRange {
  return open && rateHz > 0 ? { fromFrame: 0, toFrame: LIVE_S * rateHz } : fitFrames(frames);
}

/** Everything that is drawn of a track: of the shown version, and of the reference where there is one. */
export function useWaveData(track: ShownRun | undefined, scale: FrameScale, views: WaveViews) {
  const total = track?.frames ?? 0;
  const id = track?.track ?? -1;
  const live = track?.open ?? false;
  const wanted = track && peaksQuery(scale, id, total);
  const heard = track === undefined ? {} : heardIn(track);
  const peaks = usePull(
    'peaks',
    { ...(wanted ?? { ...NOTHING, columns: 1 }), ...heard },
    { enabled: wanted !== undefined, live },
  ).data;
  const near = track && showsSamples(scale) ? samplesQuery(scale, id, total) : undefined;
  const samples = usePull(
    'samples',
    { ...(near ?? NOTHING), ...heard },
    { enabled: near !== undefined, live },
  ).data;
  const around = track && showsBorders(track, scale) ? samplesQuery(scale, id, total) : undefined;
  const borders = usePull(
    'borders',
    { ...(around ?? NOTHING), ...heard },
    { enabled: around !== undefined, live },
  ).data;
  const decoded = useMemo(() => decode(samples), [samples]);
  const channels = track?.params.channels ?? 0;
  const shown = useVersion(
    views.version === 'posted' || views.version === 'late' ? views.version : undefined,
    wanted,
    near,
    live,
  );
  const { reference: compared } = views;
  const hasReference = compared !== undefined;
  const reference = useVersion(
    hasReference ? 'reference' : undefined,
    wanted,
    near,
    live,
    compared,
  );
  const against = useVersion(hasReference ? 'against' : undefined, wanted, near, live, compared);
  const isOwn = views.version === 'consumed' || views.version === 'sink';
  const others = hasReference ? [reference, against] : [];
  const allPeaks = joinPeaks(
    isOwn ? peaks : withXruns(shown.peaks, peaks),
    others.map((one) => one.peaks),
    channels,
  );
  const allSamples = joinSamples(
    isOwn ? decoded : shown.samples,
    others.map((one) => one.samples),
    channels,
  );
  const { isDb } = views;
  const shownPeaks = useMemo(() => (isDb ? peaksInDb(allPeaks) : allPeaks), [isDb, allPeaks]);
  const shownSamples = useMemo(
    () => (isDb ? samplesInDb(allSamples) : allSamples),
    [isDb, allSamples],
  );
  return {
    // an answer about another track may still stand there
    peaks: wanted === undefined ? undefined : shownPeaks,
    samples: near === undefined ? undefined : shownSamples,
    borders: around === undefined ? undefined : borders,
  };
}

export interface WaveViews {
  readonly version: ShownVersion;
  /** Number of the reference that the run was compared with. */
  readonly reference: number | undefined;
  readonly isDb: boolean;
}

/** Peaks and samples of one other version; nothing while there is no `version`. */
function useVersion(
  version: OtherVersion | undefined,
  wanted: PeaksQuery | undefined,
  near: { track: number; fromFrame: Frames; frames: Frames } | undefined,
  live: boolean,
  reference = 0,
) {
  const known = { version: version ?? 'posted', reference };
  const peaks = usePull(
    'otherPeaks',
    { ...(wanted ?? { ...NOTHING, columns: 1 }), ...known },
    { enabled: version !== undefined && wanted !== undefined, live },
  ).data;
  const samples = usePull(
    'otherSamples',
    { ...(near ?? NOTHING), ...known },
    { enabled: version !== undefined && near !== undefined, live },
  ).data;
  const decoded = useMemo(() => decode(samples), [samples]);
  return version === undefined
    ? { peaks: undefined, samples: undefined }
    : { peaks, samples: decoded };
}

/** Where PCM was missing is told with what was consumed. */
function withXruns(peaks: Peaks | null | undefined, own: Peaks | null | undefined) {
  if (peaks === null || peaks === undefined || own?.xruns === undefined) return peaks;
  return { ...peaks, xruns: own.xruns };
}

const WHOLE_RUN = Number.MAX_SAFE_INTEGER;
const MARKS_EVERY_MS = 250;

/** What is marked in the run, and the reference that it was compared with. */
export function useWaveMarks(
  track: TrackInfo,
  version: ShownVersion,
): {
  readonly marks: WaveMarks;
  readonly reference: ReferenceState | undefined;
} {
  const marks = usePull(
    'waveMarks',
    {
      ...{ track: track.track, fromFrame: 0, frames: WHOLE_RUN },
      ...(version === 'sink' && track.heardFrames !== undefined ? { heard: true } : {}),
    },
    { everyMs: MARKS_EVERY_MS, untilWhole: true },
  ).data;
  const reference = usePull('reference', {}, { everyMs: MARKS_EVERY_MS }).data;
  return {
    marks: marks ?? NO_MARKS,
    reference: reference?.track === track.track ? reference : undefined,
  };
}

const NO_MARKS: WaveMarks = { marks: [], partial: false, growing: false };

function decode(samples: Samples | null | undefined): DecodedSamples | undefined {
  if (samples === null || samples === undefined) return undefined;
  return { fromFrame: samples.fromFrame, channels: decodePcm(samples.pcm, samples.params) };
}

/** Sample and message of one frame, however far the view is zoomed out. */
export function useFrameDetail(
  track: ShownRun | undefined,
  frame: Frames | undefined,
): { samples: Samples | null | undefined; borders: Borders | undefined } {
  const isWanted = track !== undefined && frame !== undefined && frame >= 0 && frame < track.frames;
  const params = isWanted
    ? { track: track.track, fromFrame: Math.floor(frame), frames: 1, ...heardIn(track) }
    : NOTHING;
  const version = track?.version === 'posted' || track?.version === 'late' ? track.version : '';
  const options = { enabled: isWanted, live: false };
  const own = usePull('samples', params, { ...options, enabled: isWanted && version === '' }).data;
  const other = usePull(
    'otherSamples',
    { ...params, version: version === '' ? 'posted' : version },
    { ...options, enabled: isWanted && version !== '' },
  ).data;
  const borders = usePull('borders', params, options).data;
  return { samples: version === '' ? own : other, borders };
}

export interface SelectedStretch {
  readonly index: number;
  /** -1 when it carried no PCM. */
  readonly track: number;
  readonly stretch: FrameRange | undefined;
}

/** The stretch of PCM that the selected message carried; brings it into view when another panel chose it. */
export function useSelectedStretch(
  tracks: readonly TrackInfo[] | undefined,
  range: FrameRange,
  version: ShownVersion,
): SelectedStretch {
  const index = useView(selectedMessage);
  const selection = useView((view) => view.selection);
  const row = usePull(
    'messages',
    { first: index ?? 0, count: 1 },
    { enabled: index !== undefined, live: false },
  ).data;
  const isOurs = index !== undefined && row?.count === 1 && row.index[0] === index;
  const trackId = isOurs ? (row.track[0] ?? -1) : -1;
  const layout = useLayout(tracks, trackId, version);
  const ownFrom = row?.fromFrame[0] ?? 0;
  const ownTo = ownFrom + (row?.frames[0] ?? 0);
  const isKnown = trackId >= 0 && ownTo > ownFrom && layout !== 'asked';
  const fromFrame = layout === undefined || layout === 'asked' ? ownFrom : layout.heardOf(ownFrom);
  const toFrame =
    layout === undefined || layout === 'asked' ? ownTo : layout.heardOf(ownTo - 1) + 1;
  useEffect(() => {
    const { seenSelection, cursorFrame } = useWave.getState();
    if (!isKnown || selection === seenSelection || selection.kind !== 'message') return;
    useWave.setState({ seenSelection: selection });
    if (selection.by === 'waveform' || !tracks?.some(({ track }) => track === trackId)) return;
    // a cursor in it stays: it stands on the mark that led to the message
    const isIn = cursorFrame !== undefined && cursorFrame >= fromFrame && cursorFrame < toFrame;
    useWave.setState({
      chosenTrack: trackId,
      range: rangeAround({ fromFrame, toFrame }, range),
      cursorFrame: isIn ? cursorFrame : fromFrame,
    });
  }, [isKnown, selection, trackId, fromFrame, toFrame, tracks, range]);
  const stretch = isKnown ? { fromFrame, toFrame } : undefined;
  return { index: index ?? -1, track: trackId, stretch };
}

/** How a run lies at the sink while that is shown; undefined for what is shown in its own frames. */
function useLayout(
  tracks: readonly TrackInfo[] | undefined,
  id: number,
  version: ShownVersion,
): SinkLayout | 'asked' | undefined {
  const track = tracks?.find((one) => one.track === id);
  const isHeard = version === 'sink' && track?.heardFrames !== undefined;
  const live = track?.open === true;
  const { data, isLoading } = usePull('sinkLaid', { track: id }, { enabled: isHeard, live });
  const frames = track?.frames ?? 0;
  return useMemo(() => {
    if (!isHeard) return undefined;
    if (data === null || data === undefined || isLoading) return 'asked';
    return new SinkLayout(gapsOf(data), frames);
  }, [isHeard, isLoading, data, frames]);
}

/** Stays where it is when the stretch is in view already; else the stretch comes to the middle, wholly. */
export function rangeAround(stretch: FrameRange, range: FrameRange): FrameRange {
  const isInView = stretch.fromFrame >= range.fromFrame && stretch.toFrame <= range.toFrame;
  if (isInView) return range;
  const wanted = Math.max(spanOf(range), spanOf(stretch) * 1.5);
  const middle = (stretch.fromFrame + stretch.toFrame) / 2;
  return centreFrames({ fromFrame: 0, toFrame: wanted }, middle);
}
