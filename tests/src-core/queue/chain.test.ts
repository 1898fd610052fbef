import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src-core/limits.ts';
import type { SplitDriverQueue } from '../../../src-core/queue/split-driver-queue.ts';
import {
  BUFFERS_AT,
  type Entry,
  isReturnable,
  type Rig,
  rulesOf,
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

describe('what is wrong in a chain', () => {
  test('VQ-02: a readable descriptor behind a writable one is left out', () => {
    const { driver, device } = splitRig();
    driver.addRaw(3, ([, b = 0, c = 0]) => [
      { address: at(0), bytes: 4, flags: NEXT, next: b },
      { address: at(16), bytes: 8, flags: NEXT | WRITE, next: c },
      { address: at(32), bytes: 5, flags: 0 },
    ]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-02']);
    expect(popped?.violations[0]?.queue).toBe(2);
    expect(shortly(popped?.chain.readable ?? [])).toBe('300000+4');
    expect(shortly(popped?.chain.writable ?? [])).toBe('300010+8');
  });

  test('VQ-05: a chain that loops is cut where it closes', () => {
    const { driver, device } = splitRig();
    driver.addRaw(2, ([a = 0, b = 0]) => [
      { address: at(0), bytes: 4, flags: NEXT, next: b },
      { address: at(16), bytes: 4, flags: NEXT, next: a },
    ]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-05']);
    expect(popped?.chain.readable).toHaveLength(2);
    expect(isReturnable(device, driver, popped?.chain)).toBe(true);
  });

  test('VQ-05: a chain of more than 2^32 bytes is cut there', () => {
    const rig = splitRig({ size: 2048, indirect: true });
    const { device } = rig;
    const entries = Array.from({ length: 1100 }, (_, k): [bigint, number, number, number] => {
      return [0x10_0000n, 0x40_0000, NEXT, k + 1];
    });
    driverTable(rig, entries);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toContain('VQ-05');
    expect(popped?.chain.readableBytes).toBe(2 ** 32);
  });

  test('VQ-05: an indirect table that loops is cut at its size', () => {
    const rig = splitRig({ indirect: true });
    const { device } = rig;
    driverTable(rig, [
      [at(0), 4, NEXT, 1],
      [at(8), 4, NEXT, 0],
    ]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-05']);
    expect(popped?.chain.readable).toHaveLength(2);
  });

  test('VQ-07: an indirect descriptor that was not negotiated is left out', () => {
    const rig = splitRig();
    const { device } = rig;
    driverTable(rig, [[at(0), 4, 0, 0]]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-07']);
    expect(popped?.chain.readable).toEqual([]);
  });

  test('VQ-08: an indirect descriptor in an indirect table is left out', () => {
    const rig = splitRig({ indirect: true });
    const { device } = rig;
    driverTable(rig, [
      [at(0), 16, INDIRECT | NEXT, 1],
      [at(0x100), 8, WRITE, 0],
    ]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-08']);
    expect(shortly(popped?.chain.writable ?? [])).toBe('300100+8');
  });

  test('VQ-09: a chain longer than the queue is cut at the queue size', () => {
    const rig = splitRig({ indirect: true, size: 4 });
    const { device } = rig;
    driverTable(
      rig,
      Array.from({ length: 9 }, (_, k) => [at(k * 8), 4, k < 8 ? NEXT : 0, k + 1]),
    );
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-09']);
    expect(popped?.chain.readable).toHaveLength(4);
  });

  test('VQ-09: all chains that the device holds have a bounded number of descriptors', () => {
    const size = 1024;
    const rig = splitRig({ indirect: true, size });
    const { driver, device } = rig;
    const entries = Array.from({ length: size }, (_, k): [bigint, number, number, number] => {
      return [at(0), 1, k + 1 < size ? NEXT : 0, k + 1];
    });
    driverTable(rig, entries);
    for (let k = 1; k < 300; k++) driver.addRaw(1, () => [tableDescriptor(size)]);
    let descriptors = 0;
    let cut = 0;
    for (let popped = device.pop(); popped !== undefined; popped = device.pop()) {
      descriptors += popped.chain.readable.length;
      if (rulesOf(popped.violations).includes('VQ-09')) cut++;
    }
    expect(descriptors).toBe(LIMITS.descriptorsInFlight);
    expect(cut).toBe(300 - LIMITS.descriptorsInFlight / size);
  });

  test('VQ-10: what follows a descriptor with INDIRECT and NEXT is left out', () => {
    const { driver, device, ram } = splitRig({ indirect: true });
    ram.write(at(0x1000), table([at(0), 4, 0, 0]));
    driver.addRaw(2, ([, b = 0]) => [
      { address: at(0x1000), bytes: 16, flags: INDIRECT | NEXT, next: b },
      { address: at(64), bytes: 8, flags: WRITE },
    ]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-10']);
    expect(shortly(popped?.chain.readable ?? [])).toBe('300000+4');
    expect(popped?.chain.writable).toEqual([]);
    expect(popped?.chain.ringSlots).toBe(1);
  });

  test.each([0, 15, 17])('VQ-11: an indirect table of %i bytes is left out', (bytes) => {
    const { driver, device } = splitRig({ indirect: true });
    driver.addRaw(1, () => [{ address: at(0), bytes, flags: INDIRECT }]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-11']);
    expect(popped?.chain.readable).toEqual([]);
  });

  test('VQ-11: next outside its indirect table ends the chain', () => {
    const rig = splitRig({ indirect: true });
    const { device } = rig;
    driverTable(rig, [[at(0), 4, NEXT, 1]]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-11']);
    expect(shortly(popped?.chain.readable ?? [])).toBe('300000+4');
  });

  test('VQ-15: next outside the descriptor table ends the chain', () => {
    const { driver, device } = splitRig();
    driver.addRaw(1, () => [{ address: at(0), bytes: 4, flags: NEXT, next: 65535 }]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-15']);
    expect(shortly(popped?.chain.readable ?? [])).toBe('300000+4');
  });

  test('VQ-17: a head that is in flight comes as an empty chain', () => {
    const { driver, device } = splitRig();
    const head = driver.add([readable(0, 4), writable(8, 8)]);
    const first = device.pop();
    driver.publishHead(head ?? 0);
    const second = device.pop();
    expect(rulesOf(second?.violations)).toEqual(['VQ-17']);
    expect(second?.chain).toMatchObject({ head, readable: [], writable: [], ringSlots: 0 });
    if (second !== undefined) device.pushUsed(second.chain, 0);
    expect(device.snapshot()?.inFlight).toEqual([head]);
    if (first !== undefined) device.pushUsed(first.chain, 0);
    expect(device.snapshot()?.inFlight).toEqual([]);
  });

  test('VQ-17: a chain that runs into another one in flight is cut there', () => {
    const { driver, device } = splitRig();
    const taken = driver.add([readable(0, 4)]) ?? 0;
    driver.addRaw(1, () => [{ address: at(8), bytes: 5, flags: NEXT, next: taken }]);
    device.pop();
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-17']);
    expect(shortly(popped?.chain.readable ?? [])).toBe('300008+5');
  });

  test.each([
    ['without bytes', at(0), 0],
    ['below guest memory', 0x1000n, 16],
    ['that runs out of guest memory', 0x4f_fff0n, 17],
    ['at the end of the address space', 0xffff_ffff_ffff_fff0n, 32],
  ])('VQ-18: a descriptor %s is left out', (_, address, bytes) => {
    const { driver, device } = splitRig();
    driver.addRaw(2, ([, b = 0]) => [
      { address, bytes, flags: NEXT, next: b },
      { address: at(0), bytes: 8, flags: WRITE },
    ]);
    const popped = device.pop();
    expect(rulesOf(popped?.violations)).toEqual(['VQ-18']);
    expect(popped?.chain.readable).toEqual([]);
    expect(shortly(popped?.chain.writable ?? [])).toBe('300000+8');
  });

  test('VQ-18: an indirect table outside guest memory is left out', () => {
    const { driver, device } = splitRig({ indirect: true });
    driver.addRaw(1, () => [{ address: 0x4f_fff0n, bytes: 32, flags: INDIRECT }]);
    expect(rulesOf(device.pop()?.violations)).toEqual(['VQ-18']);
  });

  test('many faults of one kind in a chain are named once', () => {
    const { driver, device } = splitRig();
    driver.addRaw(8, (slots) =>
      slots.map((_, k) => ({
        address: 0n,
        bytes: 4,
        flags: k < 7 ? NEXT : 0,
        next: slots[k + 1] ?? 0,
      })),
    );
    expect(rulesOf(device.pop()?.violations)).toEqual(['VQ-18']);
  });
});
const TABLE_AT = at(0x1_0000);

function tableDescriptor(entries: number) {
  return { address: TABLE_AT, bytes: entries * 16, flags: INDIRECT };
}

/** Publishes a chain of one indirect descriptor whose table holds `entries`. */
function driverTable({ ram, driver }: Rig<SplitDriverQueue>, entries: Entry[]): void {
  ram.write(TABLE_AT, table(...entries));
  driver.addRaw(1, () => [tableDescriptor(entries.length)]);
}
