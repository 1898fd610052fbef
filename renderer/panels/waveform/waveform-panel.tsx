/** The waveform of a track: every channel, from hours to single samples, with the messages that carried it. */
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { TrackInfo } from '../../../src-core/contract-data.ts';
import type { Frames } from '../../../src-core/units.ts';
import { heardFrame, useListening } from '../../audio/listening.ts';
import { asShown, type ShownRun } from '../../audio/shown-run.ts';
import { type CanvasHandle, useCanvas } from '../../canvas/use-canvas.ts';
import { useSession } from '../../store/session.ts';
import { useView } from '../../store/view.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PanelSkeleton } from '../panel-skeleton.tsx';
import styles from './waveform.module.css';
import { useWaveActions } from './waveform-actions.ts';
import { lendWaveActions, playFromChosenTab, type WaveActions } from './waveform-commands.ts';
import {
  useFrameDetail,
  useFrameRange,
  useSelectedStretch,
  useTracks,
  useWaveData,
  useWaveMarks,
} from './waveform-data.ts';
import { drawWave, type WaveModel } from './waveform-draw.ts';
import { marksAt, withGaps } from './waveform-draw-content.ts';
import { NoTracks } from './waveform-empty.tsx';
import { useFlags } from './waveform-flags.ts';
import { useWaveGestures } from './waveform-gestures.ts';
import { HeightNote } from './waveform-height.tsx';
import { ListenBar } from './waveform-listen.tsx';
import { LevelMeter } from './waveform-meter.tsx';
import { frameAtTime, GUTTER_PX, lanesOverflow, noWaveReason } from './waveform-model.ts';
import { WaveReadOut } from './waveform-readout.tsx';
import { ReferenceBar } from './waveform-reference.tsx';
import { type FrameScale, framesPerPx, panFrames, spanOf } from './waveform-scale.ts';
import { SinkLossBar } from './waveform-sink-loss.tsx';
import { SpectrumLane } from './waveform-spectrum.tsx';
import { useSpectrumChoices } from './waveform-spectrum-store.ts';
import { useWave } from './waveform-store.ts';
import { WaveTable } from './waveform-table.tsx';
import { WaveToolbar } from './waveform-toolbar.tsx';
import { versionLanes } from './waveform-versions.ts';

export function WaveformPanel() {
  const { tracks, track, pull } = useTracks();
  const hasSession = useSession(({ status }) => status !== null && status !== undefined);
  if (tracks === undefined || track === undefined) {
    return (
      <div className={styles.panel} data-panel="waveform">
        {tracks === undefined && hasSession ? (
          <PanelSkeleton what="The sound" pull={pull} />
        ) : (
          <NoTracks />
        )}
      </div>
    );
  }
  return <TrackView key={track.track} tracks={tracks} track={track} />;
}

function TrackView({ tracks, track: own }: { tracks: readonly TrackInfo[]; track: TrackInfo }) {
  const box = useRef<HTMLDivElement>(null);
  const [hoverFrame, setHover] = useHover();
  const [size, setSize] = useState({ widthPx: 800, heightPx: 300 });
  const { cursorFrame, area, version } = useWave();
  const { marks, reference } = useWaveMarks(own, version);
  const track = asShown(own, version, marks.lateWrites);
  const range = useFrameRange(track);
  const scale: FrameScale = { ...range, leftPx: GUTTER_PX, widthPx: size.widthPx - GUTTER_PX };
  // a reference is laid against what was consumed
  const laid = track.version === 'sink' ? undefined : reference?.id;
  const proof = { marks: marks.marks, reference: laid };
  const model = useWaveModel(tracks, track, scale, size.heightPx, hoverFrame, proof);
  const canvas = useCanvas(
    (ctx, box, theme) => drawWave(ctx, { ...model, playFrame: playedFrame(track) }, box, theme),
    [model],
  );
  useEffect(() => {
    if (canvas.size.widthPx > GUTTER_PX) setSize(canvas.size);
  }, [canvas.size]);
  usePlayhead(canvas, track, scale);
  const detail = useFrameDetail(track, hoverFrame ?? cursorFrame);
  const actions = useWaveActions({
    track,
    scale,
    borders: detail.borders,
    hoverFrame,
    marks: marks.marks,
    peaks: model.peaks,
    samples: detail.samples,
  });
  useLentActions(actions);
  const borders = detail.borders ?? model.borders;
  const gestures = { track, scale, borders, model, actions, setHover };
  useWaveGestures({ ...gestures, box, size });
  const hasSpectrum = useSpectrumChoices((choices) => choices.isOn);
  const reason = noWaveReason(track.params.format);
  return (
    <div className={styles.panel} data-panel="waveform">
      <WaveToolbar
        tracks={tracks}
        track={track}
        marks={marks}
        actions={actions}
        cannotPlay={reason}
      />
      <ListenBar track={track} />
      <SinkLossBar track={track} onListen={actions.play} />
      {reference === undefined ? null : <ReferenceBar track={track} reference={reference} />}
      <div className={styles.body}>
        <div className={styles.lanes}>
          <Waves {...{ box, canvas, track, reason, model, actions }} />
          {hasSpectrum && reason === undefined && track.rateHz > 0 ? (
            <SpectrumLane
              {...{ track, scale, gestures, cursorFrame: model.cursorFrame }}
              hoverFrame={model.hoverFrame}
            />
          ) : null}
        </div>
        <LevelMeter track={track} frame={hoverFrame ?? cursorFrame} />
      </div>
      <WaveReadOut
        track={track}
        frame={hoverFrame ?? cursorFrame}
        samples={detail.samples}
        borders={borders}
        area={area}
        onExport={actions.exportArea}
        marks={marksAt(
          withGaps(marks.marks, model.peaks),
          hoverFrame ?? cursorFrame ?? -1,
          framesPerPx(scale) * 3,
        )}
      />
    </div>
  );
}

