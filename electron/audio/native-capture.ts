/** One capture stream on ALSA: what the card has is handed over as soon as it is there. A card that goes away, or gives
 *  nothing for seconds, is replaced by silence at the clock's pace. */
import type { OpenStream, Push, StreamIdentity } from '../../src-core/audio/audio-io.ts';
import { convertFrames } from '../../src-core/audio/encode.ts';
import { openPacedSource } from '../../src-core/audio/paced-source.ts';
import { fillSilence } from '../../src-core/audio/samples.ts';
import { frameBytesOf } from '../../src-core/spec/formats.ts';
import { type Bytes, type Frames, NS_PER_MS, type Ns } from '../../src-core/units.ts';
import type { EventLoop } from '../event-loop.ts';
import { EAGAIN, EPIPE, ESTRPIPE, type Libasound } from '../native/libasound.ts';
import type { OpenedPcm } from './alsa-open.ts';
import { PATIENCE_S, Patience } from './patience.ts';
import { PcmWaiter } from './pcm-waiter.ts';

const LOOK_EVERY_NS: Ns = 5 * NS_PER_MS;

export interface CaptureHost {
  onOverrun(): void;
  /** The card is gone, and why. From here on there is silence. */
  onLost(reason: string): void;
}

export class NativeCapture implements OpenStream {
  private readonly alsa: Libasound;
  private readonly pcm: OpenedPcm;
  private readonly push: Push;
  private readonly host: CaptureHost;
  private readonly waiter: PcmWaiter;
  private readonly fallback: OpenStream;
  private readonly stream: StreamIdentity;
  private readonly frameBytes: Bytes;
  private readonly scratch: Uint8Array;
  private state: 'idle' | 'running' | 'lost' | 'closed' = 'idle';
  private readonly patience: Patience;

  constructor(
    loop: EventLoop,
    alsa: Libasound,
    pcm: OpenedPcm,
    stream: StreamIdentity,
    push: Push,
    host: CaptureHost,
  ) {
    this.alsa = alsa;
    this.pcm = pcm;
    this.push = push;
    this.host = host;
    this.stream = stream;
    this.frameBytes = frameBytesOf({ format: pcm.format, channels: stream.params.channels });
    this.scratch = new Uint8Array(pcm.bufferFrames * this.frameBytes);
    this.patience = new Patience(loop, () => this.lose(`no sound came for ${PATIENCE_S} seconds`));
    this.waiter = new PcmWaiter(loop, alsa, pcm.handle, LOOK_EVERY_NS, () => this.service());
    this.fallback = openPacedSource(loop, stream, push, (out) =>
      fillSilence(out, stream.params.format),
    );
    alsa.setSwParams(pcm.handle, { availMinFrames: pcm.periodFrames, startThresholdFrames: 1 });
  }

  start(): void {
    if (this.state === 'lost') this.fallback.start();
    if (this.state !== 'idle') return;
    this.state = 'running';
    this.patience.begin();
    this.begin();
  }

  stop(): void {
    this.fallback.stop();
    if (this.state !== 'running') return;
    this.halt();
    this.alsa.drop(this.pcm.handle);
    this.state = 'idle';
  }

  delayFrames(): Frames {
    return this.state === 'running' ? Math.max(0, this.alsa.delay(this.pcm.handle)) : 0;
  }

  close(): void {
    this.stop();
    this.fallback.close();
    if (this.state === 'idle') this.alsa.close(this.pcm.handle);
    this.state = 'closed';
  }

  private begin(): void {
    const { handle } = this.pcm;
    const prepared = this.alsa.prepare(handle);
    const started = prepared < 0 ? prepared : this.alsa.start(handle);
    if (started < 0) this.lose(this.alsa.errorText(started));
    else this.waiter.untilReady();
  }

  /** The card may have frames. */
  private service(): void {
    if (this.state !== 'running') return;
    const { handle, bufferFrames } = this.pcm;
    const wanted = Math.min(this.alsa.available(handle), bufferFrames);
    const frames = wanted > 0 ? this.alsa.read(handle, this.scratch, wanted) : wanted;
    if (frames < 0 && frames !== -EAGAIN) {
      this.recover(frames);
      return;
    }
    if (frames > 0) {
      this.patience.noteProgress();
      this.push(this.converted(frames));
    }
    // The push may have ended the stream.
    if (this.state === 'running') this.waiter.untilReady();
  }

  private converted(frames: Frames): Uint8Array {
    const pcm = this.scratch.subarray(0, frames * this.frameBytes);
    const { params } = this.stream;
    if (this.pcm.format === params.format) return pcm;
    const layout = { format: this.pcm.format, channels: params.channels };
    const out = new Uint8Array(frames * frameBytesOf(params));
    convertFrames({ pcm, layout }, { pcm: out, layout: params }, frames);
    return out;
  }

  /** After an overrun, or when the machine slept, the card begins again; after anything else it is gone. */
  private recover(error: number): void {
    if (error === -EPIPE) this.host.onOverrun();
    const canRecover = error === -EPIPE || error === -ESTRPIPE;
    if (canRecover && this.patience.tryAgain()) this.begin();
    else this.lose(this.alsa.errorText(error));
  }

  private lose(reason: string): void {
    this.halt();
    this.alsa.close(this.pcm.handle);
    this.state = 'lost';
    this.host.onLost(reason);
    this.fallback.start();
  }

  private halt(): void {
    this.waiter.stop();
    this.patience.end();
  }
}
