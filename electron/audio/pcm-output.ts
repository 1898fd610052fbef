/** The writing end of an ALSA stream: takes frames in the stream's own format, keeps what does not fit, and knows how much of
 *  what is still to be heard is silence that was put in. Results are ALSA's: below 0 an error. */
import { convertFrames } from '../../src-core/audio/encode.ts';
import { fillSilence } from '../../src-core/audio/samples.ts';
import { frameBytesOf, type StreamParams } from '../../src-core/spec/formats.ts';
import type { Bytes, Frames } from '../../src-core/units.ts';
import { EAGAIN, type Libasound } from '../native/libasound.ts';
import type { OpenedPcm } from './alsa-open.ts';

export class PcmOutput {
  private readonly alsa: Libasound;
  private readonly pcm: OpenedPcm;
  private readonly params: StreamParams;
  private readonly frameBytes: Bytes;
  private readonly silence: Uint8Array;
  /** Silence behind the last frame of the stream. */
  private silentFrames: Frames = 0;
  /** Frames that were handed over and did not fit yet. */
  private carried = new Uint8Array(0);

  constructor(alsa: Libasound, pcm: OpenedPcm, params: StreamParams) {
    this.alsa = alsa;
    this.pcm = pcm;
    this.params = params;
    this.frameBytes = frameBytesOf({ format: pcm.format, channels: params.channels });
    this.silence = new Uint8Array(pcm.bufferFrames * this.frameBytes);
    fillSilence(this.silence, pcm.format);
    alsa.setSwParams(pcm.handle, {
      availMinFrames: pcm.periodFrames,
      startThresholdFrames: this.leadFrames,
    });
  }

  /** Makes the stream ready and fills all but one period with silence, which starts the card. */
  begin(): number {
    const failed = this.alsa.prepare(this.pcm.handle);
    if (failed < 0) return failed;
    this.silentFrames = 0;
    return this.writeSilence(this.leadFrames);
  }

  /** Frames of room, when what was kept has found its place. */
  room(): number {
    if (this.carried.length > 0) {
      const kept = this.carried;
      this.carried = new Uint8Array(0);
      const failed = this.put(kept);
      if (failed < 0 || this.carried.length > 0) return Math.min(failed, 0);
    }
    return this.alsa.available(this.pcm.handle);
  }

  /** Frames of the stream. They may be the caller's again when this returns. */
  write(frames: Uint8Array): number {
    this.silentFrames = 0;
    return this.put(this.converted(frames));
  }

  /** At most a buffer of it. */
  writeSilence(frames: Frames): number {
    const count = Math.max(0, Math.min(Math.floor(frames), this.pcm.bufferFrames));
    this.silentFrames += count;
    return this.put(this.silence.subarray(0, count * this.frameBytes));
  }

  /** Frames of the stream that are still to be heard; 0 when ALSA cannot tell. */
  delay(): Frames {
    const kept = this.carried.length / this.frameBytes;
    return Math.max(0, this.alsa.delay(this.pcm.handle) + kept - this.silentFrames);
  }

  /** Stops the card at once. */
  drop(): void {
    this.carried = new Uint8Array(0);
    this.alsa.drop(this.pcm.handle);
  }

  close(): void {
    this.alsa.close(this.pcm.handle);
  }

  /** Silence that a card begins with. */
  get leadFrames(): Frames {
    return this.pcm.bufferFrames - this.pcm.periodFrames;
  }

  private converted(pcm: Uint8Array): Uint8Array {
    if (this.pcm.format === this.params.format) return pcm;
    const frames = pcm.length / frameBytesOf(this.params);
    const layout = { format: this.pcm.format, channels: this.params.channels };
    const out = new Uint8Array(frames * this.frameBytes);
    convertFrames({ pcm, layout: this.params }, { pcm: out, layout }, frames);
    return out;
  }

  private put(data: Uint8Array): number {
    for (let at = 0; at < data.length; ) {
      const rest = data.subarray(at);
      const written = this.alsa.write(this.pcm.handle, rest, rest.length / this.frameBytes);
      if (written <= 0) this.carried = rest.slice();
      if (written === 0 || written === -EAGAIN) return 0;
      if (written < 0) return written;
      at += written * this.frameBytes;
    }
    return 0;
  }
}
