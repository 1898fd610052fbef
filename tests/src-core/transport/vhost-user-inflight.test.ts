// Chains in flight outlive the process that popped them. A process dies at any write it makes; the next one pops again what
// was not returned, and each chain comes back to the driver exactly once.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DriverBuffer, DriverQueue } from '../../../src-core/queue/driver-queue.ts';
import type { GuestMemory } from '../../../src-core/queue/guest-memory.ts';
import { openDriverQueue } from '../../../src-core/queue/open-driver-queue.ts';
import { openDeviceQueue } from '../../../src-core/queue/open-queue.ts';
import { Ram } from '../../../src-core/queue/ram.ts';
import type { Chain, DeviceQueue, QueueSetup } from '../../../src-core/queue/virtqueue.ts';
import {
  clearInflight,
  type InflightArea,
  inflightBytes,
  inflightLogOf,
} from '../../../src-core/transport/vhost-user-inflight.ts';
import { INFLIGHT, VRING_STATE } from '../../../src-core/transport/vhost-user-messages.ts';
import { BackendRig, state, u64 } from './vhost-user-rig.ts';

const SIZE = 8;
const AREA_AT = 0x1000n;

class Died extends Error {}

/** Memory whose user dies at one of its writes, before or after that write. */
class MortalMemory implements GuestMemory {
  private readonly memory: GuestMemory;
  private readonly life: { writesLeft: number };

  constructor(memory: GuestMemory, life: { writesLeft: number }) {
    this.memory = memory;
    this.life = life;
  }

  read(at: bigint, bytes: number) {
    return this.memory.read(at, bytes);
  }

  readInto(at: bigint, target: Uint8Array, targetAt: number, bytes: number) {
    return this.memory.readInto(at, target, targetAt, bytes);
  }

  write(at: bigint, data: Uint8Array) {
    this.live();
    return this.memory.write(at, data);
  }

  loadLe16(at: bigint) {
    return this.memory.loadLe16(at);
  }

  storeLe16(at: bigint, value: number) {
    this.live();
    return this.memory.storeLe16(at, value);
  }

  fence(): void {}

  regions() {
    return this.memory.regions();
  }

  private live(): void {
    if (this.life.writesLeft-- <= 0) throw new Died();
  }
}

/** A driver, and back-ends that come and go. */
class Machine {
  readonly memory = new Ram([{ guestAddress: 0n, widthBytes: 0x4000 }]);
  readonly area: InflightArea;
  readonly driver: DriverQueue;
  readonly out = new Map<number, number>();
  readonly returned: number[] = [];
  device: DeviceQueue;
  popped: Chain[] = [];
  private readonly setup: QueueSetup;
  private added = 0;

  constructor(packed: boolean, writes: number) {
    const bytes = inflightBytes(1, SIZE, packed);
    const memory = new Ram([{ guestAddress: 0n, widthBytes: bytes }]);
    this.area = { memory, bytes, queues: 1, queueSize: SIZE };
    this.setup = {
      index: 0,
      size: SIZE,
      packed,
      eventIdx: false,
      indirect: false,
      descriptorArea: AREA_AT,
      driverArea: AREA_AT + 0x400n,
      deviceArea: AREA_AT + 0x800n,
      position: { avail: 0, availWrap: true, used: 0, usedWrap: true },
    };
    this.driver = openDriverQueue(this.setup, this.memory);
    this.device = this.open(writes);
  }

  add(descriptors: number): void {
    const buffers: DriverBuffer[] = Array.from({ length: descriptors }, (_, at) => {
      return { address: 0x2000n + BigInt(16 * at), bytes: 16, writable: at > 0 };
    });
    const token = this.driver.add(buffers);
    if (token !== undefined) this.out.set(token, this.added++);
  }

  pop(): void {
    const popped = this.device.pop();
    if (popped === undefined) return;
    expect(popped.violations).toEqual([]);
    this.popped.push(popped.chain);
  }

  push(place: number): void {
    const [chain] = this.popped.splice(place % Math.max(1, this.popped.length), 1);
    if (chain !== undefined) this.device.pushUsed(chain, 0);
  }

  take(): void {
    for (let used = this.driver.takeUsed(); used; used = this.driver.takeUsed()) {
      const number = this.out.get(used.token);
      if (!used.isKnown || number === undefined) throw new Error(`${used.token} came back twice`);
      this.out.delete(used.token);
      this.returned.push(number);
    }
  }

