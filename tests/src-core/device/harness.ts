// A driver on real rings in memory, and a clock that stands still.
import type { AudioSink, AudioSource } from '../../../src-core/audio/audio-io.ts';
import type { Entry, EntryBody } from '../../../src-core/capture/entry.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import { SoundDevice } from '../../../src-core/device/sound-device.ts';
import type { SoundDeviceOptions } from '../../../src-core/device/sound-device-deps.ts';
import type { Topology } from '../../../src-core/device/topology.ts';
import type { DriverBuffer, DriverQueue } from '../../../src-core/queue/driver-queue.ts';
import { openDriverQueue } from '../../../src-core/queue/open-driver-queue.ts';
import { Ram } from '../../../src-core/queue/ram.ts';
import type { QueuePosition, QueueSetup } from '../../../src-core/queue/virtqueue.ts';
import { readLe32 } from '../../../src-core/spec/layout.ts';
import type { RuleId } from '../../../src-core/spec/rules.ts';
import {
  CONTROLQ,
  EVENTQ,
  PCM_HDR,
  PCM_SET_PARAMS,
  PCM_XFER,
  RXQ,
  requestKind,
  TXQ,
  VIRTIO_SND_R_PCM_PREPARE,
  VIRTIO_SND_R_PCM_RELEASE,
  VIRTIO_SND_R_PCM_SET_PARAMS,
  VIRTIO_SND_R_PCM_START,
  VIRTIO_SND_R_PCM_STOP,
} from '../../../src-core/spec/sound.ts';
import { HandSink, HandSource } from './hand-io.ts';

export const OUTPUT = 0;
export const INPUT = 1;
/** S16, 48 kHz, stereo: 480 frames a period, four periods a buffer. */
export const PARAMS = {
  bufferBytes: 7680,
  periodBytes: 1920,
  features: 0,
  channels: 2,
  format: 5,
  rate: 7,
};
export const PERIOD_FRAMES = 480;
export const FRAME_BYTES = 4;
export const PERIOD_NS = 10e6;

/** Room for rings of up to 8192 descriptors. */
const RINGS_AT = 0x1000;
const RING_BYTES = 0x4_0000;
const DRIVER_AREA = 0x2_0000n;
const DEVICE_AREA = 0x2_8000n;
const TABLES_AT = 0x11_0000;
const BUFFERS_AT = 0x20_0000;
const RAM_END = 0x80_0000;
const ENTRIES_PER_TABLE = 16;

const COMMANDS = {
  PREPARE: VIRTIO_SND_R_PCM_PREPARE,
  RELEASE: VIRTIO_SND_R_PCM_RELEASE,
  START: VIRTIO_SND_R_PCM_START,
  STOP: VIRTIO_SND_R_PCM_STOP,
} as const;

/** A chain that the driver posted, and what came of it. */
export interface Posted {
  readonly queue: number;
  readonly readableAt: number;
  readonly writableAt: number;
  readonly writableBytes: number;
  usedCount: number;
  writtenBytes: number;
}

export interface GuestOptions {
  readonly topology?: Topology;
  readonly device?: SoundDeviceOptions;
  readonly packed?: boolean;
  readonly eventIdx?: boolean;
  readonly indirect?: boolean;
  readonly size?: number;
  readonly features?: bigint;
  readonly sink?: (clock: ManualClock) => AudioSink;
  readonly source?: (clock: ManualClock) => AudioSource;
}

export class Guest {
  readonly clock = new ManualClock();
  readonly ram = new Ram([{ guestAddress: 0x1000n, widthBytes: RAM_END - 0x1000 }]);
  readonly sink = new HandSink();
  readonly source = new HandSource();
  readonly entries: Entry[] = [];
  readonly device: SoundDevice;
  readonly queues: DriverQueue[] = [];
  readonly posted: Posted[] = [];
  interrupts = 0;
  /** Runs within an interrupt, as a driver's handler does. */
  onInterrupt: ((queue: number) => void) | undefined;
  private readonly options: GuestOptions;
  private readonly byToken = [0, 1, 2, 3].map(() => new Map<number, Posted>());
  private nextBuffer = BUFFERS_AT;

  constructor(options: GuestOptions = {}) {
    this.options = options;
    this.device = new SoundDevice({
      topology: options.topology ?? makeTopology(),
      clock: this.clock,
      record: (body) => this.record(body),
      interrupt: (queue) => {
        this.interrupts++;
        this.onInterrupt?.(queue);
      },
      sink: options.sink?.(this.clock) ?? this.sink,
      source: options.source?.(this.clock) ?? this.source,
      ...(options.device === undefined ? {} : { options: options.device }),
    });
    this.device.setMemory(this.ram);
    this.attach();
  }

