import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DONE, FREE, POSTED, SERVICE } from '../../../../renderer/panels/rings/rings-model.ts';
import {
  chainLinks,
  chainSlots,
  headOfSlot,
  isGhost,
  messageOfSlot,
  readSplitRing,
} from '../../../../renderer/panels/rings/rings-split.ts';
import { type SplitFixture, splitView } from './ring-fixture.ts';

const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;

function read(fixture: SplitFixture) {
  return readSplitRing(splitView(fixture));
}

function rulesOf(fixture: SplitFixture, context = {}): string[] {
  return readSplitRing(splitView(fixture), context).problems.map(({ rule }) => rule);
}

describe('a split ring', () => {
  const ring = read({
    descriptors: {
      0: { flags: NEXT, next: 1 },
      1: { flags: WRITE },
      2: { flags: NEXT, next: 3 },
      3: { flags: NEXT | WRITE, next: 4 },
      4: { flags: WRITE },
      5: { flags: WRITE },
    },
    avail: [0, 2, 5],
    lastAvail: 2,
    used: [[0, 8]],
    inFlight: [2],
    messages: [
      [0, 100],
      [2, 101],
    ],
  });

  test('says who has each descriptor', () => {
    expect([...ring.descriptorStages]).toEqual([
      DONE,
      FREE,
      SERVICE,
      SERVICE,
      SERVICE,
      POSTED,
      FREE,
      FREE,
    ]);
    expect(ring.freeDescriptors).toBe(4);
    expect([ring.waiting, ring.inFlight]).toEqual([1, 1]);
  });

  test('says where each avail and used slot stands', () => {
    expect([...ring.availStages].slice(0, 4)).toEqual([DONE, SERVICE, POSTED, FREE]);
    expect([...ring.usedStages].slice(0, 2)).toEqual([DONE, FREE]);
  });

  test('leads from a slot to its message, but not from one that is not popped yet', () => {
    expect(messageOfSlot(ring, 'avail', 1)).toBe(101);
    expect(messageOfSlot(ring, 'descriptor', 3)).toBe(101);
    expect(messageOfSlot(ring, 'used', 0)).toBe(100);
    expect(messageOfSlot(ring, 'avail', 2)).toBe(-1);
    expect(messageOfSlot(ring, 'descriptor', 7)).toBe(-1);
    expect(headOfSlot(ring, 'descriptor', 4)).toBe(2);
  });

  test('links a chain from the avail ring through `next`', () => {
    expect(chainSlots(ring, 2)).toEqual([2, 3, 4]);
    expect(
      chainLinks(ring, 2).map(({ from, fromSlot, toSlot }) => [from, fromSlot, toSlot]),
    ).toEqual([
      ['avail', 1, 2],
      ['descriptor', 2, 3],
      ['descriptor', 3, 4],
    ]);
  });

  test('links a used chain by its head alone to its place in the used ring', () => {
    expect(chainLinks(ring, 0).map(({ from, to }) => `${from}>${to}`)).toEqual([
      'avail>descriptor',
      'descriptor>used',
    ]);
  });

  test('has no problem', () => {
    expect(ring.problems).toEqual([]);
  });
});

describe('a head that is used again', () => {
  const ring = read({
    descriptors: { 0: { flags: WRITE } },
    avail: [0, 0],
    lastAvail: 2,
    used: [[0, 8]],
    inFlight: [0],
    messages: [[0, 7]],
  });

  test('leaves a ghost in its older slots, which lead to no message', () => {
    expect(isGhost(ring, 'avail', 0)).toBe(true);
    expect(isGhost(ring, 'avail', 1)).toBe(false);
    expect(isGhost(ring, 'used', 0)).toBe(true);
    expect(messageOfSlot(ring, 'avail', 0)).toBe(-1);
    expect(messageOfSlot(ring, 'used', 0)).toBe(-1);
    expect(messageOfSlot(ring, 'avail', 1)).toBe(7);
  });
});

describe('free-running indexes', () => {
  test('go on past 65535', () => {
    const ring = read({
      descriptors: { 1: { flags: WRITE }, 2: { flags: WRITE } },
      avail: [1, 2],
      availIdx: 1,
      lastAvail: 0,
      usedIdx: 65535,
      used: [],
      inFlight: [1],
    });
    expect(ring.waiting).toBe(1);
    expect(ring.availStages[7]).toBe(SERVICE);
    expect(ring.availStages[0]).toBe(POSTED);
    expect(ring.problems).toEqual([]);
  });
});