/** For the keys. */
function useLentActions(actions: WaveActions): void {
  const now = useRef(actions);
  now.current = actions;
  useEffect(() => lendWaveActions(() => now.current), []);
  useEffect(playFromChosenTab, []);
}

/** Over the table the pointer means no frame. */
function useHover() {
  const [hoverFrame, setHover] = useState<Frames>();
  const isTable = useWave((wave) => wave.isTable);
  return [isTable ? undefined : hoverFrame, setHover] as const;
}

/** Everything that is drawn, but for the playhead. */
function useWaveModel(
  tracks: readonly TrackInfo[],
  track: ShownRun,
  scale: FrameScale,
  heightPx: number,
  hoverFrame: Frames | undefined,
  proof: { readonly marks: WaveModel['marks']; readonly reference: number | undefined },
): WaveModel {
  const { channels } = track.params;
  const { gain, scrollPx, cursorFrame, area, isTable, ...wave } = useWave();
  const { version } = track;
  const isDb = wave.isDb && !isTable; // a table tells decibels anyway
  const { marks, reference } = proof;
  const views = { version, reference, isDb };
  const hasReference = reference !== undefined;
  const { peaks, samples, borders } = useWaveData(track, scale, views);
  const selected = useSelectedStretch(tracks, scale, version);
  const hoverNs = useView((view) => view.hoverNs);
  const cursorNs = useView((view) => view.cursorNs);
  const hoveredMessage = useView((view) => view.hoverIndex);
  const lanes = useMemo(
    () => versionLanes(channels, hasReference ? ['reference', 'against'] : [], heightPx),
    [channels, heightPx, hasReference],
  );
  return {
    track,
    scale,
    lanes,
    scrollPx: Math.min(scrollPx, lanesOverflow(lanes, heightPx)),
    gain: isDb ? 1 : gain,
    isDb,
    marks,
    flags: useFlags(track),
    peaks,
    samples,
    borders,
    selectedMessage: selected.index,
    hoveredMessage,
    stretch: selected.track === track.track ? selected.stretch : undefined,
    area,
    cursorFrame: cursorFrame ?? timeToFrame(track, borders, cursorNs),
    hoverFrame: hoverFrame ?? timeToFrame(track, borders, hoverNs),
    playFrame: undefined,
  };
}

function timeToFrame(
  track: TrackInfo,
  borders: WaveModel['borders'],
  atNs: number | undefined,
): Frames | undefined {
  return atNs === undefined ? undefined : frameAtTime(track, borders, atNs);
}

interface WavesProps {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly canvas: CanvasHandle;
  readonly track: TrackInfo;
  readonly reason: string | undefined;
  readonly model: WaveModel;
  readonly actions: WaveActions;
}

/** Behind its table the picture stays: its size is that of the view. */
function Waves({ box, canvas, track, reason, model, actions }: WavesProps) {
  const isTable = useWave((wave) => wave.isTable) && reason === undefined;
  const notYet = track.frames === 0;
  return (
    <>
      <div ref={box} className={styles.waves} data-hidden={isTable}>
        <canvas
          ref={canvas.ref}
          tabIndex={isTable ? undefined : 0}
          aria-label={`Waveform of ${track.params.channels} channels, ${track.frames} frames. Ctrl+Shift+T shows it as a table, Y says what is at the cursor.`}
        />
        {reason !== undefined ? (
          <div className={styles.over}>
            <EmptyState title="No wave for this format" detail={reason} />
          </div>
        ) : notYet ? (
          <div className={styles.over}>
            <EmptyState
              title="Stream prepared, no PCM yet"
              detail={
                track.open
                  ? 'PCM moves from START on, once the guest has posted a message.'
                  : 'The stream was released before any PCM moved.'
              }
            />
          </div>
        ) : (
          <HeightNote model={model} actions={actions} />
        )}
      </div>
      {isTable ? <WaveTable model={model} actions={actions} /> : null}
    </>
  );
}

function playedFrame(track: TrackInfo): Frames | undefined {
  return useListening.getState().track === track.track ? heardFrame() : undefined;
}

/** While something is heard the line moves with every animation frame, and the view turns the page when it runs out. */
function usePlayhead(canvas: CanvasHandle, track: TrackInfo, scale: FrameScale): void {
  const isHeard = useListening(({ state, track: id }) => state !== 'idle' && id === track.track);
  const isFollowing = useView((view) => view.follow);
  const now = useRef({ scale, isFollowing });
  now.current = { scale, isFollowing };
  const { redraw } = canvas;
  useEffect(() => {
    if (!isHeard) {
      redraw();
      return;
    }
    let frame = requestAnimationFrame(function step() {
      redraw();
      turnPage(now.current.scale, now.current.isFollowing);
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [isHeard, redraw]);
}

function turnPage(scale: FrameScale, isFollowing: boolean): void {
  const heard = heardFrame();
  if (heard === undefined || isFollowing) return;
  const past = heard - scale.toFrame;
  // only when it runs over the edge: where the user looked away on purpose it stays
  if (past < 0 || past > spanOf(scale) / 8) return;
  const { fromFrame, toFrame } = scale;
  useWave.setState({ range: panFrames({ fromFrame, toFrame }, spanOf(scale) * 0.95) });
}
