// A sound card without sound: it plays and records by a clock that the test moves, as ALSA would tell it. And a loop without
// descriptors, on the same clock.

import type { EventLoop } from '../../../electron/event-loop.ts';
import {
  type DeviceHint,
  EAGAIN,
  EPIPE,
  type HwParams,
  type Libasound,
  type SwParams,
} from '../../../electron/native/libasound.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { type Bytes, type Frames, framesIn, type Ns } from '../../../src-core/units.ts';

export const ENODEV = 19;

/** A loop that only has a clock: streams are looked at from time to time. */
export class ClockLoop extends ManualClock implements EventLoop {
  readonly canWatch: boolean = false;

  watch(): () => void {
    throw new Error('nothing can be watched');
  }
}

export interface FakeCardWords {
  readonly accepts?: (params: HwParams) => boolean;
  readonly devices?: readonly string[];
  readonly dump?: string;
  /** Frames behind the buffer: what a sound server holds. */
  readonly serverFrames?: Frames;
}

/** One stream of one card. Frames are `frameBytes` long, whatever the format. */
export class FakeCard implements Libasound {
  /** Everything that was written, in order. */
  readonly written: number[] = [];
  readonly calls: string[] = [];
  isGone = false;
  /** Takes and gives nothing, and says nothing. */
  isStuck = false;
  /** Takes everything at once. */
  isEndless = false;
  private readonly clock: ManualClock;
  private readonly words: FakeCardWords;
  private readonly frameBytes: Bytes;
  private params: HwParams | undefined;
  private sw: SwParams = { availMinFrames: 1, startThresholdFrames: 1 };
  private startedNs: Ns | undefined;
  private isDry = false;
  private appliedFrames: Frames = 0;

  constructor(clock: ManualClock, frameBytes: Bytes, words: FakeCardWords = {}) {
    this.clock = clock;
    this.frameBytes = frameBytes;
    this.words = words;
  }

  get isRunning(): boolean {
    return this.startedNs !== undefined && !this.isDry;
  }

  open(device: string): number {
    this.calls.push(`open ${device}`);
    return (this.words.devices ?? ['default']).includes(device) ? 7 : -ENODEV;
  }

  close(): number {
    this.calls.push('close');
    return 0;
  }

  accepts(_pcm: number, params: HwParams): boolean {
    return this.words.accepts?.(params) ?? true;
  }

  configure(pcm: number, params: HwParams) {
    if (!this.accepts(pcm, params)) return -22;
    this.params = params;
    return { periodFrames: params.periodFrames, bufferFrames: params.bufferFrames };
  }

  setSwParams(_pcm: number, params: SwParams): number {
    this.sw = params;
    return 0;
  }

  prepare(): number {
    this.startedNs = undefined;
    this.isDry = false;
    this.appliedFrames = 0;
    return this.isGone ? -ENODEV : 0;
  }

  start(): number {
    if (this.isGone) return -ENODEV;
    this.startedNs = this.clock.nowNs();
    return 0;
  }

  drop(): number {
    this.calls.push('drop');
    this.startedNs = undefined;
    return 0;
  }

  /** Playback: room; it runs dry when everything was played. Capture is the test's to say, see `FakeMicrophone`. */
  available(): number {
    if (this.isGone) return -ENODEV;
    if (this.isStuck) return 0;
    const queued = this.appliedFrames - this.playedFrames();
    if (this.startedNs !== undefined && queued < 0) this.isDry = true;
    if (this.isDry) return -EPIPE;
    return this.isEndless ? this.bufferFrames : this.bufferFrames - queued;
  }

  delay(): number {
    const queued = this.appliedFrames - this.playedFrames();
    return this.startedNs === undefined ? 0 : queued + (this.words.serverFrames ?? 0);
  }

  write(_pcm: number, data: Uint8Array, frames: Frames): number {
    const room = this.available();
    if (room < 0) return room;
    const taken = Math.min(room, frames);
    if (taken === 0) return -EAGAIN;
    for (const byte of data.subarray(0, taken * this.frameBytes)) this.written.push(byte);
    this.appliedFrames += taken;
    if (this.startedNs === undefined && this.appliedFrames >= this.sw.startThresholdFrames) {
      this.start();
    }
    return taken;
  }

  read(_pcm: number, _into: Uint8Array, _frames: Frames): number {
    return -EAGAIN;
  }

  pollDescriptors(): { fd: number; events: number }[] {
    return [];
  }

  streamEvents(): number {
    return 0;
  }

  dump(): string {
    return this.words.dump ?? '';
  }

  devices(): DeviceHint[] {
    return [];
  }

  errorText(error: number): string {
    return error === -ENODEV ? 'No such device' : `error ${-error}`;
  }

  protected get bufferFrames(): Frames {
    return this.params?.bufferFrames ?? 0;
  }

  protected playedFrames(): Frames {
    if (this.startedNs === undefined) return 0;
    return framesIn(this.clock.nowNs() - this.startedNs, this.params?.rateHz ?? 1);
  }
}

/** A card that records: its frames count up, each byte of a frame the same. */
export class FakeMicrophone extends FakeCard {
  private readonly bytesPerFrame: Bytes;
  private readFrames: Frames = 0;

  constructor(clock: ManualClock, frameBytes: Bytes, words: FakeCardWords = {}) {
    super(clock, frameBytes, words);
    this.bytesPerFrame = frameBytes;
  }

  override prepare(): number {
    this.readFrames = 0;
    return super.prepare();
  }

  override available(): number {
    if (this.isGone) return -ENODEV;
    if (this.isStuck) return 0;
    const there = this.playedFrames() - this.readFrames;
    return there > this.bufferFrames ? -EPIPE : there;
  }

  override delay(): number {
    return this.playedFrames() - this.readFrames;
  }

  override read(_pcm: number, into: Uint8Array, frames: Frames): number {
    for (let i = 0; i < frames; i++) {
      into.fill(this.readFrames++, i * this.bytesPerFrame, (i + 1) * this.bytesPerFrame);
    }
    return frames;
  }
}
