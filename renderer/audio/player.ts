/** Plays a stretch of a track through Web Audio: pulls PCM by range, a little ahead of what is heard, and lines the pieces
 *  up on the audio clock without a gap. A track that is still open goes on being played as it grows, so that this is also
 *  the monitor where the host has no sound output of its own. Nothing here reaches the device: it cannot pace it. */
import { decodePcm } from '../../src-core/audio/decode.ts';
import type { Samples } from '../../src-core/contract-data.ts';
import type { Frames } from '../../src-core/units.ts';
import { type ChannelMix, mixToStereo } from './stereo.ts';

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
  /** What of the channels is heard where; by their usual places when absent. */
  readonly mix?: () => readonly ChannelMix[];
}

/** A stretch that is heard again and again. */
export interface Loop {
  readonly fromFrame: Frames;
  readonly toFrame: Frames;
}

/** One piece on the audio clock. */
interface Segment {
  readonly atS: number;
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly speed: number;
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
  private loop: Loop | undefined;
  private speed = 1;
  private sources: AudioBufferSourceNode[] = [];
  /** Counts restarts: what was fetched before one is not heard after it. */
  private starts = 0;
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

  /** 1 as recorded, 2 twice as fast and an octave higher; negative backwards. Goes on from what is heard now. */
  setSpeed(speed: number): void {
    if (speed === this.speed) return;
    const at = this.position();
    this.speed = speed;
    this.restart(at);
  }

  setLoop(loop: Loop | undefined): void {
    if (loop?.fromFrame === this.loop?.fromFrame && loop?.toFrame === this.loop?.toFrame) return;
    const at = this.position();
    this.loop = loop;
    const isInside = loop === undefined || (at >= loop.fromFrame && at < loop.toFrame);
    this.restart(isInside ? at : loop.fromFrame);
  }

  /** Pieces that are on the clock already are made anew, as after a change of the mix. */
  restart(fromFrame: Frames = this.position()): void {
    for (const source of this.sources) source.stop();
    this.sources = [];
    this.segments = [];
    this.starts++;
    this.isFetching = false;
    this.nextFrame = Math.max(0, Math.floor(fromFrame));
    this.nextS = 0;
    this.pump();
  }

  /** Frame that is heard now; where it will go on when nothing is. */
  position(): Frames {
    const { output } = this.ports;
    const now = output.currentTime - (output.outputLatency || 0);
    const heard = this.segments.findLast(({ atS }) => atS <= now) ?? this.segments[0];
    if (heard === undefined) return this.nextFrame;
    const { rateHz } = this.ports.playable();
    const into = Math.max(0, now - heard.atS) * rateHz * Math.abs(heard.speed);
    return heard.fromFrame + Math.min(heard.frames, into) * Math.sign(heard.speed);
  }

  /** Puts more on the clock where there is room. */
  pump(): void {
    const { output, playable } = this.ports;
    const { rateHz, frames, open } = playable();
    if (this.isStopped || this.isFetching || rateHz <= 0) return;
    if (this.nextS - output.currentTime > AHEAD_S) return;
    const wanted = Math.min(this.leftFrames(frames), Math.ceil(rateHz * PIECE_S * this.pace()));
    if (wanted < 1) this.standStill(open && this.speed > 0 && this.nextFrame < this.untilFrame);
    else void this.fetchPiece(wanted);
  }

  stop(): void {
    this.isStopped = true;
    this.gain.disconnect();
  }

  private pace(): number {
    return Math.abs(this.speed);
  }

  /** Frames to the end of what is played; a loop begins again there. */
  private leftFrames(frames: Frames): Frames {
    const { loop, speed } = this;
    const end = Math.floor(Math.min(frames, loop?.toFrame ?? this.untilFrame));
    const begin = Math.ceil(loop?.fromFrame ?? 0);
    const left = () => (speed > 0 ? end - this.nextFrame : this.nextFrame - begin);
    if (loop !== undefined && left() < 1) this.nextFrame = speed > 0 ? begin : end;
    return left();
  }

  private async fetchPiece(frames: Frames): Promise<void> {
    const { starts } = this;
    const isOurs = () => !this.isStopped && this.starts === starts;
    const fromFrame = this.speed > 0 ? this.nextFrame : this.nextFrame - frames;
    this.isFetching = true;
    try {
      const samples = await this.ports.fetch(fromFrame, frames);
      if (isOurs()) this.place(samples);
    } catch (thrown) {
      if (isOurs()) this.ports.onError(thrown);
    } finally {
      if (this.starts === starts) this.isFetching = false;
    }
  }

  private place(samples: Samples | null): void {
    const channels = samples === null ? [] : decodePcm(samples.pcm, samples.params);
    const frames = channels[0]?.length ?? 0;
    if (frames === 0) {
      this.standStill(this.ports.playable().open);
      return;
    }
    const { output } = this.ports;
    const { rateHz } = this.ports.playable();
    const { speed } = this;
    const buffer = output.createBuffer(2, frames, rateHz);
    const sides = mixToStereo(channels, this.ports.mix?.() ?? []);
    sides.forEach((side, channel) => {
      buffer.copyToChannel(speed < 0 ? side.slice().reverse() : side, channel);
    });
    const atS = Math.max(this.nextS, output.currentTime + LEAD_S);
    const source = output.createBufferSource();
    source.buffer = buffer;
    if (speed !== 1) source.playbackRate.value = this.pace();
    source.connect(this.gain);
    source.start(atS);
    this.sources = [...this.sources, source].slice(-KEPT_SEGMENTS);
    const segment = { atS, fromFrame: this.nextFrame, frames, speed };
    this.segments = [...this.segments, segment].slice(-KEPT_SEGMENTS);
    this.nextS = atS + frames / rateHz / this.pace();
    this.nextFrame += frames * Math.sign(speed);
    this.ports.onState('playing');
  }

  /** Nothing more to put on the clock: wait for more, or end when the last piece was heard. */
  private standStill(mayGoOn: boolean): void {
    const { output } = this.ports;
    if (output.currentTime - (output.outputLatency || 0) < this.nextS) return;
    this.ports.onState(mayGoOn ? 'waiting' : 'ended');
  }
}