describe('what breaks a rule', () => {
  const good = { flags: WRITE };

  test('an avail index that jumps is named and its heads are not walked', () => {
    const ring = read({ avail: [1, 2], availIdx: 20, lastAvail: 0 });
    expect(ring.problems.map(({ rule, table, slot }) => [rule, table, slot])).toEqual([
      ['VQ-16', 'avail', -1],
    ]);
    expect([...ring.descriptorStages]).toEqual(new Array(8).fill(FREE));
  });

  test('a head past the queue size is named in its slot', () => {
    const ring = read({ avail: [9], lastAvail: 0 });
    expect(ring.problems).toMatchObject([{ rule: 'VQ-15', table: 'avail', slot: 0 }]);
  });

  test('a `next` past the queue size is named', () => {
    expect(
      rulesOf({ descriptors: { 0: { flags: NEXT, next: 8 } }, avail: [0], lastAvail: 0 }),
    ).toEqual(['VQ-15']);
  });

  test('a loop is named once and ends the walk', () => {
    const descriptors = { 0: { flags: NEXT, next: 1 }, 1: { flags: NEXT, next: 0 } };
    expect(rulesOf({ descriptors, avail: [0], lastAvail: 0 })).toEqual(['VQ-05']);
  });

  test('a head made available twice is named', () => {
    expect(
      rulesOf({ descriptors: { 0: good }, avail: [0, 0], lastAvail: 1, inFlight: [0] }),
    ).toEqual(['VQ-17']);
  });

  test('a descriptor in two chains is named', () => {
    const descriptors = { 0: { flags: NEXT, next: 2 }, 1: { flags: NEXT, next: 2 }, 2: good };
    expect(rulesOf({ descriptors, avail: [0, 1], lastAvail: 0 })).toEqual(['VQ-17']);
  });

  test('no bytes, address zero and addresses outside guest memory are named', () => {
    const regions = [{ guestAddress: 0n, widthBytes: 0x2000 }];
    const descriptors = {
      0: { len: 0 },
      1: { addr: 0n },
      2: { addr: 0x1ff8n, len: 16 },
      3: { addr: 0x1ff0n, len: 16 },
    };
    const ring = readSplitRing(splitView({ descriptors, avail: [0, 1, 2, 3], lastAvail: 0 }), {
      regions,
    });
    expect(ring.problems.map(({ slot, rule }) => [slot, rule])).toEqual([
      [0, 'VQ-18'],
      [1, 'VQ-18'],
      [2, 'VQ-18'],
    ]);
  });

  test('a range that goes on in an adjoining region is mapped', () => {
    const regions = [
      { guestAddress: 0x2000n, widthBytes: 0x1000 },
      { guestAddress: 0n, widthBytes: 0x2000 },
    ];
    const fixture = { descriptors: { 0: { addr: 0x1ff8n, len: 64 } }, avail: [0], lastAvail: 0 };
    expect(rulesOf(fixture, { regions })).toEqual([]);
  });

  test('indirect with next, of odd length, and not negotiated', () => {
    const descriptors = { 0: { flags: INDIRECT | NEXT, len: 17, next: 1 }, 1: good };
    const fixture = { descriptors, avail: [0], lastAvail: 0 };
    expect(rulesOf(fixture, { indirectNegotiated: false })).toEqual(['VQ-10', 'VQ-11', 'VQ-07']);
    expect(rulesOf({ ...fixture, descriptors: { 0: { flags: INDIRECT, len: 48 } } })).toEqual([]);
  });

  test('readable after writable', () => {
    const descriptors = { 0: { flags: WRITE | NEXT, next: 1 }, 1: { flags: 0 } };
    expect(rulesOf({ descriptors, avail: [0], lastAvail: 0 })).toEqual(['VQ-02']);
  });

  test('flags that the standard does not have', () => {
    expect(rulesOf({ availFlags: 2 })).toEqual(['VQ-19']);
    expect(rulesOf({ availFlags: 1 })).toEqual([]);
    expect(rulesOf({ availFlags: 1, eventIdx: true })).toEqual(['VQ-19']);
  });

  test('a used index that somebody else wrote', () => {
    expect(rulesOf({ used: [[0, 8]], avail: [0], usedIdxInMemory: 5 })).toEqual(['VQ-16']);
  });
});

test('whatever the areas hold, reading ends and counts no more than the ring has', () => {
  const areas = fc.record({
    descriptorArea: fc.uint8Array({ minLength: 256, maxLength: 256 }),
    driverArea: fc.uint8Array({ minLength: 38, maxLength: 38 }),
    deviceArea: fc.uint8Array({ minLength: 134, maxLength: 134 }),
    availIdx: fc.nat(70_000),
    usedIdx: fc.nat(70_000),
    inFlight: fc.array(fc.nat(70_000), { maxLength: 40 }),
  });
  fc.assert(
    fc.property(areas, (bytes) => {
      const ring = readSplitRing({ ...splitView({ size: 16 }), ...bytes });
      expect(ring.freeDescriptors).toBeGreaterThanOrEqual(0);
      for (let slot = 0; slot < 16; slot++) {
        for (const table of ['avail', 'descriptor', 'used'] as const) {
          expect(messageOfSlot(ring, table, slot)).toBe(-1);
          const links = chainLinks(ring, headOfSlot(ring, table, slot));
          expect(links.length).toBeLessThanOrEqual(18);
        }
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});
