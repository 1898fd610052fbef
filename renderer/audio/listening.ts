/** What is being listened to: one track at a time, with volume and mute. Goes on while other panels are open. */
import { create } from 'zustand';
import type { TrackInfo } from '../../src-core/contract-data.ts';
import type { Client } from '../../src-core/rpc.ts';
import type { Frames, TrackId } from '../../src-core/units.ts';
import { type AudioOutput, TrackPlayer } from './player.ts';

export interface ListeningState {
  readonly state: 'idle' | 'playing' | 'waiting';
  readonly track: TrackId | undefined;
  /** 0 to 1; only what is heard, never what was captured. */
  readonly volume: number;
  readonly isMuted: boolean;
  /** Why nothing is heard, for people. */
  readonly trouble: string | undefined;
}

export const useListening = create<ListeningState>(() => ({
  state: 'idle',
  track: undefined,
  volume: 0.7,
  isMuted: false,
  trouble: undefined,
}));

export interface ListenTo {
  readonly client: Client;
  readonly track: TrackInfo;
  readonly fromFrame: Frames;
  /** Stops there; plays to the end (and on, while the track is open) when absent. */
  readonly untilFrame?: Frames;
}

const PUMP_EVERY_MS = 80;

let playing: { player: TrackPlayer; output: AudioOutput; stop: () => void } | undefined;
let newest: TrackInfo | undefined;

/** Starts; what was heard before ends. Call it from a key press or click: browsers ask for one. */
export function listen({ client, track, fromFrame, untilFrame }: ListenTo): void {
  stopListening();
  newest = track;
  const output = openOutput(track.rateHz);
  if (output === undefined) {
    useListening.setState({ trouble: 'This browser gives no sound output.' });
    return;
  }
  const player = new TrackPlayer(
    {
      output,
      fetch: (from, frames) =>
        client.call('samples', { track: track.track, fromFrame: from, frames }),
      playable: () => newest ?? track,
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
  const timer = setInterval(() => player.pump(), PUMP_EVERY_MS);
  playing = { player, output, stop: () => clearInterval(timer) };
  useListening.setState({ state: 'playing', track: track.track, trouble: undefined });
  applyVolume();
  player.pump();
}

export function stopListening(): void {
  if (playing === undefined) return;
  const { player, output, stop } = playing;
  playing = undefined;
  stop();
  player.stop();
  output.close().catch(() => undefined); // closed already: nothing is heard either way
  useListening.setState({ state: 'idle' });
}

/** What the host says of the track now: how far it goes, and whether it may grow. */
export function updateListened(tracks: readonly TrackInfo[]): void {
  newest = tracks.find(({ track }) => track === newest?.track) ?? newest;
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

/** At the track's own rate, so that pieces meet without a seam; at the machine's rate where that one is refused. */
function openOutput(rateHz: number): AudioOutput | undefined {
  if (typeof AudioContext === 'undefined') return undefined;
  try {
    return new AudioContext({ sampleRate: rateHz, latencyHint: 'interactive' });
  } catch {
    return new AudioContext({ latencyHint: 'interactive' }); // a rate that this browser does not take
  }
}