  /** What a driver does at probe: features, fresh queues, buffers for events. */
  attach(eventBuffers = 4): void {
    this.device.setFeatures(this.options.features ?? this.device.offeredFeatures());
    for (const map of this.byToken) map.clear();
    this.queues.length = 0;
    for (let index = 0; index < 4; index++) {
      const setup = this.setup(index);
      const tables = {
        at: BigInt(TABLES_AT + index * 0x8000),
        entriesPerTable: ENTRIES_PER_TABLE,
      };
      this.queues.push(openDriverQueue(setup, this.ram, tables));
    }
    for (let count = 0; count < eventBuffers; count++) this.post(EVENTQ, new Uint8Array(0), 8);
    for (let index = 0; index < 4; index++) this.device.startQueue(this.setup(index));
  }

  setup(index: number, position?: QueuePosition): QueueSetup {
    const at = BigInt(RINGS_AT + index * RING_BYTES);
    return {
      index,
      size: this.options.size ?? 64,
      packed: this.options.packed ?? false,
      eventIdx: this.options.eventIdx ?? true,
      indirect: this.options.indirect ?? true,
      descriptorArea: at,
      driverArea: at + DRIVER_AREA,
      deviceArea: at + DEVICE_AREA,
      position: position ?? { avail: 0, availWrap: true, used: 0, usedWrap: true },
    };
  }

  /** Room in guest memory; long tests go round. */
  allocate(bytes: number): number {
    if (this.nextBuffer + bytes > RAM_END) this.nextBuffer = BUFFERS_AT;
    const at = this.nextBuffer;
    this.nextBuffer += Math.ceil(bytes / 16) * 16 + 16;
    return at;
  }

  /** Posts one chain without a kick: the bytes, cut at `cuts`, and so much room. */
  post(queue: number, bytes: Uint8Array, room: number, cuts: readonly number[] = []): Posted {
    const readableAt = this.allocate(bytes.length);
    const writableAt = this.allocate(room);
    this.ram.write(BigInt(readableAt), bytes);
    const buffers: DriverBuffer[] = [
      ...pieces(readableAt, bytes.length, cuts, false),
      ...pieces(writableAt, room, [], true),
    ];
    const token = this.queues[queue]?.add(buffers);
    if (token === undefined) throw new Error('the test posts more than the ring holds');
    return this.remember(queue, token, { readableAt, writableAt, writableBytes: room });
  }

  /** Posts descriptors as they are. */
  postRaw(queue: number, buffers: readonly DriverBuffer[]): Posted {
    const token = this.queues[queue]?.add(buffers);
    if (token === undefined) throw new Error('the test posts more than the ring holds');
    return this.remember(queue, token, { readableAt: 0, writableAt: 0, writableBytes: 0 });
  }

  kick(queue: number): void {
    if (this.queues[queue]?.takeKickNeed() !== false) this.device.kick(queue);
    this.collect();
  }

  /** Takes what came back. */
  collect(): void {
    this.queues.forEach((queue, index) => {
      for (let used = queue.takeUsed(); used !== undefined; used = queue.takeUsed()) {
        const posted = this.byToken[index]?.get(used.token);
        if (posted === undefined || !used.isKnown) throw new Error('returned what was not posted');
        this.byToken[index]?.delete(used.token);
        posted.usedCount++;
        posted.writtenBytes = used.writtenBytes;
      }
      queue.enableInterrupts();
    });
  }

  /** Sends a control request and gives the whole answer. */
  control(request: Uint8Array, room = 4, cuts: readonly number[] = []) {
    const posted = this.post(CONTROLQ, request, room, cuts);
    this.kick(CONTROLQ);
    const reply = this.reply(posted);
    return { posted, status: readLe32(reply, 0), payload: reply.subarray(4) };
  }

  command(name: keyof typeof COMMANDS, streamId = OUTPUT): number {
    return this.control(PCM_HDR.write({ code: COMMANDS[name], streamId })).status;
  }

  setParams(streamId = OUTPUT, params: Partial<typeof PARAMS> = {}): number {
    const code = VIRTIO_SND_R_PCM_SET_PARAMS;
    return this.control(PCM_SET_PARAMS.write({ code, streamId, ...PARAMS, ...params })).status;
  }

