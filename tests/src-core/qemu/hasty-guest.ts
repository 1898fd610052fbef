// A guest and a device that go on between any two reads of who looks at them: runs begin and end, messages are played, returned half
// played and posted again in the memory of others, requests live for an instant. What was really consumed, run by run, is kept.
import type { Entry, EntryBody } from '../../../src-core/capture/entry.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { QmpClient } from '../../../src-core/qemu/qmp-client.ts';
import { RingLooks } from '../../../src-core/qemu/ring-looks.ts';
import { writeChain } from '../../../src-core/queue/chain-bytes.ts';
import type { DriverQueue } from '../../../src-core/queue/driver-queue.ts';
import type { ReadableMemory } from '../../../src-core/queue/guest-memory.ts';
import { openDriverQueue } from '../../../src-core/queue/open-driver-queue.ts';
import { openDeviceQueue } from '../../../src-core/queue/open-queue.ts';
import { Ram } from '../../../src-core/queue/ram.ts';
import type { DeviceQueue, QueueSetup } from '../../../src-core/queue/virtqueue.ts';
import { readLe32 } from '../../../src-core/spec/layout.ts';
import { PCM_HDR, PCM_SET_PARAMS, PCM_STATUS, SND_HDR } from '../../../src-core/spec/sound.ts';
import { Random } from '../../../src-core/transport/demo-guest-random.ts';
import { NS_PER_MS, type Ns } from '../../../src-core/units.ts';
import { FakeQemu } from './fake-qemu.ts';

export interface Pace {
  /** Of a hundred reads, so many are followed by one step of the guest, and so many by a long pause of the looker-on. */
  readonly steps: number;
  readonly pauses: number;
  /** Steps in a pause. */
  readonly pauseSteps: number;
}

export const PERIOD_BYTES = 64;
const PERIODS = 4;
/** At most, or a looker-on that is held up often never comes to an end. */
const STEPS_A_LOOK = 2000;
const SET_PARAMS = 0x101;
const PREPARE = 0x102;
const RELEASE = 0x103;
const START = 0x104;
const STOP = 0x105;
const MESSAGES_AT = 0x10_0000;
const MESSAGE_BYTES = 0x400;
const REQUESTS_AT = 0x18_0000;
const RING_AT = [0x1_0000, 0, 0x3_0000] as const;

interface Message {
  readonly place: number;
  readonly pcm: Uint8Array;
  playedBytes: number;
  taken: Uint8Array | undefined;
  readonly run: number;
}

type Chain = Parameters<DeviceQueue['pushUsed']>[0];

export class HastyGuest {
  readonly entries: Entry[] = [];
  /** What the device consumed in each run. */
  readonly runs: Uint8Array[][] = [];
  private readonly clock = new ManualClock();
  private readonly ram = new Ram([{ guestAddress: 0n, widthBytes: 0x20_0000 }]);
  private readonly random: Random;
  private readonly pace: Pace;
  private readonly looks: RingLooks;
  private readonly control = this.openQueue(0);
  private readonly tx = this.openQueue(2);
  private readonly posted = new Map<number, Message>();
  private readonly held: { readonly message: Message; readonly chain: Chain }[] = [];
  private readonly free: number[] = [];
  private requests: number[] = [];
  private hasAsked = false;
  private wanted = 0;
  private isActive = false;
  private ns: Ns = 0;
  private content = 0;
  private asked = 0;
  private isBusy = false;
  /** Steps until the looker-on has caught up. */
  private left = 0;
  private readonly ends: () => number;

  constructor(seed: number, pace: Pace) {
    this.random = new Random(seed);
    this.pace = pace;
    this.ends = () => Math.floor(this.random.between(3, 30));
    const qemu = new FakeQemu();
    const client = new QmpClient({
      ...{ channel: qemu, clock: this.clock },
      ...{ onReady: () => {}, onEvent: () => {}, onGone: () => {} },
    });
    this.looks = new RingLooks({
      ...{ target: '', channel: qemu, client, clock: this.clock, streams: 2, tellsUnplayed: true },
      ports: this.ports(qemu),
      nowNs: () => this.ns,
      append: (atNs, body) => this.append(atNs, body),
      onGone: () => {
        throw new Error('the rings are gone');
      },
      poll: () => {},
    });
  }

  /** Begins to be looked at after so many steps. */
  play(stepsBefore: number, looks: number): void {
    for (let step = 0; step < stepsBefore; step++) this.step();
    const status = { status: 15, offered: 0n, accepted: 1n << 28n, isBroken: false };
    const device = { ...status, isVmRunning: true };
    const queues = [0, 2].map((queue) => this.replyOf(queue));
    this.looks.open({ device, queues, ranges: [] }, false);
    for (let look = 0; look < looks; look++) {
      this.left = STEPS_A_LOOK;
      this.clock.advance(NS_PER_MS);
      this.ns += NS_PER_MS / 4;
      this.step();
    }
    this.looks.stop();
  }

