// Somebody who looks on: what it sees of a driver and a device that go on meanwhile, and that it never writes.
import { describe, expect, test } from 'vitest';
import { openObserver } from '../../../src-core/queue/observer-queue.ts';
import { guessWrap } from '../../../src-core/queue/packed-observer.ts';
import type { Ram } from '../../../src-core/queue/ram.ts';
import type { ObserverQueue, Sighting } from '../../../src-core/queue/sighting.ts';
import type { Chain, QueueSetup } from '../../../src-core/queue/virtqueue.ts';
import { BUFFERS_AT, newRam, RAM_AT, RAM_BYTES, type Rig, rigOf, setupOf } from './queue-rig.ts';

const KINDS: readonly [string, Partial<QueueSetup>][] = [
  ['split', { size: 8 }],
  ['split, indirect', { size: 8, indirect: true }],
  ['packed', { size: 8, packed: true }],
  ['packed, indirect', { size: 8, packed: true, indirect: true }],
];

describe.each(KINDS)('looking on at a %s queue', (_name, changes) => {
  test('shows each chain once, and once more when it is returned', () => {
    const { rig, observer } = watched(changes);
    const seen: number[] = [];
    const returned: number[] = [];
    const inDevice: Chain[] = [];
    let wanted = 0;
    for (let turn = 0; turn < 400; turn++) {
      while (rig.driver.takeUsed() !== undefined);
      if (turn % 3 !== 2) wanted += add(rig, wanted);
      for (let popped = rig.device.pop(); popped; popped = rig.device.pop()) {
        inDevice.push(popped.chain);
      }
      const sighting = looked(observer);
      seen.push(...sighting.available.map(({ chain }) => markOf(chain)));
      if (turn % 2 === 1) for (const chain of inDevice.splice(0, 2)) rig.device.pushUsed(chain, 4);
      const after = looked(observer);
      expect(after.available).toEqual([]);
      expect(after.used.every((used) => used.seen?.isStale === false)).toBe(true);
      returned.push(...after.used.map((used) => markOf(used.seen?.chain)));
      expect(observer.inFlight().length).toBe(inDevice.length);
      expect(after.missedAvailable + after.missedUsed + sighting.missedAvailable).toBe(0);
    }
    expect(wanted).toBeGreaterThan(100);
    expect(seen).toEqual(Array.from({ length: wanted }, (_none, mark) => mark));
    expect(returned).toEqual(seen.slice(0, returned.length));
  });

  test('tells a chain that was returned before it was looked at', () => {
    const { rig, observer } = watched(changes);
    add(rig, 0);
    turnAround(rig);
    const sighting = looked(observer);
    if (changes.packed === true) {
      expect(sighting).toMatchObject({ available: [], missedAvailable: 1 });
      expect(sighting.used).toMatchObject([{ seen: undefined, writtenBytes: 4 }]);
    } else {
      expect(sighting.available).toMatchObject([{ isStale: true, violations: [] }]);
      expect(sighting.used).toMatchObject([{ seen: { isStale: true }, writtenBytes: 4 }]);
    }
    // How long an unseen list of a packed ring was, nobody can tell.
    if (changes.packed === true && changes.indirect !== true) return;
    add(rig, 1);
    const next = looked(observer);
    expect(next.available.map(({ chain, isStale }) => [markOf(chain), isStale])).toEqual([
      [1, false],
    ]);
  });

  test('never changes a byte of memory', () => {
    const { rig, observer } = watched(changes);
    add(rig, 0);
    add(rig, 1);
    const before = memoryOf(rig);
    looked(observer);
    observer.snapshot();
    expect(memoryOf(rig).equals(before)).toBe(true);
  });
});

