/** What is being listened to: one track at a time, with volume and mute. Goes on while other panels are open. */
import { create } from 'zustand';
import type { TrackInfo } from '../../src-core/contract-data.ts';
import type { Client } from '../../src-core/rpc.ts';
import type { Frames, TrackId } from '../../src-core/units.ts';
import { openOutput } from './output.ts';
import { type AudioOutput, type Loop, TrackPlayer } from './player.ts';
import { type ShownRun, samplesOf } from './shown-run.ts';
import { type ChannelMix, OWN_MIX } from './stereo.ts';

export interface ListeningState {
  readonly state: 'idle' | 'playing' | 'waiting';
  readonly track: TrackId | undefined;
  /** 0 to 1; only what is heard, never what was captured. */
  readonly volume: number;
  readonly isMuted: boolean;
  /** Of listening with Space; the shuttle has its own until it is stopped. */
  readonly speed: number;
  /** The chosen stretch again and again. */
  readonly isLooping: boolean;
  /** By channel; what is not there is heard as it is. */
  readonly mixes: readonly ChannelMix[];
  /** Why nothing is heard, for people. */
  readonly trouble: string | undefined;
}

export const useListening = create<ListeningState>(() => ({
  state: 'idle',
  track: undefined,
  volume: 0.7,
  isMuted: false,
  speed: 1,
  isLooping: false,
  mixes: [],
  trouble: undefined,
}));

export const SPEEDS: readonly number[] = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];
const FASTEST_SHUTTLE = 4;

export interface ListenTo {
  readonly client: Client;
  readonly track: ShownRun;
  readonly fromFrame: Frames;
  /** Stops there; plays to the end (and on, while the track is open) when absent. */
  readonly untilFrame?: Frames;
  /** Heard again and again while the loop is on. */
  readonly loop?: Loop;
  /** Instead of the chosen one; negative backwards. */
  readonly speed?: number;
}

const PUMP_EVERY_MS = 80;

let playing: { player: TrackPlayer; output: AudioOutput; stop: () => void } | undefined;
let shuttleSpeed = 0;
let newest: TrackInfo | undefined;

/** Starts; what was heard before ends. Call it from a key press or click: browsers ask for one. */
export function listen(wanted: ListenTo): void {
  const { client, track, fromFrame, untilFrame } = wanted;
  stopListening();
  newest = undefined;
  const output = openOutput(track.rateHz);
  if (output === undefined) {
    useListening.setState({ trouble: 'This browser gives no sound output.' });
    return;
  }
  const player = new TrackPlayer(
    {
      output,
      fetch: (from, frames) => samplesOf(client, track, from, frames),
      playable: () => asHeard(newest ?? track, track),
      mix: () => useListening.getState().mixes,
      onState: (state) => {
        if (state === 'ended') stopListening();
        else useListening.setState({ state });
      },
      onError: (thrown) => {
        stopListening();
        useListening.setState({
          trouble: thrown instanceof Error ? thrown.message : String(thrown),
        });
      },
    },
    fromFrame,
    untilFrame,
  );
  shuttleSpeed = wanted.speed ?? 0;
  player.setSpeed(wanted.speed ?? useListening.getState().speed);
  if (useListening.getState().isLooping) player.setLoop(wanted.loop);
  const timer = setInterval(() => player.pump(), PUMP_EVERY_MS);
  playing = { player, output, stop: () => clearInterval(timer) };
  useListening.setState({ state: 'playing', track: track.track, trouble: undefined });
  applyVolume();
  player.pump();
}

/** At the sink a run is longer. */
function asHeard(track: TrackInfo, { version }: ShownRun): TrackInfo {
  const { heardFrames } = track;
  return version === 'sink' && heardFrames !== undefined
    ? { ...track, frames: heardFrames }
    : track;
}

export function stopListening(): void {
  if (playing === undefined) return;
  const { player, output, stop } = playing;
  playing = undefined;
  shuttleSpeed = 0;
  stop();
  player.stop();
  output.close().catch(() => undefined); // closed already: nothing is heard either way
  useListening.setState({ state: 'idle' });
}

/** Of what is heard now, and of what will be. */
export function setSpeed(speed: number): void {
  useListening.setState({ speed });
  shuttleSpeed = 0;
  playing?.player.setSpeed(speed);
}

/** `stretch`: what is heard again and again when it is on. */
export function setLooping(isLooping: boolean, stretch: Loop | undefined): void {
  useListening.setState({ isLooping });
  playing?.player.setLoop(isLooping ? stretch : undefined);
}

export function setMix(channel: number, change: Partial<ChannelMix>): void {
  const { mixes } = useListening.getState();
  const length = Math.max(mixes.length, channel + 1);
  useListening.setState({
    mixes: Array.from({ length }, (_, at) => {
      const before = mixes[at] ?? OWN_MIX;
      return at === channel ? { ...before, ...change } : before;
    }),
  });
  playing?.player.restart();
}

/** The speed that the next press of a shuttle key means: once as recorded, again twice as fast, up to four times. */
export function shuttle(way: 1 | -1): number {
  const isSameWay = Math.sign(shuttleSpeed) === way;
  const next = isSameWay ? Math.min(FASTEST_SHUTTLE, Math.abs(shuttleSpeed) * 2) * way : way;
  shuttleSpeed = next;
  playing?.player.setSpeed(next);
  return next;
}

/** What the host says of the track now: how far it goes, and whether it may grow. */
export function updateListened(tracks: readonly TrackInfo[]): void {
  const id = useListening.getState().track;
  newest = tracks.find(({ track }) => track === id) ?? newest;
}

/** Frame that is heard now; undefined while nothing is played. */
export function heardFrame(): Frames | undefined {
  return playing?.player.position();
}

export function setVolume(volume: number): void {
  useListening.setState({ volume: Math.min(1, Math.max(0, volume)), isMuted: false });
  applyVolume();
}

export function setMuted(isMuted: boolean): void {
  useListening.setState({ isMuted });
  applyVolume();
}

function applyVolume(): void {
  const { volume, isMuted } = useListening.getState();
  // squared: half the way is about half as loud
  playing?.player.setVolume(isMuted ? 0 : volume ** 2);
}
