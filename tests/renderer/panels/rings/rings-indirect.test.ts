import { describe, expect, test } from 'vitest';
import type { Ring } from '../../../../renderer/panels/rings/rings-facts.ts';
import {
  indirectRows,
  indirectTarget,
  usesTables,
} from '../../../../renderer/panels/rings/rings-indirect-model.ts';
import {
  MOST_RANGES,
  placeIn,
  ringRanges,
} from '../../../../renderer/panels/rings/rings-memory.ts';
import { readPackedRing, slotOfMessage } from '../../../../renderer/panels/rings/rings-packed.ts';
import { readSplitRing } from '../../../../renderer/panels/rings/rings-split.ts';
import {
  armWatch,
  disarmWatch,
  nextReuse,
  reuseCounts,
  reuseText,
  watchName,
  watchOf,
} from '../../../../renderer/panels/rings/rings-watch.ts';
import type { IndirectTable } from '../../../../src-core/contract-rings.ts';
import { packedView, splitView } from './ring-fixture.ts';

const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;
const AVAIL = 1 << 7;

/** Head 1 goes on to 4, which is indirect; head 2 is direct. */
const split = readSplitRing(
  splitView({
    descriptors: {
      1: { flags: NEXT, next: 4 },
      4: { addr: 0x9000n, len: 48, flags: INDIRECT },
      2: { addr: 0x2000n, len: 8 },
    },
    avail: [1, 2],
    lastAvail: 2,
    inFlight: [1, 2],
    messages: [[1, 70]],
  }),
);

const packed = readPackedRing(
  packedView({
    descriptors: {
      0: { flags: AVAIL | NEXT },
      1: { flags: AVAIL, id: 5 },
      2: { flags: AVAIL | INDIRECT, addr: 0x9000n, len: 32, id: 6 },
    },
    availSlot: 3,
    usedSlot: 0,
    availWrap: true,
    usedWrap: true,
    inFlight: [5, 6],
    messages: [
      [5, 10],
      [6, 11],
    ],
  }),
);

function tableOf(entries: readonly Partial<IndirectTable['entries'][number]>[]): IndirectTable {
  const full = entries.map((entry, slot) => ({
    ...{ slot, address: 0x1000n, bytes: 4, flags: 0, next: 0 },
    ...entry,
  }));
  return { slot: 4, entries: full, more: 0, from: 'popped', changed: [] };
}

describe('the indirect table of a chain', () => {
  test('is that of the descriptor at the end of the list, with its message', () => {
    expect(indirectTarget(split, undefined, 1)).toEqual({
      ...{ slot: 4, address: 0x9000n, bytes: 48, index: 70 },
    });
    expect(indirectTarget(split, undefined, 2)).toBeUndefined();
    expect(indirectTarget(split, { table: 'descriptor', slot: 4 }, -1)?.slot).toBe(4);
    expect(indirectTarget(split, undefined, -1)).toBeUndefined();
    expect(usesTables(split)).toBe(true);
  });

  test('of a packed ring is that of its slot', () => {
    expect(indirectTarget(packed, undefined, 2)).toMatchObject({ slot: 2, index: 11 });
    expect(indirectTarget(packed, undefined, 0)).toBeUndefined();
    expect([10, 11, 12].map((index) => slotOfMessage(packed, index))).toEqual([0, 2, -1]);
  });

  test('has its entries in order, each with who may touch it and what comes next', () => {
    const table = tableOf([{ flags: NEXT, next: 1 }, { flags: NEXT, next: 2 }, { flags: WRITE }]);
    const rows = indirectRows(table, split);
    expect(rows.map(({ flags, next }) => [flags, next])).toEqual([
      ['R → 1', 1],
      ['R → 2', 2],
      ['W', -1],
    ]);
    expect(rows.every(({ wrong }) => wrong === undefined)).toBe(true);
  });

  test.each([
    ['nested', [{ flags: INDIRECT }], /VQ-08/],
    ['past the end', [{ flags: NEXT, next: 9 }], /VQ-11/],
    ['empty', [{ bytes: 0 }], /VQ-18/],
    ['not mapped', [{ address: 0xffff_0000n }], /outside guest memory/],
    ['out of order', [{ flags: WRITE | NEXT, next: 1 }, { flags: 0 }], /VQ-02/],
  ])('names what is wrong in an entry: %s', (_name, entries, wanted) => {
    const ring: Ring = { ...split, regions: [{ guestAddress: 0n, widthBytes: 0x10_0000 }] };
    expect(indirectRows(tableOf(entries), ring).at(-1)?.wrong).toMatch(wanted);
  });
});

describe('address ranges', () => {
  test('stand in the region of guest memory that they lie in, what lies outside first', () => {
    const regions = [
      { guestAddress: 0n, widthBytes: 0x8000 },
      { guestAddress: 0x1_0000n, widthBytes: 0x1000 },
    ];
    const { groups, areRegionsKnown } = ringRanges({ ...split, regions });
    expect(areRegionsKnown).toBe(true);
    expect(groups.map(({ nth, lines }) => [nth, lines.map(({ name }) => name)])).toEqual([
      [0, ['indirect table of slot 4']],
      [1, ['buffer of slot 1', 'buffer of slot 2']],
      [2, ['descriptor table', 'avail ring', 'used ring']],
    ]);
    const [line] = groups[2]?.lines ?? [];
    expect(line && placeIn(line, regions[1] as (typeof regions)[0])[0]).toBe(0);
  });

  test('are listed without regions too, and bounded', () => {
    const size = 1024;
    const many = readSplitRing(
      splitView({
        size,
        descriptors: Object.fromEntries(Array.from({ length: size }, (_, slot) => [slot, {}])),
        inFlight: Array.from({ length: size }, (_, slot) => slot),
      }),
    );
    const { groups, areRegionsKnown, more } = ringRanges(many);
    expect(areRegionsKnown).toBe(false);
    expect(groups[0]?.lines.length).toBe(MOST_RANGES);
    expect(more).toBe(size + 3 - MOST_RANGES);
  });
});

describe('a watch', () => {
  const at = (atNs: number, slots: number[]) => ({
    ...{ atNs, slots, index: 3, owner: 1, detail: '', grade: 'observed' as const },
  });
  const rows = [at(100, [1]), at(200, [1, 2]), at(300, [2])];

  test('is one a queue, and has a name', () => {
    armWatch({ queue: 2 });
    armWatch({ queue: 2, slot: 5 });
    expect(watchName(watchOf(2) ?? { queue: 0 })).toBe('slot 5 of txq');
    disarmWatch(2);
    expect(watchOf(2)).toBeUndefined();
    expect(watchName({ queue: 3 })).toBe('rxq');
  });

  test('counts by slot, and goes from one time to the next', () => {
    expect([...reuseCounts({ rows })]).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(nextReuse(rows, 204, 1)?.atNs).toBe(300);
    expect(nextReuse(rows, 204, -1)?.atNs).toBe(100);
    expect(nextReuse(rows, 304, 1)).toBeUndefined();
    expect(reuseText(at(2e9, [1]))).toContain('by message 3, while message 1 had it');
  });
});
