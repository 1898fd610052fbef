/** One PCM substream of the demo guest, as in Linux's sound/virtio: a buffer of periods in scattered pages, each period an I/O
 *  message with its own header and status. Spec: 5.14.6.6, 5.14.6.8 */
import type { DriverBuffer } from '../queue/driver-queue.ts';
import { FORMATS, frameBytesOf, rateHzOf, type StreamParams } from '../spec/formats.ts';
import {
  type Direction,
  PCM_HDR,
  PCM_SET_PARAMS,
  PCM_STATUS,
  PCM_XFER,
  RXQ,
  TXQ,
  VIRTIO_SND_PCM_F_EVT_XRUNS,
  VIRTIO_SND_R_PCM_PREPARE,
  VIRTIO_SND_R_PCM_RELEASE,
  VIRTIO_SND_R_PCM_SET_PARAMS,
  VIRTIO_SND_R_PCM_START,
  VIRTIO_SND_R_PCM_STOP,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import { type Bytes, type Frames, type GuestAddress, NS_PER_S, type Ns, nsOf } from '../units.ts';
import type { GuestKernel } from './demo-guest-kernel.ts';
import { piecesOf } from './demo-guest-memory.ts';
import type { PcmInfo } from './demo-guest-probe.ts';
import { type Program, Signal } from './demo-guest-program.ts';

export interface StreamPlan {
  readonly direction: Direction;
  /** Ids of the standard. */
  readonly format: number;
  readonly rate: number;
  readonly channels: number;
  readonly periodFrames: Frames;
  readonly periods: number;
}

/** A message that came back. */
export interface ReturnedPeriod {
  readonly status: number;
  readonly latencyBytes: Bytes;
  /** Capture: what was recorded. Playback: empty. */
  readonly pcm: Uint8Array;
}

interface PeriodSlot {
  readonly header: GuestAddress;
  readonly data: readonly DriverBuffer[];
  readonly status: GuestAddress;
}

export class GuestStream {
  readonly id: number;
  readonly direction: Direction;
  readonly params: StreamParams;
  readonly periods: number;
  readonly periodFrames: Frames;
  /** A message came back, or something else that the application waits for has happened. */
  readonly changed = new Signal();
  isRunning = false;
  /** Messages with the device. */
  pending = 0;
  posted = 0;
  returned = 0;
  /** Returned with another status than OK. */
  failed = 0;
  /** Capture: PCM of all messages that came back. */
  recordedBytes: Bytes = 0;
  last: ReturnedPeriod | undefined;
  private readonly kernel: GuestKernel;
  private readonly slots: readonly PeriodSlot[];

  constructor(kernel: GuestKernel, id: number, info: PcmInfo, plan: StreamPlan) {
    const { format, rate, channels, periodFrames, periods } = plan;
    const periodBytes = periodFrames * frameBytesOf(plan);
    // As Linux does: what is offered is selected.
    const features = info.features & (1 << VIRTIO_SND_PCM_F_EVT_XRUNS);
    this.kernel = kernel;
    this.id = id;
    this.direction = plan.direction;
    this.periods = periods;
    this.periodFrames = periodFrames;
    const bufferBytes = periods * periodBytes;
    this.params = { format, rate, channels, bufferBytes, periodBytes, features };
    this.slots = this.layOut();
  }

  get queue(): number {
    return this.direction === 'output' ? TXQ : RXQ;
  }

  get periodNs(): Ns {
    return nsOf(this.periodFrames, rateHzOf(this.params.rate));
  }

  get formatName(): string {
    return FORMATS[this.params.format]?.name ?? '';
  }

  /** Periods of the buffer that the device does not have. */
  get free(): number {
    return this.periods - this.pending;
  }

  *setParams(): Program<boolean> {
    const code = VIRTIO_SND_R_PCM_SET_PARAMS;
    return yield* this.ask(PCM_SET_PARAMS.write({ code, streamId: this.id, ...this.params }));
  }

  *prepare(): Program<boolean> {
    return yield* this.command(VIRTIO_SND_R_PCM_PREPARE);
  }

  *start(): Program<boolean> {
    this.isRunning = yield* this.command(VIRTIO_SND_R_PCM_START);
    return this.isRunning;
  }

  *stop(): Program<boolean> {
    this.isRunning = false;
    return yield* this.command(VIRTIO_SND_R_PCM_STOP);
  }

  /** RELEASE, then as Linux's `sync_stop`: a second at most until every message is back. False when some are not. */
  *release(): Program<boolean> {
    yield* this.command(VIRTIO_SND_R_PCM_RELEASE);
    return yield* this.drained(NS_PER_S);
  }

  /** Waits until the device has no message; false when for `ns` none came back. */
  *drained(ns: Ns): Program<boolean> {
    while (this.pending > 0) {
      const before = this.returned;
      yield this.kernel.either(this.changed, ns);
      if (this.returned === before) return false;
    }
    return true;
  }

  /** Writes the next period and posts it: what the application's write comes to. */
  postPeriod(pcm: Uint8Array): void {
    this.writePeriod(this.posted, 0, pcm);
    this.post();
  }

  /** Posts the next period as it is: an empty one for capture. */
  post(): void {
    const slot = this.slots[this.posted % this.periods];
    if (slot === undefined) return;
    const { ram } = this.kernel.pages;
    ram.write(slot.header, PCM_XFER.write({ streamId: this.id }));
    const buffers = [
      { address: slot.header, bytes: PCM_XFER.widthBytes, writable: false },
      ...slot.data,
      { address: slot.status, bytes: PCM_STATUS.widthBytes, writable: true },
    ];
    const isPosted = this.kernel.post(this.queue, buffers, (written) => this.take(slot, written));
    if (!isPosted) return;
    this.posted++;
    this.pending++;
    this.kernel.kick(this.queue);
  }

  /** Writes into the memory of period `number` (counted from 0 for ever), whether the device has it or not. */
  writePeriod(number: number, fromByte: Bytes, pcm: Uint8Array): void {
    let skip = fromByte;
    let done = 0;
    for (const piece of this.slots[number % this.periods]?.data ?? []) {
      const now = Math.min(pcm.length - done, Math.max(0, piece.bytes - skip));
      const at = piece.address + BigInt(Math.min(skip, piece.bytes));
      if (now > 0) this.kernel.pages.ram.write(at, pcm.subarray(done, done + now));
      skip = Math.max(0, skip - piece.bytes);
      done += now;
    }
  }

  private *command(code: number): Program<boolean> {
    return yield* this.ask(PCM_HDR.write({ code, streamId: this.id }));
  }

  private *ask(request: Uint8Array): Program<boolean> {
    const { status } = yield* this.kernel.control(request);
    return status === VIRTIO_SND_S_OK;
  }

  private take(slot: PeriodSlot, writtenBytes: Bytes): void {
    const { ram } = this.kernel.pages;
    const bytes = ram.read(slot.status, PCM_STATUS.widthBytes) ?? new Uint8Array();
    const { status = 0, latencyBytes = 0 } = PCM_STATUS.read(bytes) ?? {};
    const recordedBytes = this.direction === 'input' ? writtenBytes - PCM_STATUS.widthBytes : 0;
    this.pending--;
    this.returned++;
    if (status !== VIRTIO_SND_S_OK) this.failed++;
    this.recordedBytes += Math.max(0, recordedBytes);
    this.last = { status, latencyBytes, pcm: this.pcmOf(slot, recordedBytes) };
    this.changed.fire();
  }

  private pcmOf(slot: PeriodSlot, bytes: Bytes): Uint8Array {
    const pcm = new Uint8Array(Math.max(0, Math.min(bytes, this.params.periodBytes)));
    let done = 0;
    for (const piece of slot.data) {
      const now = Math.min(pcm.length - done, piece.bytes);
      this.kernel.pages.ram.readInto(piece.address, pcm, done, now);
      done += now;
    }
    return pcm;
  }

  /** The buffer comes from `vmalloc`, header and status of a period from one `kmalloc`. */
  private layOut(): PeriodSlot[] {
    const { pages } = this.kernel;
    const { bufferBytes, periodBytes } = this.params;
    const buffer = pages.scattered(bufferBytes);
    const isInput = this.direction === 'input';
    return Array.from({ length: this.periods }, (_, period) => {
      const header = pages.small(PCM_XFER.widthBytes + PCM_STATUS.widthBytes);
      const data = piecesOf(buffer, period * periodBytes, periodBytes, isInput);
      return { header, data, status: header + BigInt(PCM_XFER.widthBytes) };
    });
  }
}
