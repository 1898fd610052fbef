/** What the demo guest's driver stands on: timers that end with it, virtqueues, control requests with their timeout, events.
 *  Modelled on Linux's virtio core and sound/virtio. */
import type { Clock } from '../clock.ts';
import type { DriverBuffer, DriverQueue, RawDescriptor } from '../queue/driver-queue.ts';
import { openDriverQueue } from '../queue/open-driver-queue.ts';
import { readLe32, writeLe32 } from '../spec/layout.ts';
import { CONTROLQ, TXQ, VIRTIO_SND_S_IO_ERR, VIRTIO_SND_S_OK } from '../spec/sound.ts';
import type { Stalls } from '../stalls.ts';
import { assert, type Bytes, type GuestAddress, NS_PER_MS, type Ns } from '../units.ts';
import { GuestPages } from './demo-guest-memory.ts';
import { type Program, runProgram, type Signal, type Wait } from './demo-guest-program.ts';
import { Random } from './demo-guest-random.ts';
import type { DeviceSide } from './transport.ts';

/** As in QEMU. */
const QUEUE_SIZE = 64;
/** Buffers of one message at most: a period's pages, header and status. */
const TABLE_ENTRIES = 64;
/** From an interrupt to the driver's handler. */
const MAX_INTERRUPT_NS = 50_000;
/** Linux: `msg_timeout_ms`. */
const CONTROL_TIMEOUT_NS = 1000 * NS_PER_MS;
const REQUEST_BYTES = 1024;
export const REPLY_BYTES = 8192;
const CONTROL_SLOTS = 8;
const MICROSECOND = 1000;

export interface RingFeatures {
  readonly packed: boolean;
  readonly eventIdx: boolean;
  readonly indirect: boolean;
}

export interface ControlReply {
  /** VIRTIO_SND_S_…; IO_ERR when the device wrote none. `undefined`: no answer in time. */
  readonly status: number | undefined;
  /** What came behind the status. */
  readonly payload: Uint8Array;
}

/** A message that breaks a rule on purpose. */
export type Planted =
  | { readonly buffers: readonly DriverBuffer[] }
  | {
      readonly count: number;
      readonly describe: (slots: readonly number[]) => readonly RawDescriptor[];
    };

interface ControlSlot {
  readonly request: GuestAddress;
  readonly reply: GuestAddress;
}

type OnUsed = (writtenBytes: Bytes) => void;

interface Port {
  readonly queue: DriverQueue;
  readonly onUsed: Map<number, OnUsed>;
  isInterruptPending: boolean;
}

/** Messages of each queue that came back, and what went wrong: for summaries and tests. */
export interface GuestCounts {
  readonly returned: number[];
  readonly interrupts: number[];
  controlTimeouts: number;
  /** Answers to control requests other than OK. */
  refused: number;
  /** Used elements that name nothing in flight. */
  unknownUsed: number;
  /** Messages that broke a rule on purpose, and how many of them came back. */
  planted: number;
  plantedReturned: number;
}

export class GuestKernel {
  readonly clock: Clock;
  readonly random: Random;
  readonly pages: GuestPages;
  readonly counts: GuestCounts = {
    returned: [0, 0, 0, 0],
    interrupts: [0, 0, 0, 0],
    controlTimeouts: 0,
    refused: 0,
    unknownUsed: 0,
    planted: 0,
    plantedReturned: 0,
  };
  private readonly cancels = new Set<() => void>();
  private readonly ports: Port[] = [];
  private readonly controlSlots: ControlSlot[] = [];
  private device: DeviceSide | undefined;
  private isStopped = false;
  private readonly heldKicks = new Set<number>();
  readonly stalls: Stalls | undefined;

  constructor(clock: Clock, seed: number, stalls?: Stalls) {
    this.clock = clock;
    this.stalls = stalls;
    this.random = new Random(seed);
    this.pages = new GuestPages(this.random);
  }

  attach(device: DeviceSide): void {
    this.device = device;
  }

