/** Playback: the sink asks for frames, and as many as it can take are copied out of guest memory at that moment, not
 *  earlier: the guest may still be filling what it posted. Spec: 5.14.6.8.1 */
import type { AudioSink, OpenStream, Pull, StreamIdentity } from '../audio/audio-io.ts';
import { readChainInto } from '../queue/chain-bytes.ts';
import type { Chain } from '../queue/virtqueue.ts';
import { VIRTIO_SND_S_IO_ERR, VIRTIO_SND_S_OK } from '../spec/sound.ts';
import { type Bytes, type Frames, NS_PER_MS, nsOf, type Seq } from '../units.ts';
import { returnOutput, STATUS_BYTES, XFER_BYTES } from './io-status.ts';
import type { Message } from './message.ts';
import type { LateWrite } from './posted-copies.ts';
import { PcmStream, type StreamDeps } from './stream.ts';
import type { StreamSpec } from './topology.ts';

const NO_PCM = new Uint8Array(0);
const RANGES_TOLD = 4;

export class OutputStream extends PcmStream {
  private readonly sink: AudioSink;
  /** A message shorter than a period: fine only if no other follows. */
  private short: { readonly seq: Seq; readonly bytes: Bytes } | undefined;

  constructor(id: number, spec: StreamSpec, deps: StreamDeps, sink: AudioSink) {
    super(id, spec, deps);
    this.sink = sink;
  }

  protected override payloadBytesOf(chain: Chain): Bytes {
    return chain.readableBytes - XFER_BYTES;
  }

  protected override inspect(message: Message): void {
    const { chain, payloadBytes, seq } = message;
    const { short } = this;
    const periodBytes = this.params?.periodBytes ?? 0;
    if (short !== undefined) {
      const detail = `${short.bytes} bytes of PCM, and another message follows; a period is ${periodBytes}`;
      this.blame('VS-R-14', detail, short.seq);
    }
    this.short = payloadBytes < periodBytes ? { seq, bytes: payloadBytes } : undefined;
    if (payloadBytes > periodBytes) {
      this.blame('VS-R-14', `${payloadBytes} bytes of PCM; a period is ${periodBytes}`, seq);
    }
    if (chain.writableBytes > STATUS_BYTES) {
      const detail = `${chain.writableBytes} device-writable bytes; the status is ${STATUS_BYTES}`;
      this.blame('VS-R-15', detail, seq);
    }
    if (payloadBytes % this.frameBytes !== 0) {
      const detail = `${payloadBytes} bytes of PCM in frames of ${this.frameBytes}`;
      this.blame('VS-I-14', detail, seq);
    }
    const { posted, memory, clock } = this.deps;
    posted?.keep(message, memory, clock.nowNs());
  }

  protected override giveBack(message: Message, status: number, latencyBytes: Bytes): void {
    this.tellLateWrite(message);
    returnOutput(this.deps.port, this.deps.memory, message, { status, latencyBytes });
  }

  /** What was not played. */
  protected override endLatencyBytes(message: Message): Bytes {
    return message.payloadBytes - message.movedBytes;
  }

  protected override openHost(identity: StreamIdentity): OpenStream {
    return this.sink.open(identity, this.pull);
  }

  protected override beforeStart(): void {}

  protected override afterStop(): void {
    this.short = undefined;
  }

  private readonly pull: Pull = (frames) => {
    const { port, look } = this.deps;
    if (this.state !== 'running' || !port.isRunning || frames < 1) return NO_PCM;
    const wantedBytes = Math.floor(frames) * this.frameBytes;
    if (this.pendingBytes < wantedBytes && this.pollNs !== undefined) look();
    else if (this.pollNs === undefined) port.lookOn(this.deps.clock.nowNs());
    const pcm = this.drain(wantedBytes);
    if (pcm.length < wantedBytes) this.noteShort(pcm.length / this.frameBytes);
    port.signal();
    return pcm;
  };

