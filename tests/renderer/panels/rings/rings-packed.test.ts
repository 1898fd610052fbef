import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DONE, FREE, POSTED, SERVICE } from '../../../../renderer/panels/rings/rings-model.ts';
import {
  messageOfPackedSlot,
  packedLinks,
  packedRow,
  readPackedRing,
} from '../../../../renderer/panels/rings/rings-packed.ts';
import { type PackedFixture, packedView } from './ring-fixture.ts';

const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;
const AVAIL = 0x80;
const USED = 0x8000;

function read(fixture: PackedFixture) {
  return readPackedRing(packedView(fixture));
}

describe('a packed ring in its first lap', () => {
  const ring = read({
    descriptors: {
      0: { id: 0, flags: AVAIL | USED },
      1: { id: 9, flags: AVAIL | NEXT },
      2: { id: 1, flags: AVAIL | WRITE },
      3: { id: 9, flags: AVAIL | NEXT },
      4: { id: 2, flags: AVAIL | WRITE },
      5: { id: 3, flags: AVAIL | WRITE },
    },
    usedSlot: 1,
    availSlot: 3,
    availWrap: true,
    usedWrap: true,
    inFlight: [1],
    messages: [
      [0, 50],
      [1, 51],
    ],
  });

  test('says who has each slot', () => {
    expect([...ring.stages]).toEqual([DONE, SERVICE, SERVICE, POSTED, POSTED, POSTED, FREE, FREE]);
  });

  test('counts buffers, not descriptors', () => {
    expect([ring.waiting, ring.inFlight, ring.freeDescriptors]).toEqual([2, 1, 3]);
  });

  test('finds the buffer id in the last descriptor of a list', () => {
    expect(messageOfPackedSlot(ring, 1)).toBe(51);
    expect(messageOfPackedSlot(ring, 2)).toBe(51);
    expect(messageOfPackedSlot(ring, 0)).toBe(50);
    expect(messageOfPackedSlot(ring, 3)).toBe(-1);
    expect(packedLinks(ring, 1)).toMatchObject([{ fromSlot: 1, toSlot: 2 }]);
    expect(packedLinks(ring, 0)).toEqual([]);
  });

  test('shows the two bits', () => {
    expect(packedRow(ring, 0)).toMatchObject({ availBit: true, usedBit: true, id: 0 });
    expect(packedRow(ring, 2)).toMatchObject({ availBit: true, usedBit: false, id: 1 });
  });
});

describe('a packed ring after its wrap', () => {
  test('takes the inverted bits for available past the end', () => {
    const ring = read({
      size: 4,
      descriptors: {
        0: { flags: USED },
        1: { flags: AVAIL | USED },
        2: { flags: AVAIL | USED },
        3: { flags: AVAIL },
      },
      usedSlot: 3,
      availSlot: 3,
      availWrap: true,
      usedWrap: true,
    });
    expect([...ring.stages]).toEqual([POSTED, DONE, DONE, POSTED]);
    expect(ring.waiting).toBe(2);
  });

  test('does not take a descriptor of the last lap for a new one', () => {
    const ring = read({
      size: 4,
      descriptors: { 0: { flags: AVAIL }, 1: { flags: AVAIL } },
      usedSlot: 0,
      availSlot: 0,
      availWrap: false,
      usedWrap: false,
    });
    expect(ring.waiting).toBe(0);
  });

  test('is full of popped buffers when the positions meet and the counters differ', () => {
    const ring = read({
      size: 4,
      usedSlot: 2,
      availSlot: 2,
      availWrap: false,
      usedWrap: true,
      inFlight: [0, 1, 2, 3],
    });
    expect([...ring.stages]).toEqual([SERVICE, SERVICE, SERVICE, SERVICE]);
    expect(ring.freeDescriptors).toBe(0);
  });
});

describe('event suppression', () => {
  test('reads all four modes', () => {
    const mode = (desc: number, flags: number) =>
      read({ availSlot: 0, usedSlot: 0, driverEvent: [desc, flags] }).driverEvent;
    expect(mode(0, 0).mode).toBe('enabled');
    expect(mode(0, 1).mode).toBe('disabled');
    expect(mode(0x8003, 2)).toEqual({ mode: 'at descriptor', slot: 3, wrap: true });
    expect(mode(0, 3).mode).toBe('reserved');
  });

  test('names an event past the end of the ring', () => {
    const ring = read({ availSlot: 0, usedSlot: 0, deviceEvent: [12, 2] });
    expect(ring.problems).toMatchObject([{ table: 'used', slot: -1, rule: 'VQ-15' }]);
  });
});

test('indirect with next, and without being negotiated, is named', () => {
  const view = packedView({
    descriptors: { 0: { flags: AVAIL | INDIRECT | NEXT }, 1: { flags: AVAIL } },
    availSlot: 0,
    usedSlot: 0,
    availWrap: true,
    usedWrap: true,
  });
  const { problems } = readPackedRing(view, { indirectNegotiated: false });
  expect(problems.map(({ rule, slot }) => `${rule} ${slot}`)).toEqual(['VQ-P07 0']);
});

test('whatever the areas hold, reading ends', () => {
  const areas = fc.record({
    descriptorArea: fc.uint8Array({ minLength: 112, maxLength: 112 }),
    availIdx: fc.nat(6),
    usedIdx: fc.nat(6),
    availWrap: fc.boolean(),
    usedWrap: fc.boolean(),
    inFlight: fc.array(fc.nat(70_000), { maxLength: 10 }),
  });
  fc.assert(
    fc.property(areas, (bytes) => {
      const ring = readPackedRing({
        ...packedView({ size: 7, availSlot: 0, usedSlot: 0 }),
        ...bytes,
      });
      for (let slot = 0; slot < 7; slot++) {
        expect(messageOfPackedSlot(ring, slot)).toBe(-1);
        expect(packedLinks(ring, slot).length).toBeLessThan(7);
      }
      expect(ring.freeDescriptors).toBeGreaterThanOrEqual(0);
    }),
    { seed: 1, numRuns: 200 },
  );
});
