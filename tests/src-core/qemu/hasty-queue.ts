// A queue whose two sides go on between any two reads of who looks at it, and in the middle of one: a driver that fills each buffer
// anew as soon as it is returned, a device that copies a payload at some moment while it has it, and a looker-on that is held up.
import { ManualClock } from '../../../src-core/clock.ts';
import { openWatch } from '../../../src-core/qemu/open-watch.ts';
import { QueueWatch, type WatchedPayload } from '../../../src-core/qemu/queue-watch.ts';
import type { DriverQueue } from '../../../src-core/queue/driver-queue.ts';
import type { ReadableMemory } from '../../../src-core/queue/guest-memory.ts';
import { openDriverQueue } from '../../../src-core/queue/open-driver-queue.ts';
import { openDeviceQueue } from '../../../src-core/queue/open-queue.ts';
import { Ram } from '../../../src-core/queue/ram.ts';
import type { DeviceQueue, QueueSetup } from '../../../src-core/queue/virtqueue.ts';
import { RXQ, TXQ } from '../../../src-core/spec/sound.ts';
import { Random } from '../../../src-core/transport/demo-guest-random.ts';
import { NS_PER_MS, type Seq } from '../../../src-core/units.ts';

export interface Habits {
  readonly packed: boolean;
  readonly direction: 'tx' | 'rx';
  /** Buffers are posted again before they are filled, as Linux before 6.7 did: the driver writes in flight. */
  readonly fillsLate: boolean;
  readonly buffers: number;
}

const RING = 64;
const PAYLOAD_BYTES = 32;
const BUFFER_BYTES = 0x100;
const BUFFERS_AT = 0x8000;
const PCM_AT = 0x20;
const STATUS_AT = 0x80;
const TABLES_AT = 0x1_0000;

interface Posted {
  readonly place: number;
  /** What the device took (tx) or gave (rx). */
  truth: Uint8Array | undefined;
}

export class HastyQueue {
  readonly graded: {
    readonly trust: string;
    readonly isTrue: boolean;
    readonly isKnownToWrite: boolean;
  }[] = [];
  private readonly clock = new ManualClock();
  private readonly ram = new Ram([{ guestAddress: 0n, widthBytes: 0x2_0000 }]);
  private readonly random: Random;
  private readonly habits: Habits;
  private readonly driver: DriverQueue;
  private readonly device: DeviceQueue;
  private readonly watch: QueueWatch;
  private readonly places = new Map<number, Posted>();
  private readonly held: { posted: Posted; chain: Parameters<DeviceQueue['pushUsed']>[0] }[] = [];
  private readonly free: number[];
  /** Every payload that the device took or gave, in the order of their return. */
  private readonly truths: Uint8Array[] = [];
  private seen = 0;
  private payload: WatchedPayload | undefined;
  private content = 0;
  private isBusy = false;

  constructor(seed: number, habits: Habits) {
    this.habits = habits;
    this.random = new Random(seed);
    this.free = Array.from({ length: habits.buffers }, (_none, place) => place);
    const setup = setupOf(habits);
    const tables = { at: BigInt(TABLES_AT), entriesPerTable: 8 };
    this.driver = openDriverQueue(setup, this.ram, tables);
    this.device = openDeviceQueue(setup, this.ram);
    const observer = openWatch(setup, this.hasty(), true);
    if (typeof observer === 'string') throw new Error(observer);
    let seq: Seq = 0;
    const facts = { streams: 1, rechecks: true, nowNs: () => this.clock.nowNs() };
    this.watch = new QueueWatch(
      observer,
      this.hasty(),
      { ...facts, isNear: true, refresh: () => {}, answered: () => 0 },
      {
        record: (body) => {
          if (body.kind === 'used') this.grade(body.usedIdx);
          return seq++;
        },
        onRequest: () => {},
        onPosted: () => {},
        onLost: () => {},
        onPayload: (payload) => {
          this.payload = payload;
        },
      },
    );
  }

  run(looks: number): void {
    for (let look = 0; look < looks && !this.watch.isGone; look++) {
      if (this.watch.look()) this.watch.look();
      this.clock.advance(NS_PER_MS / 2);
      this.step();
    }
  }

  /** The memory as the looker-on reads it: in two halves, and never twice the same. */
  private hasty(): ReadableMemory {
    const { ram } = this;
    return {
      read: (at, bytes) => {
        const copy = new Uint8Array(bytes);
        return this.readInto(at, copy, 0, bytes) ? copy : undefined;
      },
      readInto: (at, target, targetAt, bytes) => this.readInto(at, target, targetAt, bytes),
      loadLe16: (at) => {
        this.meanwhile();
        return ram.loadLe16(at);
      },
      regions: () => ram.regions(),
    };
  }

