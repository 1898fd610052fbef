import { describe, expect, test } from 'vitest';
import { openDeviceQueue } from '../../../src-core/queue/open-queue.ts';
import type { DeviceQueue } from '../../../src-core/queue/virtqueue.ts';
import {
  BUFFERS_AT,
  bytesOf,
  type Entry,
  hex,
  newRam,
  packedRig,
  rulesOf,
  setupOf,
  shortly,
} from './queue-rig.ts';

const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;
const at = (offset: number) => BUFFERS_AT + BigInt(offset);
const readable = (offset: number, bytes: number) => ({
  address: at(offset),
  bytes,
  writable: false,
});
const writable = (offset: number, bytes: number) => ({
  address: at(offset),
  bytes,
  writable: true,
});

function returnOne(device: DeviceQueue, writtenBytes = 0): number | undefined {
  const popped = device.pop();
  return popped === undefined ? undefined : device.pushUsed(popped.chain, writtenBytes);
}

describe('a packed ring, byte for byte', () => {
  /** Written by hand from 2.8.13: five descriptors, one list of three that wraps, AVAIL as the wrap counter says. */
  const position = { avail: 3, availWrap: true, used: 3, usedWrap: true };
  const setup = setupOf({ size: 5, packed: true, eventIdx: true, position });
  function handWritten() {
    const ram = newRam();
    ram.write(
      setup.descriptorArea,
      bytesOf(`
        0030300000000000 08000000 0700 0280
        0000000000000000 00000000 0000 0000
        0000000000000000 00000000 0000 0000
        0000300000000000 04000000 0000 8100
        0010300000000000 00200000 0000 8100`),
    );
    return ram;
  }

  test('is read as the standard lays it out', () => {
    const queue = openDeviceQueue(setup, handWritten());
    const popped = queue.pop();
    expect(popped?.availIdx).toBe(3);
    expect(popped?.violations).toEqual([]);
    expect(popped?.chain).toEqual({
      head: 7,
      readable: [
        { address: 0x30_0000n, bytes: 4, flags: 0x81, next: 0, slot: 3 },
        { address: 0x30_1000n, bytes: 8192, flags: 0x81, next: 0, slot: 4 },
      ],
      writable: [{ address: 0x30_3000n, bytes: 8, flags: 0x8002, next: 7, slot: 0 }],
      readableBytes: 8196,
      writableBytes: 8,
      indirect: false,
      ringSlots: 3,
    });
    expect(queue.pop()).toBeUndefined();
    expect(queue.position()).toEqual({ avail: 1, availWrap: false, used: 3, usedWrap: true });
  });

  test('gets a used descriptor with both bits like the wrap counter', () => {
    const ram = handWritten();
    const queue = openDeviceQueue(setup, ram);
    expect(returnOne(queue, 8)).toBe(3);
    expect(queue.position()).toEqual({ avail: 1, availWrap: false, used: 1, usedWrap: false });
    // addr as it was, len 8, id 7, flags USED | AVAIL | WRITE
    expect(hex(ram.read(setup.descriptorArea + 48n, 16))).toBe(
      `${'0000300000000000'}${'08000000'}${'0700'}${'8280'}`,
    );
    // The slots behind it stay as they were. Spec: 2.8.6
    expect(hex(ram.read(setup.descriptorArea + 64n, 16))).toBe(
      `${'0010300000000000'}${'00200000'}${'0000'}${'8100'}`,
    );
  });

  test('asks for a kick at the slot where it waits, with its wrap counter', () => {
    const ram = handWritten();
    const queue = openDeviceQueue(setup, ram);
    expect(queue.enableKicks()).toBe(true);
    expect(hex(ram.read(setup.deviceArea, 4))).toBe('03800200');
    queue.pop();
    expect(queue.enableKicks()).toBe(false);
    expect(hex(ram.read(setup.deviceArea, 4))).toBe('01000200');
    queue.disableKicks();
    expect(hex(ram.read(setup.deviceArea, 4))).toBe('01000100');
  });
});

