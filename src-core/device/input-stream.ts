/** Recording: the source pushes frames, which fill the messages that wait, in their order. Spec: 5.14.6.8.2 */
import type { AudioSource, OpenStream, Push, StreamIdentity } from '../audio/audio-io.ts';
import { writeChain } from '../queue/chain-bytes.ts';
import type { Chain } from '../queue/virtqueue.ts';
import { VIRTIO_SND_S_IO_ERR, VIRTIO_SND_S_OK } from '../spec/sound.ts';
import { type Bytes, type Frames, nsOf } from '../units.ts';
import { returnInput, STATUS_BYTES, XFER_BYTES } from './io-status.ts';
import type { Message } from './message.ts';
import { PcmStream, type StreamDeps } from './stream.ts';
import type { StreamSpec } from './topology.ts';

export class InputStream extends PcmStream {
  private readonly source: AudioSource;

  constructor(id: number, spec: StreamSpec, deps: StreamDeps, source: AudioSource) {
    super(id, spec, deps);
    this.source = source;
  }

  protected override payloadBytesOf(chain: Chain): Bytes {
    return chain.writableBytes - STATUS_BYTES;
  }

  protected override inspect({ chain, payloadBytes, seq }: Message): void {
    const periodBytes = this.params?.periodBytes ?? 0;
    if (payloadBytes !== periodBytes) {
      const detail = `room for ${payloadBytes} bytes of PCM; a period is ${periodBytes}`;
      this.blame('VS-R-16', detail, seq);
    }
    if (chain.readableBytes > XFER_BYTES) {
      const detail = `${chain.readableBytes} device-readable bytes; the header is ${XFER_BYTES}`;
      this.blame('VS-R-17', detail, seq);
    }
    if (payloadBytes % this.frameBytes !== 0) {
      const detail = `room for ${payloadBytes} bytes of PCM in frames of ${this.frameBytes}`;
      this.blame('VS-I-14', detail, seq);
    }
  }

  protected override giveBack(message: Message, status: number, latencyBytes: Bytes): void {
    returnInput(this.deps.port, this.deps.memory, message, { status, latencyBytes });
  }

  protected override endLatencyBytes(_message: Message): Bytes {
    return this.delayBytes();
  }

  protected override openHost(identity: StreamIdentity): OpenStream {
    return this.source.open(identity, this.push);
  }

  /** "The driver SHOULD populate the rx queue" before START: else the first frames are lost. Spec: 5.14.6.8.2.2 */
  protected override beforeStart(): void {
    if (this.pending.count === 0) this.blame('VS-R-16', 'no message is posted at START');
  }

  protected override afterStop(): void {}

  private readonly push: Push = (pcm) => {
    const { port, look } = this.deps;
    if (this.state !== 'running' || !port.isRunning) return 0;
    const offeredBytes = pcm.length - (pcm.length % this.frameBytes);
    if (this.pendingBytes < offeredBytes && this.pollNs !== undefined) look();
    const takenBytes = this.fill(pcm, offeredBytes);
    const lostFrames = (offeredBytes - takenBytes) / this.frameBytes;
    if (lostFrames > 0) this.noteLost(lostFrames);
    port.signal();
    return takenBytes / this.frameBytes;
  };

  /** A message that has no room for another frame is returned. */
  private fill(pcm: Uint8Array, offeredBytes: Bytes): Bytes {
    let taken = 0;
    for (let message = this.pending.first; message; message = this.pending.first) {
      const bytes = Math.min(this.leftBytes(message), offeredBytes - taken);
      if (bytes > 0) {
        if (!this.copyIn(message, pcm.subarray(taken, taken + bytes))) continue;
        taken += bytes;
      }
      if (this.leftBytes(message) > 0) break;
      this.finish(VIRTIO_SND_S_OK);
    }
    return taken;
  }

  /** False: the room is not mapped any more, and the message went back with an error. */
  private copyIn(message: Message, part: Uint8Array): boolean {
    const { memory, arena } = this.deps;
    const { chain, movedBytes, seq } = message;
    if (writeChain(memory, chain.writable, movedBytes, part) < part.length) {
      const detail = `room for ${part.length} bytes of PCM from byte ${movedBytes} on is not mapped`;
      this.blame('VQ-18', detail, seq);
      this.finish(VIRTIO_SND_S_IO_ERR);
      return false;
    }
    this.monitor.feed(this.movedFrames);
    const copy = arena.take(part.length);
    copy.set(part);
    this.recordMoved(message, copy, this.host?.delayFrames() ?? 0);
    return true;
  }

  private finish(status: number): void {
    this.giveBack(this.takeFirst(), status, this.delayBytes());
  }

  private delayBytes(): Bytes {
    return (this.host?.delayFrames() ?? 0) * this.frameBytes;
  }

  /** What was lost was recorded until now. */
  private noteLost(lostFrames: Frames): void {
    const sinceNs = this.deps.clock.nowNs() - nsOf(lostFrames, this.rateHz);
    this.monitor.starve(sinceNs, this.movedFrames, lostFrames);
  }
}