  /** At most `wantedBytes` (whole frames) from the messages in their order. A message whose last frame is handed over is
   *  returned: "MUST NOT complete the I/O request until the buffer is totally consumed". Spec: 5.14.6.8.1.1 */
  private drain(wantedBytes: Bytes): Uint8Array {
    const pcm = this.deps.arena.take(Math.min(wantedBytes, this.pendingBytes));
    const delayFrames = this.host?.delayFrames() ?? 0;
    let given = 0;
    for (let message = this.pending.first; message; message = this.pending.first) {
      const bytes = Math.min(this.leftBytes(message), wantedBytes - given);
      if (bytes > 0) {
        const aheadFrames = delayFrames + given / this.frameBytes;
        if (!this.copyOut(message, pcm, given, bytes, aheadFrames)) continue;
        given += bytes;
      }
      if (this.leftBytes(message) > 0) break;
      this.finish(VIRTIO_SND_S_OK);
    }
    return given === pcm.length ? pcm : pcm.subarray(0, given);
  }

  /** False: the payload is not mapped any more, and the message went back with an error. */
  private copyOut(
    message: Message,
    pcm: Uint8Array,
    at: number,
    bytes: Bytes,
    aheadFrames: Frames,
  ): boolean {
    const { chain, movedBytes, seq } = message;
    const fromByte = XFER_BYTES + movedBytes;
    if (!readChainInto(this.deps.memory, chain.readable, fromByte, pcm, at, bytes)) {
      this.blame('VQ-18', `${bytes} bytes of PCM from byte ${movedBytes} on are not mapped`, seq);
      this.finish(VIRTIO_SND_S_IO_ERR);
      return false;
    }
    this.monitor.feed(this.movedFrames, this.host?.silentFrames?.());
    const piece = pcm.subarray(at, at + bytes);
    this.deps.posted?.compare(message, piece, this.nowNs);
    this.deps.stale?.pass(piece, movedBytes);
    this.recordMoved(message, piece, aheadFrames);
    return true;
  }

  private readonly nowNs = () => this.deps.clock.nowNs();

  /** "A posted buffer is not written until it is used": names the bytes that changed after the message was popped. */
  private tellLateWrite(message: Message): void {
    const late = this.deps.posted?.close(message);
    if (late === undefined) return;
    const { track } = this;
    const popped = message.seq;
    this.deps.record({ kind: 'posted', popped, track, ...late });
    this.blame('VS-P-03', lateWriteText(late), popped);
  }

  /** Returns the first message with what is ahead of it in the sink and behind it in the queue as its latency. */
  private finish(status: number): void {
    const message = this.takeFirst();
    const delayFrames: Frames = this.host?.delayFrames() ?? 0;
    this.giveBack(message, status, this.pendingBytes + delayFrames * this.frameBytes);
  }

  /** The sink runs dry when it has played what it holds, and what it got just now. */
  private noteShort(givenFrames: Frames): void {
    this.deps.stale?.onEmpty();
    const { clock } = this.deps;
    const delayFrames = this.host?.delayFrames() ?? 0;
    const sinceNs = clock.nowNs() + nsOf(delayFrames + givenFrames, this.rateHz);
    this.monitor.starve(sinceNs, this.movedFrames, 0);
  }
}

/** `bytes 1920…3839 of 3840 changed within 5.000 ms after the message was popped`. */
function lateWriteText({ ranges, pcm }: LateWrite): string {
  const told = ranges
    .slice(0, RANGES_TOLD)
    .map(({ fromByte, toByte }) => `${fromByte}…${toByte - 1}`);
  const more = ranges.length > told.length ? ` and ${ranges.length - told.length} ranges more` : '';
  const withinNs = Math.max(...ranges.map((range) => range.withinNs));
  const within = `${(withinNs / NS_PER_MS).toFixed(3)} ms`;
  return `bytes ${told.join(', ')}${more} of ${pcm.length} changed within ${within} after the message was popped`;
}