describe('a packed ring', () => {
  test('whose list is not available with its first descriptor is not read', () => {
    const { ram, setup, device, driver } = packedRig();
    driver.add([readable(0, 4), writable(8, 8)]);
    ram.storeLe16(setup.descriptorArea + 14n, NEXT);
    expect(device.pop()).toBeUndefined();
    ram.storeLe16(setup.descriptorArea + 14n, NEXT | 0x80);
    expect(device.pop()?.chain.ringSlots).toBe(2);
  });

  test('takes an indirect table one after the other, whatever next says', () => {
    const { ram, device, driver } = packedRig({ indirect: true });
    ram.write(at(0x1000), packedTable([at(0), 4, 0, 9], [at(16), 5, 0, 9], [at(32), 8, WRITE, 9]));
    driver.addRaw(1, () => [{ address: at(0x1000), bytes: 48, flags: INDIRECT }]);
    const popped = device.pop();
    expect(popped?.violations).toEqual([]);
    expect(popped?.chain.indirect).toBe(true);
    expect(shortly(popped?.chain.readable ?? [])).toBe('300000+4 300010+5');
    expect(shortly(popped?.chain.writable ?? [])).toBe('300020+8');
  });

  test('says how many lists wait', () => {
    const { device, driver } = packedRig({ size: 7 });
    driver.add([readable(0, 1), writable(8, 8)]);
    driver.add([readable(0, 1), readable(8, 1), writable(8, 8)]);
    expect(device.availableChains()).toBe(2);
    device.pop();
    expect(device.availableChains()).toBe(1);
    driver.add([readable(0, 1), writable(8, 8)]);
    expect(device.availableChains()).toBe(2);
  });

  test('is rewound over its end', () => {
    const { device, driver } = packedRig({ size: 5 });
    for (let k = 0; k < 2; k++) driver.add([readable(k, 1), writable(8, 8)]);
    returnOne(device);
    driver.takeUsed();
    driver.add([readable(2, 1), writable(8, 8)]);
    expect(device.pop()?.availIdx).toBe(2);
    expect(device.pop()?.availIdx).toBe(4);
    expect(device.position()).toMatchObject({ avail: 1, availWrap: false });
    device.rewind(2);
    expect(device.position()).toMatchObject({ avail: 2, availWrap: true });
    expect(device.snapshot()?.inFlight).toEqual([]);
    expect(shortly(device.pop()?.chain.readable ?? [])).toBe('300001+1');
    expect(shortly(device.pop()?.chain.readable ?? [])).toBe('300002+1');
    expect(() => device.rewind(3)).toThrow('in flight');
  });

  test('goes on behind all slots of a list that is returned out of order', () => {
    const { device, driver } = packedRig({ size: 8 });
    const long = driver.add([readable(0, 1), readable(8, 1), writable(16, 8)]);
    const short = driver.add([readable(32, 1)]);
    const [first, second] = [device.pop(), device.pop()];
    if (first === undefined || second === undefined) throw new Error('nothing popped');
    expect(device.pushUsed(second.chain, 0)).toBe(0);
    expect(device.pushUsed(first.chain, 8)).toBe(1);
    expect(device.position().used).toBe(4);
    expect(driver.takeUsed()).toEqual({ token: short, writtenBytes: 0, isKnown: true });
    expect(driver.takeUsed()).toEqual({ token: long, writtenBytes: 8, isKnown: true });
    expect(driver.takeUsed()).toBeUndefined();
  });
});

describe('notification in a packed ring', () => {
  test('without EVENT_IDX follows the driver event flags', () => {
    const { device, driver } = packedRig();
    driver.add([readable(0, 1)]);
    driver.add([readable(0, 1)]);
    returnOne(device);
    expect(device.takeInterruptNeed()).toBe(true);
    driver.disableInterrupts();
    returnOne(device);
    expect(device.takeInterruptNeed()).toBe(false);
  });

  test.each([
    ['in this lap', 2, true, [false, false, true, false]],
    ['in the lap before, as an old driver event is', 6, false, [false, false, false, false]],
  ])('with EVENT_IDX wants an interrupt at the named descriptor: %s', (_, slot, wrap, expected) => {
    const { ram, setup, device, driver } = packedRig({ eventIdx: true });
    for (let k = 0; k < 4; k++) driver.add([readable(0, 1)]);
    ram.storeLe16(setup.driverArea, slot | (wrap ? 0x8000 : 0));
    const needs = expected.map(() => {
      returnOne(device);
      return device.takeInterruptNeed();
    });
    expect(needs).toEqual(expected);
  });

  test('kicks can be turned off and on', () => {
    for (const eventIdx of [false, true]) {
      const { device, driver } = packedRig({ eventIdx });
      driver.add([readable(0, 1)]);
      expect(driver.takeKickNeed()).toBe(true);
      device.disableKicks();
      driver.add([readable(0, 1)]);
      expect(driver.takeKickNeed()).toBe(false);
      device.pop();
      expect(device.enableKicks()).toBe(true);
      device.pop();
      expect(device.enableKicks()).toBe(false);
      driver.add([readable(0, 1)]);
      expect(driver.takeKickNeed()).toBe(true);
    }
  });
});