  /** The device; only while the guest runs. */
  side(): DeviceSide {
    assert(this.device !== undefined && !this.isStopped, 'the demo guest runs');
    return this.device;
  }

  note(detail: string): void {
    if (!this.isStopped) this.side().onNote(detail);
  }

  /** Ends every timer: nothing happens any more. */
  stop(): void {
    this.isStopped = true;
    for (const cancel of this.cancels) cancel();
    this.cancels.clear();
  }

  /** Calls `run` in `ns`, unless the guest is stopped before. Returns what cancels it. */
  after(ns: Ns, run: () => void): () => void {
    if (this.isStopped) return () => {};
    const cancelTimer = this.clock.at(this.clock.nowNs() + ns, () => {
      this.cancels.delete(cancel);
      run();
    });
    const cancel = (): void => {
      this.cancels.delete(cancel);
      cancelTimer();
    };
    this.cancels.add(cancel);
    return cancel;
  }

  start(program: Program, onDone: () => void = () => {}): void {
    this.after(0, () => runProgram(program, onDone));
  }

  sleep(ns: Ns): Wait {
    return (resume) => this.after(ns, resume);
  }

  /** As long as a thread takes to get going: some hundred µs, now and then a few ms. */
  wakeUp(): Wait {
    const isBusy = this.random.next() < 0.02;
    const microseconds = isBusy ? this.random.between(800, 3000) : this.random.between(100, 500);
    return this.sleep(microseconds * MICROSECOND);
  }

  /** Waits for the signal, `ns` at most. */
  either(signal: Signal, ns: Ns): Wait {
    return (resume) => {
      const forget = signal.once(() => {
        cancel();
        resume();
      });
      const cancel = this.after(ns, () => {
        forget();
        resume();
      });
    };
  }

  /** Sets up the four queues and tells the device. */
  openQueues(features: RingFeatures): void {
    const side = this.side();
    side.onMemory(this.pages.ram);
    const position = { avail: 0, availWrap: true, used: 0, usedWrap: true };
    for (let index = 0; index < 4; index++) {
      const areas = this.pages.ring(QUEUE_SIZE, features.packed);
      const setup = { index, size: QUEUE_SIZE, ...features, ...areas, position };
      const at = this.pages.pages(QUEUE_SIZE * TABLE_ENTRIES * 16);
      const queue = openDriverQueue(setup, this.pages.ram, { at, entriesPerTable: TABLE_ENTRIES });
      this.ports.push({ queue, onUsed: new Map(), isInterruptPending: false });
      side.onQueue(setup);
    }
    for (let slot = 0; slot < CONTROL_SLOTS; slot++) {
      const request = this.pages.small(REQUEST_BYTES);
      this.controlSlots.push({ request, reply: this.pages.small(REPLY_BYTES) });
    }
  }

  queue(index: number): DriverQueue {
    return this.port(index).queue;
  }

  /** Makes a message available; false when the ring is full. `onUsed` is called when it comes back. */
  post(index: number, buffers: readonly DriverBuffer[], onUsed: OnUsed): boolean {
    return this.posted(index, this.queue(index).add(buffers), onUsed);
  }

  /** Posts and kicks a message that breaks a rule: descriptors as they are, or buffers. False when the ring is full. */
  plant(index: number, message: Planted): boolean {
    const queue = this.queue(index);
    const token =
      'buffers' in message
        ? queue.add(message.buffers)
        : queue.addRaw(message.count, message.describe);
    const isPosted = this.posted(index, token, () => {
      this.counts.plantedReturned++;
    });
    if (isPosted) this.counts.planted++;
    this.kick(index);
    return isPosted;
  }

  kick(index: number): void {
    if (this.isStopped || this.heldKicks.has(index)) return;
    const stallNs = index === TXQ ? (this.stalls?.take('post') ?? 0) : 0;
    if (stallNs > 0) {
      this.heldKicks.add(index);
      this.after(stallNs, () => {
        this.heldKicks.delete(index);
        this.kick(index);
      });
      return;
    }
    if (this.queue(index).takeKickNeed()) this.side().onKick(index);
  }