  /** SET_PARAMS and PREPARE. */
  prepare(streamId = OUTPUT, params: Partial<typeof PARAMS> = {}): void {
    this.setParams(streamId, params);
    this.command('PREPARE', streamId);
  }

  /** Posts and kicks an output message. */
  play(pcm: Uint8Array, streamId = OUTPUT, room = 8): Posted {
    const posted = this.post(TXQ, xfer(streamId, pcm), room, [4]);
    this.kick(TXQ);
    return posted;
  }

  /** Posts and kicks an input message with room for so many bytes of PCM. */
  listen(bytes: number, streamId = INPUT): Posted {
    const posted = this.post(RXQ, xfer(streamId), bytes + 8);
    this.kick(RXQ);
    return posted;
  }

  /** The sink asks. */
  pull(frames: number, opened = this.sink.opened.length - 1): Uint8Array {
    const pcm = this.sink.opened[opened]?.pull(frames) ?? new Uint8Array(0);
    this.collect();
    return pcm;
  }

  /** The source offers. */
  push(pcm: Uint8Array, opened = this.source.opened.length - 1): number {
    const frames = this.source.opened[opened]?.push(pcm) ?? 0;
    this.collect();
    return frames;
  }

  /** What the device wrote from the beginning of the writable part on. */
  reply(posted: Posted): Uint8Array {
    return this.read(posted.writableAt, posted.writtenBytes);
  }

  /** Status and latency at the end of the writable part. */
  status(posted: Posted): { status: number; latencyBytes: number } {
    const bytes = this.read(posted.writableAt + posted.writableBytes - 8, 8);
    return { status: readLe32(bytes, 0), latencyBytes: readLe32(bytes, 4) };
  }

  read(at: number, bytes: number): Uint8Array {
    return this.ram.read(BigInt(at), bytes) ?? new Uint8Array(0);
  }

  /** Entries of one kind. */
  all<K extends Entry['kind']>(kind: K): Extract<Entry, { kind: K }>[] {
    return this.entries.filter(
      (entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind,
    );
  }

  rules(): RuleId[] {
    return this.all('violation').map(({ violation }) => violation.rule);
  }

  states(): string[] {
    return this.all('state').map(({ streamId, from, to }) => `${streamId}: ${from} → ${to}`);
  }

  /** What happened, a line each, for order: `popped 2`, `used 0`, `state running`. */
  story(from = 0): string[] {
    return this.entries.slice(from).map(lineOf);
  }

  private remember(
    queue: number,
    token: number,
    where: Omit<Posted, 'queue' | 'usedCount' | 'writtenBytes'>,
  ) {
    const posted: Posted = { queue, ...where, usedCount: 0, writtenBytes: 0 };
    this.byToken[queue]?.set(token, posted);
    this.posted.push(posted);
    return posted;
  }

  private record(body: EntryBody): number {
    const seq = this.entries.length;
    this.entries.push({ seq, atNs: this.clock.nowNs(), ...body });
    return seq;
  }
}

/** The header of an I/O message, and PCM behind it. */
export function xfer(streamId: number, pcm: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(4 + pcm.length);
  bytes.set(PCM_XFER.write({ streamId }));
  bytes.set(pcm, 4);
  return bytes;
}

/** Bytes that can be told apart: 0, 1, 2, … from `first` on, modulo 251. */
export function ramp(bytes: number, first = 0): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, place) => (first + place) % 251);
}

function pieces(
  at: number,
  bytes: number,
  cuts: readonly number[],
  writable: boolean,
): DriverBuffer[] {
  const ends = [...cuts.filter((cut) => cut > 0 && cut < bytes), bytes];
  let from = 0;
  return ends.flatMap((end) => {
    const piece = { address: BigInt(at + from), bytes: end - from, writable };
    from = end;
    return piece.bytes > 0 ? [piece] : [];
  });
}

function lineOf(entry: Entry): string {
  switch (entry.kind) {
    case 'popped':
      return `popped ${entry.queue}${requestOf(entry)}`;
    case 'used':
    case 'kick':
    case 'interrupt':
      return `${entry.kind} ${entry.queue}`;
    case 'state':
      return `state ${entry.to}`;
    case 'moved':
      return `moved ${entry.frames}`;
    case 'violation':
      return `violation ${entry.violation.rule}`;
    default:
      return entry.kind;
  }
}

function requestOf(entry: Extract<Entry, { kind: 'popped' }>): string {
  return entry.queue === CONTROLQ ? ` ${requestKind(readLe32(entry.body, 0))?.label}` : '';
}
