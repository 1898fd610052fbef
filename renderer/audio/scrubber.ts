/** Hears the sound under the pointer as it is dragged along: short grains of the run, one after the other, each faded in and
 *  out so that they do not click. */
import { decodePcm } from '../../src-core/audio/decode.ts';
import type { Client } from '../../src-core/rpc.ts';
import type { Frames } from '../../src-core/units.ts';
import { stopListening, useListening } from './listening.ts';
import { openOutput } from './output.ts';
import type { AudioOutput } from './player.ts';
import { type ShownRun, samplesOf } from './shown-run.ts';
import { mixToStereo } from './stereo.ts';

const GRAIN_S = 0.09;
/** A grain begins while the one before still fades. */
const EVERY_S = 0.06;
const FADE_S = 0.015;

let scrubbing: Scrubber | undefined;

/** Call it for each move; what else is heard ends. */
export function scrubTo(client: Client, track: ShownRun, frame: Frames): void {
  if (scrubbing?.track.track !== track.track || scrubbing.track.version !== track.version) {
    endScrub();
    stopListening();
    const output = openOutput(track.rateHz);
    if (output === undefined) {
      useListening.setState({ trouble: 'This browser gives no sound output.' });
      return;
    }
    scrubbing = new Scrubber(client, track, output);
  }
  scrubbing.moveTo(frame);
}

export function endScrub(): void {
  scrubbing?.close();
  scrubbing = undefined;
}

/** One drag. A grain is asked for when the pointer is elsewhere than the last one was, never two at a time. */
export class Scrubber {
  readonly track: ShownRun;
  private readonly client: Pick<Client, 'call'>;
  private readonly output: AudioOutput;
  private wanted: Frames | undefined;
  private isAsking = false;
  private isClosed = false;
  private nextS = 0;

  constructor(client: Pick<Client, 'call'>, track: ShownRun, output: AudioOutput) {
    this.client = client;
    this.track = track;
    this.output = output;
    void output.resume().catch(() => undefined); // without leave to sound it stays silent
  }

  moveTo(frame: Frames): void {
    this.wanted = frame;
    if (!this.isAsking) void this.playGrain();
  }

  close(): void {
    this.isClosed = true;
    const tailMs = 1000 * (GRAIN_S + EVERY_S);
    setTimeout(() => this.output.close().catch(() => undefined), tailMs); // closed already: silent either way
  }

  private async playGrain(): Promise<void> {
    this.isAsking = true;
    while (this.wanted !== undefined && !this.isClosed) {
      const { rateHz, frames: total } = this.track;
      const frames = Math.ceil(GRAIN_S * rateHz);
      const at = Math.max(0, Math.min(total - frames, Math.floor(this.wanted - frames / 2)));
      this.wanted = undefined;
      const samples = await samplesOf(this.client, this.track, at, frames).catch(() => null); // the session ended under the drag
      if (samples === null || samples.frames === 0) break;
      this.place(decodePcm(samples.pcm, samples.params), rateHz);
      await new Promise((resolve) => setTimeout(resolve, EVERY_S * 1000));
    }
    this.isAsking = false;
  }

  private place(channels: readonly Float32Array<ArrayBuffer>[], rateHz: number): void {
    const frames = channels[0]?.length ?? 0;
    const { volume, isMuted, mixes } = useListening.getState();
    const { output } = this;
    if (frames === 0 || isMuted) return;
    const buffer = output.createBuffer(2, frames, rateHz);
    mixToStereo(channels, mixes).forEach((side, channel) => {
      buffer.copyToChannel(faded(side, FADE_S * rateHz, volume ** 2), channel);
    });
    const source = output.createBufferSource();
    source.buffer = buffer;
    source.connect(output.destination);
    const atS = Math.max(this.nextS, output.currentTime);
    source.start(atS);
    this.nextS = atS + EVERY_S;
  }
}

function faded(
  samples: Float32Array,
  fadeFrames: Frames,
  volume: number,
): Float32Array<ArrayBuffer> {
  return Float32Array.from(samples, (value, at) => {
    const edge = Math.min(1, at / fadeFrames, (samples.length - 1 - at) / fadeFrames);
    return value * edge * volume;
  });
}
