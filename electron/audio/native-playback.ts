/** One playback stream on ALSA. The card asks: whenever it has room, the stream is asked for that many frames.
 *
 *      idle ──start──► running ──stop──► ending ──all heard──► idle
 *                         ▲─────start───────┘
 *
 *  The buffer begins full of silence, so that the stream is asked in the card's own rhythm from the first period on. When the
 *  stream has nothing, the card goes on: only when it is about to run dry does silence fill the gap, so a guest that is a
 *  little late is not heard. `ending` plays what was handed over, followed by silence, and then stops the card. A card that
 *  goes away, or takes nothing for seconds, is replaced by the clock: no guest ever hangs. */
import type { OpenStream, Pull, StreamIdentity } from '../../src-core/audio/audio-io.ts';
import { applyGain } from '../../src-core/audio/encode.ts';
import { Pacer, paceOf } from '../../src-core/audio/pacer.ts';
import { frameBytesOf } from '../../src-core/spec/formats.ts';
import { type Frames, framesIn, NS_PER_MS, type Ns } from '../../src-core/units.ts';
import type { EventLoop } from '../event-loop.ts';
import { EPIPE, ESTRPIPE, type Libasound } from '../native/libasound.ts';
import type { OpenedPcm } from './alsa-open.ts';
import { PATIENCE_S, Patience } from './patience.ts';
import { PcmOutput } from './pcm-output.ts';
import { PcmWaiter } from './pcm-waiter.ts';

/** How often to look at a card that cannot be waited for, or while the stream has nothing. */
const LOOK_EVERY_NS: Ns = 4 * NS_PER_MS;
/** Silence fills a gap when less than so many periods are left to play. */
const LOW_WATER_PERIODS = 2;
/** A card may run ahead of the clock by so much: what it buffers, and a little for clocks that differ. */
const LONGEST_LEAD_S = 1;
const FASTEST = 1.05;
/** What is still to be heard when a stream ends: never longer than this. */
const LONGEST_TAIL_S = 3;

export interface PlaybackHost {
  /** Amplitude factor of the monitor: 0…1. */
  gain(): number;
  onUnderrun(): void;
  /** The card is gone, and why. From here on the clock paces. */
  onLost(reason: string): void;
}

export class NativePlayback implements OpenStream {
  private readonly loop: EventLoop;
  private readonly alsa: Libasound;
  private readonly pcm: OpenedPcm;
  private readonly stream: StreamIdentity;
  private readonly pull: Pull;
  private readonly host: PlaybackHost;
  private readonly output: PcmOutput;
  private readonly waiter: PcmWaiter;
  private readonly fallback: Pacer;
  private state: 'idle' | 'running' | 'ending' | 'lost' | 'closed' = 'idle';
  private isClosing = false;
  private tailFrames: Frames = 0;
  private startNs: Ns = 0;
  private takenFrames: Frames = 0;
  /** Silence in gaps that the stream left. */
  private filledFrames: Frames = 0;
  private readonly patience: Patience;
  private lastGain: number;

  constructor(
    loop: EventLoop,
    alsa: Libasound,
    pcm: OpenedPcm,
    stream: StreamIdentity,
    pull: Pull,
    host: PlaybackHost,
  ) {
    this.loop = loop;
    this.alsa = alsa;
    this.pcm = pcm;
    this.stream = stream;
    this.pull = pull;
    this.host = host;
    this.lastGain = host.gain();
    this.output = new PcmOutput(alsa, pcm, stream.params);
    this.patience = new Patience(loop, () =>
      this.lose(`no sound was taken for ${PATIENCE_S} seconds`),
    );
    this.waiter = new PcmWaiter(loop, alsa, pcm.handle, LOOK_EVERY_NS, () => this.service());
    const onDue = (frames: Frames) => {
      this.filledFrames += Math.max(0, frames - pull(frames).length / frameBytesOf(stream.params));
    };
    this.fallback = new Pacer(loop, paceOf(stream.params), onDue);
  }

  start(): void {
    if (this.isClosing) return;
    if (this.state === 'lost') this.fallback.start();
    if (this.state === 'ending') this.state = 'running';
    if (this.state !== 'idle') return;
    this.state = 'running';
    this.startNs = this.loop.nowNs();
    this.takenFrames = 0;
    this.patience.begin();
    const failed = this.output.begin();
    if (failed < 0) this.recover(failed);
    else this.waiter.untilReady();
  }

