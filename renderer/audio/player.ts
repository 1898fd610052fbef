/** Plays a stretch of a track through Web Audio: pulls PCM by range, a little ahead of what is heard, and lines the pieces
 *  up on the audio clock without a gap. A track that is still open goes on being played as it grows, so that this is also
 *  the monitor where the host has no sound output of its own. Nothing here reaches the device: it cannot pace it. */
import { decodePcm } from '../../src-core/audio/decode.ts';
import type { Samples } from '../../src-core/contract-data.ts';
import type { Frames } from '../../src-core/units.ts';
import { toStereo } from './stereo.ts';

/** The part of an AudioContext that is used. */
export type AudioOutput = Pick<
  AudioContext,
  | 'currentTime'
  | 'outputLatency'
  | 'destination'
  | 'createBuffer'
  | 'createBufferSource'
  | 'createGain'
  | 'resume'
  | 'close'
>;

/** What a player is asked to play, as it stands now. */
export interface Playable {
  readonly rateHz: number;
  readonly frames: Frames;
  /** PCM may still come. */
  readonly open: boolean;
}

export interface PlayerPorts {
  readonly output: AudioOutput;
  /** PCM of the track from a frame on; may be shorter than asked for. */
  readonly fetch: (fromFrame: Frames, frames: Frames) => Promise<Samples | null>;
  readonly playable: () => Playable;
  /** `waiting`: the track is open and its end was reached. `ended`: it was played to its end, or to `untilFrame`. */
  readonly onState: (state: 'playing' | 'waiting' | 'ended') => void;
  readonly onError: (thrown: unknown) => void;
}

/** One piece on the audio clock. */
interface Segment {
  readonly atS: number;
  readonly fromFrame: Frames;
  readonly frames: Frames;
}

/** How much is asked for at once, how far ahead of the clock it is put, and the pause before something new begins. */
const PIECE_S = 0.25;
const AHEAD_S = 0.75;
const LEAD_S = 0.06;
/** Played segments that are remembered, for the position. */
const KEPT_SEGMENTS = 64;

export class TrackPlayer {
  private readonly ports: PlayerPorts;
  private readonly gain: GainNode;
  private readonly untilFrame: Frames;
  private segments: Segment[] = [];
  private nextFrame: Frames;
  private nextS = 0;
  private isFetching = false;
  private isStopped = false;

  /** Plays from `fromFrame` to `untilFrame`, or to the end. Call `pump` about ten times a second. */
  constructor(ports: PlayerPorts, fromFrame: Frames, untilFrame = Number.POSITIVE_INFINITY) {
    this.ports = ports;
    this.nextFrame = Math.max(0, Math.floor(fromFrame));
    this.untilFrame = untilFrame;
    this.gain = ports.output.createGain();
    this.gain.connect(ports.output.destination);
    void ports.output.resume().catch(ports.onError);
  }

  /** Linear, 0 to 1. */
  setVolume(volume: number): void {
    this.gain.gain.value = volume;
  }

  /** Frame that is heard now; where it will go on when nothing is. */
  position(): Frames {
    const { output } = this.ports;
    const now = output.currentTime - (output.outputLatency || 0);
    const heard = this.segments.findLast(({ atS }) => atS <= now) ?? this.segments[0];
    if (heard === undefined) return this.nextFrame;
    const into = Math.max(0, now - heard.atS) * this.ports.playable().rateHz;
    return heard.fromFrame + Math.min(heard.frames, into);
  }

  /** Puts more on the clock where there is room. */
  pump(): void {
    const { output, playable } = this.ports;
    const { rateHz, frames, open } = playable();
    if (this.isStopped || this.isFetching || rateHz <= 0) return;
    if (this.nextS - output.currentTime > AHEAD_S) return;
    const left = Math.min(frames, this.untilFrame) - this.nextFrame;
    const wanted = Math.min(left, Math.ceil(rateHz * PIECE_S));
    if (wanted < 1) this.standStill(open && this.nextFrame < this.untilFrame);
    else void this.fetchPiece(this.nextFrame, wanted);
  }

  stop(): void {
    this.isStopped = true;
    this.gain.disconnect();
  }

  private async fetchPiece(fromFrame: Frames, frames: Frames): Promise<void> {
    this.isFetching = true;
    try {
      const samples = await this.ports.fetch(fromFrame, frames);
      if (!this.isStopped) this.place(fromFrame, samples);
    } catch (thrown) {
      if (!this.isStopped) this.ports.onError(thrown);
    } finally {
      this.isFetching = false;
    }
  }

  private place(fromFrame: Frames, samples: Samples | null): void {
    const channels = samples === null ? [] : decodePcm(samples.pcm, samples.params);
    const frames = channels[0]?.length ?? 0;
    if (frames === 0) {
      this.standStill(this.ports.playable().open);
      return;
    }
    const { output } = this.ports;
    const { rateHz } = this.ports.playable();
    const buffer = output.createBuffer(2, frames, rateHz);
    const [left, right] = toStereo(channels);
    buffer.copyToChannel(left, 0);
    buffer.copyToChannel(right, 1);
    const atS = Math.max(this.nextS, output.currentTime + LEAD_S);
    const source = output.createBufferSource();
    source.buffer = buffer;
    source.connect(this.gain);
    source.start(atS);
    this.segments = [...this.segments, { atS, fromFrame, frames }].slice(-KEPT_SEGMENTS);
    this.nextS = atS + frames / rateHz;
    this.nextFrame = fromFrame + frames;
    this.ports.onState('playing');
  }

  /** Nothing more to put on the clock: wait for more, or end when the last piece was heard. */
  private standStill(mayGoOn: boolean): void {
    const { output } = this.ports;
    if (output.currentTime - (output.outputLatency || 0) < this.nextS) return;
    this.ports.onState(mayGoOn ? 'waiting' : 'ended');
  }
}