describe('what a driver of a packed ring does wrong', () => {
  test('VQ-09: a list that goes on behind the free slots is cut, and the ring goes on', () => {
    const { device, driver } = packedRig({ size: 4 });
    driver.add([readable(0, 1)]);
    driver.addRaw(3, () => [
      { address: at(0), bytes: 1, flags: NEXT },
      { address: at(1), bytes: 1, flags: NEXT },
      { address: at(2), bytes: 1, flags: NEXT },
    ]);
    device.pop();
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-09']);
    expect(popped?.chain).toMatchObject({ ringSlots: 3 });
    expect(device.pop()).toBeUndefined();
    if (popped !== undefined) device.pushUsed(popped.chain, 0);
    expect(driver.takeUsed()?.token).toBe(popped?.chain.head);
  });

  test('VQ-09: an indirect table longer than the queue is cut at its size', () => {
    const { ram, device, driver } = packedRig({ size: 3, indirect: true });
    ram.write(at(0x1000), packedTable(...Array.from({ length: 5 }, (): Entry => [at(0), 1, 0, 0])));
    driver.addRaw(1, () => [{ address: at(0x1000), bytes: 80, flags: INDIRECT }]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-09']);
    expect(popped?.chain.readable).toHaveLength(3);
  });

  test('VQ-P07: an indirect descriptor that was not negotiated is left out', () => {
    const { device, driver } = packedRig();
    driver.addRaw(1, () => [{ address: at(0), bytes: 16, flags: INDIRECT }]);
    expect(rulesOf(device.pop()?.violations)).toEqual(['VQ-P07']);
  });

  test('VQ-P07: an indirect descriptor in a list is left out', () => {
    const { device, driver } = packedRig({ indirect: true });
    driver.addRaw(2, () => [
      { address: at(0), bytes: 16, flags: INDIRECT | NEXT },
      { address: at(64), bytes: 8, flags: WRITE },
    ]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-P07']);
    expect(popped?.chain.readable).toEqual([]);
    expect(shortly(popped?.chain.writable ?? [])).toBe('300040+8');
    expect(popped?.chain.ringSlots).toBe(2);
  });

  test('VQ-P07: a table with other flags than WRITE is named, a nested table left out', () => {
    const { ram, device, driver } = packedRig({ indirect: true });
    ram.write(at(0x1000), packedTable([at(0), 4, NEXT, 0], [at(16), 16, INDIRECT, 0]));
    driver.addRaw(1, () => [{ address: at(0x1000), bytes: 32, flags: INDIRECT }]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-P07']);
    expect(shortly(popped?.chain.readable ?? [])).toBe('300000+4');
  });

  test('VQ-P11: event flags that are not defined are noted once and ask for interrupts', () => {
    for (const [eventIdx, flags] of [
      [false, 2],
      [true, 3],
    ] as const) {
      const { ram, setup, device, driver } = packedRig({ eventIdx });
      ram.storeLe16(setup.driverArea + 2n, flags);
      for (let k = 0; k < 2; k++) {
        driver.add([readable(0, 1)]);
        returnOne(device);
        expect(device.takeInterruptNeed()).toBe(true);
      }
      expect(rulesOf(device.takeViolations())).toEqual(['VQ-P11']);
    }
  });

  test('VQ-16: a slot made available again while all are in flight breaks the ring', () => {
    const { ram, setup, device, driver } = packedRig({ size: 2 });
    driver.add([readable(0, 1)]);
    driver.add([readable(0, 1)]);
    device.pop();
    device.pop();
    ram.storeLe16(setup.descriptorArea + 14n, 0x8000);
    expect(device.pop()).toBeUndefined();
    expect(rulesOf(device.takeViolations())).toEqual(['VQ-16']);
    expect(device.availableChains()).toBe(0);
  });

  test('VQ-17: a buffer id that is in flight is named, and both chains can be returned', () => {
    const { device, driver } = packedRig();
    const id = driver.add([readable(0, 1)]) ?? 0;
    driver.publishAs(id, 1, () => [{ address: at(8), bytes: 2, flags: 0 }]);
    const first = device.pop();
    const second = device.pop();
    expect(rulesOf(second?.violations)).toEqual(['VQ-17']);
    if (first === undefined || second === undefined) throw new Error('nothing popped');
    device.pushUsed(second.chain, 0);
    expect(device.snapshot()?.inFlight).toEqual([id]);
    device.pushUsed(first.chain, 0);
    expect(device.snapshot()?.inFlight).toEqual([]);
    expect(() => device.pushUsed(first.chain, 0)).toThrow('returned once');
  });

  test('VQ-02, VQ-11 and VQ-18 are found as in split rings', () => {
    const { device, driver } = packedRig({ indirect: true });
    driver.addRaw(2, () => [
      { address: at(0), bytes: 8, flags: WRITE | NEXT },
      { address: at(8), bytes: 8, flags: 0 },
    ]);
    driver.addRaw(1, () => [{ address: at(0), bytes: 24, flags: INDIRECT }]);
    driver.addRaw(1, () => [{ address: 0n, bytes: 1, flags: 0 }]);
    const rules = [device.pop(), device.pop(), device.pop()].map((one) => rulesOf(one?.violations));
    expect(rules).toEqual([['VQ-02'], ['VQ-11'], ['VQ-18']]);
  });
});

/** Descriptors of a packed ring's indirect table: address, bytes, flags, id. */
function packedTable(...entries: Entry[]): Uint8Array {
  const bytes = new Uint8Array(16 * entries.length);
  const view = new DataView(bytes.buffer);
  entries.forEach(([address, length, flags, id], k) => {
    view.setBigUint64(16 * k, address, true);
    view.setUint32(16 * k + 8, length, true);
    view.setUint16(16 * k + 12, id, true);
    view.setUint16(16 * k + 14, flags, true);
  });
  return bytes;
}