  /** Another process takes over, with what a front-end knows of where the queue stood: the used index of a split ring. */
  restart(writes: number): void {
    this.popped = [];
    for (let left = writes; ; left = Number.POSITIVE_INFINITY) {
      try {
        this.device = this.open(left);
        return;
      } catch (error) {
        if (!(error instanceof Died)) throw error;
      }
    }
  }

  /** Runs, and says whether it was outlived. */
  outlives(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      if (error instanceof Died) return false;
      throw error;
    }
  }

  private open(writesLeft: number): DeviceQueue {
    const life = { writesLeft };
    const memory = new MortalMemory(this.memory, life);
    const used = this.setup.packed ? 0 : (this.memory.loadLe16(AREA_AT + 0x802n) ?? 0);
    const position = { avail: used, availWrap: true, used, usedWrap: true };
    const setup = { ...this.setup, position };
    const area = { ...this.area, memory: new MortalMemory(this.area.memory, life) };
    const inflight = inflightLogOf(area, setup, memory);
    if (inflight === undefined) throw new Error('the area has no room');
    return openDeviceQueue({ ...setup, inflight }, memory);
  }
}

type Step = { readonly do: 'add' | 'pop' | 'push' | 'take'; readonly number: number };

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('add', 'add', 'pop', 'pop', 'push', 'push', 'take'),
  number: fc.nat({ max: 7 }),
});

function perform(machine: Machine, { do: what, number }: Step): void {
  if (what === 'add') machine.add(1 + (number % 3));
  if (what === 'pop') machine.pop();
  if (what === 'push') machine.push(number);
  if (what === 'take') machine.take();
}

function finish(machine: Machine): void {
  for (let turn = 0; turn < 3 * SIZE; turn++) machine.pop();
  while (machine.popped.length > 0) machine.push(0);
  machine.take();
}

describe.each([
  ['split', false],
  ['packed', true],
])('chains in flight of a %s ring', (_, packed) => {
  test('come back exactly once, wherever processes died and however often', () => {
    const lives = fc.array(
      fc.record({
        steps: fc.array(step, { maxLength: 80 }),
        writes: fc.nat({ max: 300 }),
      }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(lives, (all) => {
        const machine = new Machine(packed, Number.POSITIVE_INFINITY);
        for (const { steps, writes } of all) {
          machine.restart(writes);
          for (const one of steps) if (!machine.outlives(() => perform(machine, one))) break;
        }
        machine.restart(Number.POSITIVE_INFINITY);
        finish(machine);
        expect([...machine.out.values()]).toEqual([]);
        expect(new Set(machine.returned).size).toBe(machine.returned.length);
        expect(machine.driver.freeSlots()).toBe(SIZE);
      }),
      { seed: 31, numRuns: 500 },
    );
  });

  test('are popped again oldest first, before what came meanwhile', () => {
    const machine = new Machine(packed, Number.POSITIVE_INFINITY);
    for (const descriptors of [2, 1, 3]) machine.add(descriptors);
    for (let turn = 0; turn < 3; turn++) machine.pop();
    machine.push(1);
    machine.take();
    machine.add(1);
    machine.restart(Number.POSITIVE_INFINITY);
    finish(machine);
    expect(machine.returned).toEqual([1, 0, 2, 3]);
  });

  test('once popped leave no trace in the ring, also when it comes round again', () => {
    const machine = new Machine(packed, Number.POSITIVE_INFINITY);
    for (let turn = 0; turn < 3; turn++) machine.add(1);
    for (let turn = 0; turn < 3; turn++) machine.pop();
    machine.push(1);
    machine.restart(Number.POSITIVE_INFINITY);
    finish(machine);
    for (let round = 0; round < 3 * SIZE; round++) {
      for (const descriptors of [1, 2, 1]) machine.add(descriptors);
      for (let turn = 0; turn < 3; turn++) machine.pop();
      for (const place of [2, 0, 0]) machine.push(place);
      machine.take();
    }
    expect(machine.returned).toHaveLength(3 + 9 * SIZE);
  });

  test('that went back to the ring are popped once by the next process', () => {
    const machine = new Machine(packed, Number.POSITIVE_INFINITY);
    for (let turn = 0; turn < 3; turn++) machine.add(2);
    for (let turn = 0; turn < 3; turn++) machine.pop();
    machine.device.rewind(2);
    machine.restart(Number.POSITIVE_INFINITY);
    finish(machine);
    expect(machine.returned).toEqual([0, 1, 2]);
  });

  test('and are rewound by a process that had them from another are popped by a third', () => {
    const machine = new Machine(packed, Number.POSITIVE_INFINITY);
    for (let turn = 0; turn < 3; turn++) machine.add(1);
    for (let turn = 0; turn < 3; turn++) machine.pop();
    machine.push(0);
    machine.restart(Number.POSITIVE_INFINITY);
    machine.pop();
    machine.pop();
    machine.device.rewind(2);
    machine.restart(Number.POSITIVE_INFINITY);
    finish(machine);
    expect(machine.returned).toEqual([0, 1, 2]);
  });

  test('are forgotten when the driver starts over', () => {
    const machine = new Machine(packed, Number.POSITIVE_INFINITY);
    machine.add(2);
    machine.pop();
    clearInflight(machine.area);
    machine.restart(Number.POSITIVE_INFINITY);
    machine.pop();
    expect(machine.popped).toHaveLength(1);
  });

  test('in an area full of garbage do no harm', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 400, maxLength: 400 }),
        fc.boolean(),
        (garbage, isOurs) => {
          const machine = new Machine(packed, Number.POSITIVE_INFINITY);
          machine.area.memory.write(0n, garbage.subarray(0, machine.area.bytes));
          // Version and number of states, so that the rest is looked at.
          if (isOurs) machine.area.memory.write(8n, Uint8Array.of(1, 0, SIZE, 0));
          machine.restart(Number.POSITIVE_INFINITY);
          for (let turn = 0; turn < 2 * SIZE; turn++) {
            const popped = machine.device.pop();
            if (popped !== undefined) machine.device.pushUsed(popped.chain, 0);
          }
        },
      ),
      { seed: 32, numRuns: 300 },
    );
  });
});