  private append(atNs: Ns, body: EntryBody): number {
    const seq = this.entries.length;
    this.entries.push({ ...body, seq, atNs });
    return seq;
  }

  // The looker-on's memory

  private hasty(): ReadableMemory {
    const readInto = (at: bigint, target: Uint8Array, targetAt: number, bytes: number) => {
      const half = bytes >> 1;
      this.meanwhile();
      const isFirst = this.ram.readInto(at, target, targetAt, half);
      this.meanwhile();
      const rest = bytes - half;
      return isFirst && this.ram.readInto(at + BigInt(half), target, targetAt + half, rest);
    };
    return {
      readInto,
      read: (at, bytes) => {
        const copy = new Uint8Array(bytes);
        return readInto(at, copy, 0, bytes) ? copy : undefined;
      },
      loadLe16: (at) => {
        this.meanwhile();
        return this.ram.loadLe16(at);
      },
      regions: () => this.ram.regions(),
    };
  }

  private meanwhile(): void {
    if (this.isBusy) return;
    const { steps, pauses, pauseSteps } = this.pace;
    const luck = this.random.between(0, 100);
    const count = luck < pauses ? pauseSteps : luck < pauses + steps ? 1 : 0;
    for (let step = 0; step < count && this.left > 0; step++) this.step();
  }

  private step(): void {
    this.isBusy = true;
    this.left--;
    this.ns += NS_PER_MS / 32;
    const what = Math.floor(this.random.between(0, 6));
    if (what === 0) this.drive();
    else if (what === 1) this.post();
    else if (what === 2) this.pop();
    else if (what === 3) this.consume();
    else if (what === 4) this.reap();
    else this.answer();
    this.isBusy = false;
  }

  // The driver

  /** One request after the other, each when the last one is answered; PCM in between. */
  private drive(): void {
    if (this.hasAsked) return;
    if (this.requests.length === 0) {
      if (this.wanted > 0 || this.posted.size > 0) return;
      this.requests = [SET_PARAMS, PREPARE, START, STOP, RELEASE];
    }
    const [code = 0] = this.requests;
    const isFull = this.posted.size === PERIODS || this.wanted === 0;
    if (code === START && !isFull) return;
    // The end comes at any moment, also while messages are in flight.
    if (code === STOP && this.wanted > 0) return;
    this.requests.shift();
    this.ask(code);
  }

  private ask(code: number): void {
    this.hasAsked = true;
    const [driver] = this.control;
    const at = REQUESTS_AT + Math.floor(this.random.between(0, 3)) * 0x100;
    const body =
      code === SET_PARAMS
        ? PCM_SET_PARAMS.write({
            ...{
              code,
              streamId: 0,
              bufferBytes: PERIODS * PERIOD_BYTES,
              periodBytes: PERIOD_BYTES,
            },
            ...{ features: 0, channels: 2, format: 5, rate: 7 },
          })
        : PCM_HDR.write({ code, streamId: 0 });
    this.ram.write(BigInt(at), body);
    this.ram.write(BigInt(at + 64), new Uint8Array(4));
    driver.add([
      { address: BigInt(at), bytes: body.length, writable: false },
      { address: BigInt(at + 64), bytes: 4, writable: true },
    ]);
    this.asked = at;
  }

  private answered(code: number): void {
    if (code === PREPARE) {
      this.runs.push([]);
      this.free.splice(
        0,
        this.free.length,
        ...Array.from({ length: PERIODS }, (_n, place) => place),
      );
      this.wanted = this.ends();
    }
  }

  private post(): void {
    if (this.wanted === 0) return;
    const place = this.free.shift();
    if (place === undefined) return;
    this.wanted--;
    const at = MESSAGES_AT + place * MESSAGE_BYTES;
    const pcm = this.next();
    this.ram.write(BigInt(at + 0x20), pcm);
    this.ram.write(BigInt(at), new Uint8Array(4));
    this.ram.write(BigInt(at + 0x200), new Uint8Array(8));
    const token = this.tx[0].add([
      { address: BigInt(at), bytes: 4, writable: false },
      { address: BigInt(at + 0x20), bytes: PERIOD_BYTES, writable: false },
      { address: BigInt(at + 0x200), bytes: 8, writable: true },
    ]);
    if (token === undefined) throw new Error('no room');
    const run = this.runs.length - 1;
    this.posted.set(token, { place, pcm, playedBytes: 0, taken: undefined, run });
  }