test('a split ring that went round unseen is counted, and what comes after is seen', () => {
  const { rig, observer } = watched({ size: 4 });
  for (let mark = 0; mark < 10; mark++) {
    add(rig, mark);
    turnAround(rig);
  }
  const sighting = looked(observer);
  expect(sighting.missedAvailable).toBe(6);
  expect(sighting.missedUsed).toBe(6);
  expect(sighting.available).toHaveLength(4);
  expect(sighting.available.every(({ isStale }) => isStale)).toBe(true);
  add(rig, 10);
  expect(looked(observer).available.map(({ chain }) => markOf(chain))).toEqual([10]);
});

test('looking begins in the middle, with the chains that are in flight', () => {
  const rig = rigOf({ size: 8 });
  for (let mark = 0; mark < 5; mark++) {
    add(rig, mark);
    if (mark < 3) turnAround(rig);
    else rig.device.pop();
  }
  const { used } = rig.device.position();
  const observer = opened(
    { ...rig.setup, position: { avail: used, availWrap: true, used, usedWrap: true } },
    rig.ram,
  );
  expect(looked(observer).available.map(({ chain }) => markOf(chain))).toEqual([3, 4]);
});

test('the wrap counter of a packed ring is read off its descriptors', () => {
  const rig = rigOf({ size: 3, packed: true });
  for (let mark = 0; mark < 11; mark++) {
    add(rig, mark, 1);
    const { used, usedWrap } = turnAround(rig);
    expect(guessWrap(rig.setup, rig.ram, used)).toBe(usedWrap);
  }
});

test.each<[string, Partial<QueueSetup>]>([
  ['of no size', { size: 0 }],
  ['whose size is no power of two', { size: 6 }],
  ['outside memory', { deviceArea: 0xffff_0000_0000n }],
])('a ring %s is refused with a reason', (_name, changes) => {
  expect(openObserver(setupOf(changes), newRam())).toEqual(expect.any(String));
});

test('garbage never throws and never takes long', () => {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 8;
  };
  for (const packed of [false, true]) {
    const ram = newRam();
    const setup = setupOf({ packed, size: 64, indirect: true });
    const observer = opened(setup, ram);
    for (let turn = 0; turn < 300; turn++) {
      const noise = Uint8Array.from({ length: 64 }, random);
      const areas = [setup.descriptorArea, setup.driverArea, setup.deviceArea];
      ram.write((areas[turn % 3] ?? RAM_AT) + BigInt(random() % 900), noise);
      const sighting = observer.look();
      expect(sighting?.available.length ?? 0).toBeLessThanOrEqual(64);
    }
  }
});

/** Compared as one: a matcher would look at each of four million bytes. */
function memoryOf(rig: Rig): Buffer {
  return Buffer.from(rig.ram.read(RAM_AT, RAM_BYTES) ?? []);
}

function watched(changes: Partial<QueueSetup>): { rig: Rig; observer: ObserverQueue } {
  const rig = rigOf(changes);
  return { rig, observer: opened(rig.setup, rig.ram) };
}

function opened(setup: QueueSetup, ram: Ram): ObserverQueue {
  const observer = openObserver(setup, ram);
  if (typeof observer === 'string') throw new Error(observer);
  return observer;
}

function looked(observer: ObserverQueue): Sighting {
  const sighting = observer.look();
  if (sighting === undefined) throw new Error('the ring is gone');
  return sighting;
}

/** 1 when there was room. */
function add(rig: Rig, mark: number, pieces = 2): number {
  const at = BUFFERS_AT + BigInt(mark * 64);
  const buffers = [{ address: at, bytes: 8, writable: false }];
  if (pieces > 1) buffers.push({ address: at + 8n, bytes: 8, writable: true });
  return rig.driver.add(buffers) === undefined ? 0 : 1;
}

function turnAround(rig: Rig) {
  const popped = rig.device.pop();
  if (popped === undefined) throw new Error('nothing to turn around');
  rig.device.pushUsed(popped.chain, Math.min(4, popped.chain.writableBytes));
  rig.driver.takeUsed();
  return rig.device.position();
}

function markOf(chain: Chain | undefined): number {
  const address = chain?.readable[0]?.address ?? -1n;
  return Number((address - BUFFERS_AT) / 64n);
}