  private readInto(at: bigint, target: Uint8Array, targetAt: number, bytes: number): boolean {
    this.meanwhile();
    const half = bytes >> 1;
    const isFirst = this.ram.readInto(at, target, targetAt, half);
    this.meanwhile();
    return isFirst && this.ram.readInto(at + BigInt(half), target, targetAt + half, bytes - half);
  }

  /** Mostly nothing; now and then the looker-on loses the processor for a while. */
  private meanwhile(): void {
    if (this.isBusy) return;
    this.clock.advance(1000);
    const luck = Math.floor(this.random.between(0, 100));
    const steps = luck < 2 ? 20 : luck < 20 ? 1 : 0;
    for (let step = 0; step < steps; step++) {
      this.clock.advance(NS_PER_MS / 4);
      this.step();
    }
  }

  private step(): void {
    const what = Math.floor(this.random.between(0, 6));
    if (what === 0) this.post();
    else if (what === 1) this.pop();
    else if (what === 2) this.take();
    else if (what === 3) this.give();
    else if (what === 4) this.reap();
    else if (this.habits.fillsLate)
      this.fill(Math.floor(this.random.between(0, this.habits.buffers)));
  }

  private post(): void {
    const { direction, fillsLate } = this.habits;
    const place = this.free.shift();
    if (place === undefined) return;
    const at = BUFFERS_AT + place * BUFFER_BYTES;
    if (direction === 'tx' && !fillsLate) this.fill(place);
    const isWritten = direction === 'rx';
    const token = this.driver.add([
      { address: BigInt(at), bytes: 4, writable: false },
      { address: BigInt(at + PCM_AT), bytes: PAYLOAD_BYTES, writable: isWritten },
      { address: BigInt(at + STATUS_AT), bytes: 8, writable: true },
    ]);
    if (token === undefined) throw new Error('no room');
    this.places.set(token, { place, truth: undefined });
  }

  private pop(): void {
    const chain = this.device.pop()?.chain;
    const posted = chain && this.places.get(chain.head);
    if (chain !== undefined && posted !== undefined) this.held.push({ posted, chain });
  }

  /** The device copies the payload of the oldest; or fills half of it, to be done when it gives it back. */
  private take(): void {
    const [first] = this.held;
    if (first === undefined || first.posted.truth !== undefined) return;
    const at = BigInt(pcmAt(first.posted.place));
    if (this.habits.direction === 'tx') first.posted.truth = this.ram.read(at, PAYLOAD_BYTES);
    else this.ram.write(at, this.next().subarray(0, PAYLOAD_BYTES / 2));
  }

  private give(): void {
    const [first] = this.held;
    if (first === undefined) return;
    if (this.habits.direction === 'tx') this.take();
    else {
      first.posted.truth = this.next();
      this.ram.write(BigInt(pcmAt(first.posted.place)), first.posted.truth);
    }
    this.held.shift();
    this.truths.push(first.posted.truth ?? new Uint8Array());
    const writtenBytes = this.habits.direction === 'tx' ? 8 : PAYLOAD_BYTES + 8;
    this.device.pushUsed(first.chain, writtenBytes);
  }

  /** The driver sees what is returned, and its buffer is filled anew at once. */
  private reap(): void {
    const used = this.driver.takeUsed();
    const posted = used && this.places.get(used.token);
    if (posted === undefined) return;
    this.free.push(posted.place);
    if (this.habits.direction === 'tx' && !this.habits.fillsLate) this.fill(posted.place);
    if (this.habits.fillsLate) this.post();
  }

  private fill(place: number): void {
    this.ram.write(BigInt(pcmAt(place)), this.next());
  }

  private next(): Uint8Array {
    this.content++;
    return Uint8Array.from(
      { length: PAYLOAD_BYTES },
      (_none, at) => (this.content * 7 + at) & 0xff,
    );
  }

  private grade(usedIdx: number): void {
    // Free-running in a split ring, a slot in a packed one.
    while (this.seen % RING !== usedIdx % RING) this.seen++;
    const truth = this.truths[this.seen++];
    const { payload } = this;
    this.payload = undefined;
    if (payload === undefined) return;
    const isTrue = truth !== undefined && Buffer.from(truth).equals(payload.pcm);
    const isKnownToWrite = this.watch.writesInFlight;
    this.graded.push({ trust: payload.trust, isTrue, isKnownToWrite });
  }
}

function pcmAt(place: number): number {
  return BUFFERS_AT + place * BUFFER_BYTES + PCM_AT;
}

function setupOf({ packed, direction }: Habits): QueueSetup {
  return {
    index: direction === 'tx' ? TXQ : RXQ,
    size: RING,
    ...{ packed, eventIdx: false, indirect: true },
    ...{ descriptorArea: 0x1000n, driverArea: 0x2000n, deviceArea: 0x3000n },
    position: { avail: 0, availWrap: true, used: 0, usedWrap: true },
  };
}
