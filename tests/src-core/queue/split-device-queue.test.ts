import { describe, expect, test } from 'vitest';
import { openDeviceQueue } from '../../../src-core/queue/open-queue.ts';
import {
  BUFFERS_AT,
  bytesOf,
  hex,
  isReturnable,
  newRam,
  rulesOf,
  setupOf,
  shortly,
  splitRig,
  table,
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

describe('a split ring, byte for byte', () => {
  /** Written by hand from 2.7.5, 2.7.6, 2.7.8: four descriptors, a chain of three that starts at 2. */
  const setup = setupOf({ size: 4, eventIdx: true });
  function handWritten() {
    const ram = newRam();
    ram.write(
      setup.descriptorArea,
      bytesOf(`
        0010300000000000 00200000 0100 0300
        0000000000000000 00000000 0000 0000
        0000300000000000 04000000 0100 0000
        0030300000000000 08000000 0200 0000`),
    );
    ram.write(setup.driverArea, bytesOf('0000 0100 0200 0000 0000 0000 0000'));
    return ram;
  }

  test('is read as the standard lays it out', () => {
    const queue = openDeviceQueue(setup, handWritten());
    const popped = queue.pop();
    expect(popped?.availIdx).toBe(0);
    expect(popped?.violations).toEqual([]);
    expect(popped?.chain).toEqual({
      head: 2,
      readable: [
        { address: 0x30_0000n, bytes: 4, flags: NEXT, next: 0, slot: 2 },
        { address: 0x30_1000n, bytes: 8192, flags: NEXT, next: 3, slot: 0 },
      ],
      writable: [{ address: 0x30_3000n, bytes: 8, flags: WRITE, next: 0, slot: 3 }],
      readableBytes: 8196,
      writableBytes: 8,
      indirect: false,
      ringSlots: 3,
    });
    expect(queue.pop()).toBeUndefined();
  });

  test('gets a used element and then the used index', () => {
    const ram = handWritten();
    const queue = openDeviceQueue(setup, ram);
    const popped = queue.pop();
    if (popped === undefined) throw new Error('nothing popped');
    expect(queue.pushUsed(popped.chain, 8)).toBe(0);
    expect(queue.enableKicks()).toBe(false);
    // flags, idx 1, ring[0] = {2, 8}, three unused elements, avail_event 1
    expect(hex(ram.read(setup.deviceArea, 38))).toBe(
      `0000${'0100'}${'02000000'}${'08000000'}${'00'.repeat(24)}0100`,
    );
    expect(queue.position()).toEqual({ avail: 1, availWrap: true, used: 1, usedWrap: true });
  });

  test('is not written anywhere else', () => {
    const ram = handWritten();
    const before = hex(ram.read(setup.descriptorArea, 0x9_0000));
    const queue = openDeviceQueue(setup, ram);
    const popped = queue.pop();
    if (popped !== undefined) queue.pushUsed(popped.chain, 8);
    queue.enableKicks();
    queue.disableKicks();
    expect(hex(ram.read(setup.descriptorArea, 0x9_0000))).toBe(before);
  });
});

describe('popping', () => {
  test('takes chains in the order in which they were made available', () => {
    const { driver, device } = splitRig();
    driver.add([readable(0, 4), writable(16, 4)]);
    driver.add([readable(32, 5)]);
    expect(device.availableChains()).toBe(2);
    expect(shortly(device.pop()?.chain.readable ?? [])).toBe('300000+4');
    expect(shortly(device.pop()?.chain.readable ?? [])).toBe('300020+5');
    expect(device.availableChains()).toBe(0);
  });

  test('reads a chain again after a rewind, newest first, and counts on from there', () => {
    const { driver, device } = splitRig();
    for (let k = 0; k < 3; k++) driver.add([readable(k * 16, k + 1), writable(0x100, 8)]);
    for (let k = 0; k < 3; k++) device.pop();
    device.rewind(2);
    expect(device.position().avail).toBe(1);
    expect(device.snapshot()?.inFlight).toEqual([0]);
    const again = device.pop();
    expect(again?.availIdx).toBe(1);
    expect(again?.violations).toEqual([]);
    expect(shortly(again?.chain.readable ?? [])).toBe('300010+2');
  });

  test('goes on where the setup says', () => {
    const position = { avail: 65535, availWrap: true, used: 65535, usedWrap: true };
    const { driver, device } = splitRig({ position });
    driver.add([readable(0, 1)]);
    driver.add([readable(0, 2)]);
    expect(device.pop()?.availIdx).toBe(65535);
    expect(device.pop()?.availIdx).toBe(0);
    expect(device.position()).toEqual({ ...position, avail: 1 });
  });

  test('tells an indirect table from the chain before it', () => {
    const { driver, device, ram } = splitRig({ indirect: true });
    ram.write(
      at(0x1000),
      table([at(0x2000), 4, NEXT, 2], [at(0), 0, 0, 0], [at(0x3000), 8, WRITE, 0]),
    );
    driver.addRaw(2, ([, second = 0]) => [
      { address: at(0), bytes: 7, flags: NEXT, next: second },
      // "The device MUST ignore the write-only flag" of it. Spec: 2.7.5.3.2
      { address: at(0x1000), bytes: 48, flags: INDIRECT | WRITE },
    ]);
    const popped = device.pop();
    expect(popped?.violations).toEqual([]);
    expect(popped?.chain.indirect).toBe(true);
    expect(popped?.chain.ringSlots).toBe(2);
    expect(shortly(popped?.chain.readable ?? [])).toBe('300000+7 302000+4');
    expect(shortly(popped?.chain.writable ?? [])).toBe('303000+8');
  });
});

describe('notification', () => {
  test('without EVENT_IDX an interrupt is wanted unless avail.flags says no', () => {
    const { driver, device } = splitRig();
    const returnOne = () => {
      driver.add([readable(0, 1)]);
      const popped = device.pop();
      if (popped !== undefined) device.pushUsed(popped.chain, 0);
      return device.takeInterruptNeed();
    };
    expect(returnOne()).toBe(true);
    expect(device.takeInterruptNeed()).toBe(false);
    driver.disableInterrupts();
    expect(returnOne()).toBe(false);
    expect(driver.enableInterrupts()).toBe(true);
    expect(returnOne()).toBe(true);
  });

  test('with EVENT_IDX an interrupt is wanted when used_event is crossed', () => {
    const { driver, device, ram, setup } = splitRig({ eventIdx: true });
    for (let k = 0; k < 4; k++) driver.add([readable(0, 1)]);
    ram.storeLe16(setup.driverArea + 4n + 16n, 2);
    const needs = [0, 1, 2, 3].map(() => {
      const popped = device.pop();
      if (popped !== undefined) device.pushUsed(popped.chain, 0);
      return device.takeInterruptNeed();
    });
    expect(needs).toEqual([false, false, true, false]);
  });

  test('with EVENT_IDX a batch that crosses used_event in its middle wants one interrupt', () => {
    const { driver, device, ram, setup } = splitRig({ eventIdx: true });
    for (let k = 0; k < 4; k++) driver.add([readable(0, 1)]);
    ram.storeLe16(setup.driverArea + 4n + 16n, 1);
    for (let k = 0; k < 4; k++) {
      const popped = device.pop();
      if (popped !== undefined) device.pushUsed(popped.chain, 0);
    }
    expect(device.takeInterruptNeed()).toBe(true);
    expect(device.takeInterruptNeed()).toBe(false);
  });

  test('the first interrupt after a resume is sent in any case', () => {
    const position = { avail: 7, availWrap: true, used: 7, usedWrap: true };
    const { driver, device } = splitRig({ eventIdx: true, position });
    driver.disableInterrupts();
    for (const isWanted of [true, false]) {
      driver.add([readable(0, 1)]);
      const popped = device.pop();
      if (popped !== undefined) device.pushUsed(popped.chain, 0);
      expect(device.takeInterruptNeed()).toBe(isWanted);
    }
  });

  test('without EVENT_IDX used.flags turns kicks off and on', () => {
    const { driver, device } = splitRig();
    driver.add([readable(0, 1)]);
    expect(driver.takeKickNeed()).toBe(true);
    expect(driver.takeKickNeed()).toBe(false);
    device.disableKicks();
    driver.add([readable(0, 1)]);
    expect(driver.takeKickNeed()).toBe(false);
    expect(device.enableKicks()).toBe(true);
    driver.add([readable(0, 1)]);
    expect(driver.takeKickNeed()).toBe(true);
  });

  test('with EVENT_IDX a kick comes once for each time that they are asked for', () => {
    const { driver, device } = splitRig({ eventIdx: true });
    const addOne = () => {
      driver.add([readable(0, 1)]);
      return driver.takeKickNeed();
    };
    expect([addOne(), addOne()]).toEqual([true, false]);
    while (device.pop() !== undefined);
    expect(device.enableKicks()).toBe(false);
    expect([addOne(), addOne()]).toEqual([true, false]);
  });
});

describe('what a driver does wrong', () => {
  test('VQ-15: a head that does not exist is an empty chain that can be returned', () => {
    const { driver, device } = splitRig();
    driver.publishHead(8);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-15']);
    expect(popped?.chain).toMatchObject({ head: 8, readable: [], writable: [], ringSlots: 0 });
    if (popped !== undefined) device.pushUsed(popped.chain, 0);
    expect(driver.takeUsed()).toEqual({ token: 8, writtenBytes: 0, isKnown: false });
  });

  test.each([
    ['runs ahead by more than the queue size', 9],
    ['goes back', -1],
  ])('VQ-16: an avail.idx that %s breaks the ring, once', (_, by) => {
    const { driver, device } = splitRig();
    driver.add([readable(0, 4)]);
    expect(device.pop()).toBeDefined();
    driver.jumpAvail(by);
    expect(device.pop()).toBeUndefined();
    expect(rulesOf(device.takeViolations())).toEqual(['VQ-16']);
    driver.jumpAvail(-by);
    driver.add([readable(0, 4)]);
    expect(device.pop()).toBeUndefined();
    expect(device.enableKicks()).toBe(false);
    expect(device.takeViolations()).toEqual([]);
  });

  test('VQ-16: a chain in flight can be returned to a broken ring', () => {
    const { driver, device } = splitRig();
    driver.add([readable(0, 4)]);
    const popped = device.pop();
    driver.jumpAvail(100);
    device.pop();
    expect(isReturnable(device, driver, popped?.chain)).toBe(true);
  });

  test.each([
    [false, 2],
    [true, 1],
  ])('VQ-19: with EVENT_IDX %s avail.flags %i is noted once', (eventIdx, flags) => {
    const { driver, device, ram, setup } = splitRig({ eventIdx });
    ram.storeLe16(setup.driverArea, flags);
    for (let k = 0; k < 2; k++) {
      driver.add([readable(0, 4)]);
      const popped = device.pop();
      if (popped !== undefined) device.pushUsed(popped.chain, 0);
      expect(device.takeInterruptNeed()).toBe(true);
      device.enableKicks();
      if (k === 0) while (driver.takeUsed() !== undefined);
    }
    expect(rulesOf(device.takeViolations())).toEqual(['VQ-19']);
  });

  test('a chain is not returned twice: that is our mistake', () => {
    const { driver, device } = splitRig();
    driver.add([readable(0, 4)]);
    const popped = device.pop();
    if (popped === undefined) throw new Error('nothing popped');
    device.pushUsed(popped.chain, 0);
    expect(() => device.pushUsed(popped.chain, 0)).toThrow('returned once');
  });
});