  /** What is returned is seen, and filled anew at once, wherever the application has got to. */
  private reap(): void {
    const request = this.control[0].takeUsed();
    if (request !== undefined) {
      this.hasAsked = false;
      this.answered(readLe32(this.ram.read(BigInt(this.asked), 4) ?? new Uint8Array(4), 0));
      // Freed memory: often as it was, sometimes another's.
      if (this.random.between(0, 2) < 1)
        this.ram.write(BigInt(this.asked), new Uint8Array(64).fill(0xee));
    }
    const used = this.tx[0].takeUsed();
    const message = used && this.posted.get(used.token);
    if (used === undefined || message === undefined) return;
    this.posted.delete(used.token);
    this.free.push(message.place);
    this.ram.write(BigInt(MESSAGES_AT + message.place * MESSAGE_BYTES + 0x20), this.next());
  }

  /** Never the same twice. */
  private next(): Uint8Array {
    this.content++;
    const numbers = Uint32Array.from(
      { length: PERIOD_BYTES / 4 },
      (_n, at) => this.content * 64 + at,
    );
    return new Uint8Array(numbers.buffer);
  }

  // The device

  private pop(): void {
    const chain = this.tx[1].pop()?.chain;
    const message = chain && this.posted.get(chain.head);
    if (chain !== undefined && message !== undefined) this.held.push({ message, chain });
  }

  private consume(): void {
    const [first] = this.held;
    if (first === undefined || !this.isActive) return;
    const { message } = first;
    const at = BigInt(MESSAGES_AT + message.place * MESSAGE_BYTES + 0x20);
    message.taken ??= this.ram.read(at, PERIOD_BYTES);
    const frames = Math.floor(this.random.between(1, PERIOD_BYTES / 4 + 8));
    message.playedBytes = Math.min(PERIOD_BYTES, message.playedBytes + 4 * frames);
    if (message.playedBytes === PERIOD_BYTES) this.giveBack();
  }

  private giveBack(): void {
    const first = this.held.shift();
    if (first === undefined) return;
    const { message, chain } = first;
    const latencyBytes = PERIOD_BYTES - message.playedBytes;
    writeChain(this.ram, chain.writable, 0, PCM_STATUS.write({ status: 0x8000, latencyBytes }));
    this.tx[1].pushUsed(chain, 8);
    if (message.taken === undefined) return;
    this.runs[message.run]?.push(message.taken.subarray(0, message.playedBytes));
  }

  private answer(): void {
    const [, device] = this.control;
    const chain = device.pop()?.chain;
    const [request] = chain?.readable ?? [];
    if (chain === undefined || request === undefined) return;
    const code = readLe32(this.ram.read(request.address, 4) ?? new Uint8Array(4), 0);
    if (code === START) this.isActive = true;
    if (code === STOP) this.isActive = false;
    if (code === RELEASE) {
      for (let count = 0; count < PERIODS; count++) this.pop();
      while (this.held.length > 0) this.giveBack();
    }
    writeChain(this.ram, chain.writable, 0, SND_HDR.write({ code: 0x8000 }));
    device.pushUsed(chain, 4);
  }

  // What QEMU would tell

  private setupOf(index: number): QueueSetup {
    const at = BigInt(RING_AT[index] ?? 0);
    const areas = { descriptorArea: at, driverArea: at + 0x400n, deviceArea: at + 0x4c0n };
    const position = { avail: 0, availWrap: true, used: 0, usedWrap: true };
    return { index, size: 64, packed: false, eventIdx: false, indirect: true, ...areas, position };
  }

  private openQueue(index: number): [DriverQueue, DeviceQueue] {
    const setup = this.setupOf(index);
    const tables = { at: BigInt(0x8_0000 + index * 0x1_0000), entriesPerTable: 8 };
    return [openDriverQueue(setup, this.ram, tables), openDeviceQueue(setup, this.ram)];
  }

  private replyOf(queue: number) {
    const { descriptorArea, driverArea, deviceArea } = this.setupOf(queue);
    return {
      ...{ name: 'virtio-sound', 'queue-index': queue, inuse: 0, 'vring-num': 64 },
      'vring-desc': Number(descriptorArea),
      'vring-avail': Number(driverArea),
      'vring-used': Number(deviceArea),
      ...{ 'last-avail-idx': 0, 'shadow-avail-idx': 0, 'used-idx': 0 },
    };
  }

  private ports(qemu: FakeQemu) {
    return {
      connect: () => qemu,
      openMemory: () => ({ memory: this.hasty(), how: 'test memory', close: () => {} }),
      openProcess: () => undefined,
      logPath: () => undefined,
      followFile: () => 'there is none',
      unixNs: () => 0,
      temporaryLog: () => undefined,
      find: () => [],
    };
  }
}