  stop(): void {
    this.fallback.stop();
    if (this.state !== 'running') return;
    this.state = 'ending';
    const longest = LONGEST_TAIL_S * paceOf(this.stream.params).rateHz;
    this.tailFrames = Math.min(this.output.delay(), longest);
    if (this.tailFrames > 0) this.waiter.untilReady();
    else this.rest();
  }

  delayFrames(): Frames {
    return this.state === 'running' || this.state === 'ending' ? this.output.delay() : 0;
  }

  silentFrames(): Frames {
    return this.filledFrames;
  }

  close(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.stop();
    if (this.state === 'idle') this.finish();
  }

  /** The card may have room. */
  private service(): void {
    if (this.state !== 'running' && this.state !== 'ending') return;
    const room = this.output.room();
    if (room < 0) this.recover(room);
    else if (room < this.pcm.periodFrames) this.waiter.afterTime();
    else {
      this.patience.noteProgress();
      if (this.state === 'running') this.feed(room);
      else this.fade(room);
    }
  }

  private feed(room: Frames): void {
    if (this.isTooFast()) {
      this.lose('it takes sound faster than it can be played');
      return;
    }
    const frames = this.pull(room);
    // The answer to a guest may have stopped the stream, or closed it.
    if (this.state !== 'running') return;
    const given = frames.length / frameBytesOf(this.stream.params);
    this.takenFrames += given;
    const failed = given > 0 ? this.output.write(this.heard(frames)) : 0;
    if (failed < 0) this.recover(failed);
    else if (given >= room) this.waiter.untilReady();
    else this.starve(this.pcm.bufferFrames - room + given);
  }

  /** True for a device without a clock of its own: ALSA's null and file devices take everything at once. */
  private isTooFast(): boolean {
    const { rateHz } = paceOf(this.stream.params);
    const elapsed = framesIn(this.loop.nowNs() - this.startNs, rateHz);
    return this.takenFrames > elapsed * FASTEST + LONGEST_LEAD_S * rateHz;
  }

  /** The stream had less than there is room for: look again soon, and keep the card from running dry meanwhile. */
  private starve(queued: Frames): void {
    const missing = Math.max(0, LOW_WATER_PERIODS * this.pcm.periodFrames - queued);
    this.takenFrames += missing;
    this.filledFrames += missing;
    const failed = missing > 0 ? this.output.writeSilence(missing) : 0;
    if (failed < 0) this.recover(failed);
    else this.waiter.afterTime();
  }

  private fade(room: Frames): void {
    const frames = Math.min(room, this.tailFrames);
    this.tailFrames -= frames;
    const failed = this.output.writeSilence(frames);
    if (failed < 0) this.recover(failed);
    else if (this.tailFrames > 0) this.waiter.untilReady();
    else this.rest();
  }

  /** The samples as the monitor's volume wants them. What the stream gave is captured too, and stays as it is. */
  private heard(frames: Uint8Array): Uint8Array {
    const from = this.lastGain;
    const to = this.host.gain();
    this.lastGain = to;
    if (from === 1 && to === 1) return frames;
    const copy = frames.slice();
    applyGain(copy, this.stream.params, from, to);
    return copy;
  }

  /** After an underrun, or when the machine slept, the card begins again; after anything else it is gone. */
  private recover(error: number): void {
    const canRecover = error === -EPIPE || error === -ESTRPIPE;
    if (canRecover && this.state === 'ending') {
      this.rest();
      return;
    }
    if (error === -EPIPE) this.host.onUnderrun();
    const failed = canRecover && this.patience.tryAgain() ? this.output.begin() : error;
    if (failed < 0) this.lose(this.alsa.errorText(failed));
    else {
      this.filledFrames += this.output.leadFrames;
      this.waiter.untilReady();
    }
  }

  private lose(reason: string): void {
    this.halt();
    this.output.close();
    const wasRunning = this.state === 'running';
    this.state = this.isClosing ? 'closed' : 'lost';
    if (this.isClosing) return;
    this.host.onLost(reason);
    if (wasRunning) this.fallback.start();
  }

  /** All was heard. */
  private rest(): void {
    this.halt();
    this.output.drop();
    this.state = 'idle';
    if (this.isClosing) this.finish();
  }

  private finish(): void {
    this.state = 'closed';
    this.output.close();
  }

  private halt(): void {
    this.waiter.stop();
    this.patience.end();
  }
}