describe('the area for chains in flight', () => {
  const inflight = (queues: number, queueSize: number, bytes = 0n) =>
    INFLIGHT.write({ mmapBytes: bytes, mmapOffset: 0n, queues, queueSize });

  test('is made in the size that the queues need, and answered in the size of the request', () => {
    const rig = new BackendRig();
    rig.negotiate();
    const padded = Uint8Array.from([...inflight(4, 64), 0, 0, 0, 0]);
    const answer = rig.send('GET_INFLIGHT_FD', padded);
    expect(answer?.fd).toBe(77);
    expect(answer?.payload).toHaveLength(24);
    expect(answer && INFLIGHT.read(answer.payload)).toMatchObject({
      mmapBytes: BigInt(inflightBytes(4, 64, false)),
      queues: 4,
      queueSize: 64,
    });
    expect(inflightBytes(1, 64, false)).toBe(64 * 17);
  });

  test('comes back after a restart, and the queue pops what was in flight', () => {
    const rig = new BackendRig();
    rig.negotiate();
    rig.shareMemory();
    rig.send('GET_INFLIGHT_FD', inflight(4, 64));
    rig.startAll();
    expect(rig.device.setups.every((setup) => setup.inflight !== undefined)).toBe(true);
    expect(rig.ask('SET_INFLIGHT_FD', inflight(4, 64, 8192n), [9])).toBe(0n);
    expect(rig.ask('SET_INFLIGHT_FD', inflight(4, 64, 8192n))).toBe(1n);
  });

  test('that cannot be is refused', () => {
    const rig = new BackendRig();
    rig.negotiate();
    expect(rig.send('GET_INFLIGHT_FD', inflight(4, 0))?.payload).toHaveLength(0);
    expect(rig.send('GET_INFLIGHT_FD', inflight(4, 40_000))?.payload).toHaveLength(0);
    expect(rig.ask('SET_INFLIGHT_FD', inflight(4, 64, 0n), [9])).toBe(1n);
    expect(rig.ask('SET_INFLIGHT_FD', inflight(4, 64, 1n << 60n), [9])).toBe(1n);
    rig.host.unusable.add(9);
    expect(rig.ask('SET_INFLIGHT_FD', inflight(4, 64, 8192n), [9])).toBe(1n);
  });

  test('without room for a queue leaves that queue without an account', () => {
    const rig = new BackendRig();
    rig.negotiate();
    rig.shareMemory();
    rig.send('GET_INFLIGHT_FD', inflight(2, 64));
    rig.startAll();
    expect(rig.device.setups.map((setup) => setup.inflight !== undefined)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const answer = rig.send('GET_VRING_BASE', state(0, 0));
    expect(answer && VRING_STATE.read(answer.payload)).toEqual({ index: 0, num: 0 });
    expect(rig.ask('SET_VRING_KICK', u64(0), [4])).toBe(0n);
  });
});