  /** The device's interrupt. The handler runs later: the device may be in the middle of a kick of ours. */
  interrupt(index: number): void {
    const port = this.ports[index];
    if (port === undefined || this.isStopped) return;
    this.counts.interrupts[index] = (this.counts.interrupts[index] ?? 0) + 1;
    if (port.isInterruptPending) return;
    port.isInterruptPending = true;
    this.after(this.random.between(0, MAX_INTERRUPT_NS), () => {
      port.isInterruptPending = false;
      this.handle(index, port);
    });
  }

  /** Sends a control request and waits for the answer, with room for `payloadBytes` behind the status.
   *  A late answer is taken and dropped, as Linux does. */
  *control(request: Uint8Array, payloadBytes: Bytes = 0): Program<ControlReply> {
    const slot = this.controlSlots.pop();
    let reply: ControlReply = { status: undefined, payload: new Uint8Array() };
    if (slot === undefined || request.length > REQUEST_BYTES || payloadBytes > REPLY_BYTES - 4) {
      return reply;
    }
    const { ram } = this.pages;
    const status = new Uint8Array(4);
    writeLe32(status, 0, VIRTIO_SND_S_IO_ERR);
    ram.write(slot.request, request);
    ram.write(slot.reply, status);
    yield (resume) => {
      let isLate = false;
      const cancel = this.after(CONTROL_TIMEOUT_NS, () => {
        isLate = true;
        this.counts.controlTimeouts++;
        resume();
      });
      const buffers = controlBuffers(slot, request, payloadBytes);
      const isPosted = this.post(CONTROLQ, buffers, (writtenBytes) => {
        this.controlSlots.push(slot);
        if (isLate) return;
        cancel();
        reply = this.replyIn(slot, writtenBytes);
        resume();
      });
      if (isPosted) this.kick(CONTROLQ);
      else this.controlSlots.push(slot);
    };
    if (reply.status !== undefined && reply.status !== VIRTIO_SND_S_OK) this.counts.refused++;
    return reply;
  }

  private replyIn(slot: ControlSlot, writtenBytes: Bytes): ControlReply {
    const width = Math.min(Math.max(4, writtenBytes), REPLY_BYTES);
    const bytes = this.pages.ram.read(slot.reply, width) ?? new Uint8Array(4);
    return { status: readLe32(bytes, 0), payload: bytes.subarray(4) };
  }

  private posted(index: number, token: number | undefined, onUsed: OnUsed): boolean {
    if (token === undefined) return false;
    this.port(index).onUsed.set(token, onUsed);
    return true;
  }

  /** Linux: `vring_interrupt` and the driver's callback. */
  private handle(index: number, { queue, onUsed }: Port): void {
    do {
      queue.disableInterrupts();
      for (let used = queue.takeUsed(); used !== undefined; used = queue.takeUsed()) {
        this.counts.returned[index] = (this.counts.returned[index] ?? 0) + 1;
        const run = onUsed.get(used.token);
        onUsed.delete(used.token);
        if (!used.isKnown) this.counts.unknownUsed++;
        run?.(used.writtenBytes);
      }
    } while (queue.enableInterrupts());
  }

  private port(index: number): Port {
    const port = this.ports[index];
    assert(port !== undefined, `queue ${index} is open`);
    return port;
  }
}

/** Linux splits an answer into its status and what follows. */
function controlBuffers(slot: ControlSlot, request: Uint8Array, payloadBytes: Bytes) {
  const buffers = [
    { address: slot.request, bytes: request.length, writable: false },
    { address: slot.reply, bytes: 4, writable: true },
  ];
  if (payloadBytes > 0) {
    buffers.push({ address: slot.reply + 4n, bytes: payloadBytes, writable: true });
  }
  return buffers;
}
