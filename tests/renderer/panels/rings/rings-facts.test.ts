import { describe, expect, test } from 'vitest';
import {
  type Ring,
  ringFacts,
  ringPointers,
} from '../../../../renderer/panels/rings/rings-facts.ts';
import { RingHeat } from '../../../../renderer/panels/rings/rings-heat.ts';
import { readPackedRing } from '../../../../renderer/panels/rings/rings-packed.ts';
import { readSplitRing } from '../../../../renderer/panels/rings/rings-split.ts';
import { packedView, splitView } from './ring-fixture.ts';

function factsOf(ring: Ring) {
  return new Map(
    ringFacts(ring).flatMap(({ title, facts }) =>
      facts.map((fact) => [`${title}: ${fact.label}`, fact] as const),
    ),
  );
}

describe('facts of a split ring', () => {
  const ring = readSplitRing(
    splitView({
      descriptors: { 1: {}, 2: {} },
      avail: [1, 2],
      availIdx: 12,
      lastAvail: 11,
      usedIdx: 10,
      inFlight: [1],
      eventIdx: true,
      usedEvent: 10,
      availEvent: 11,
    }),
  );
  const facts = factsOf(ring);

  test('give indexes with the slot that they name', () => {
    expect(facts.get('Driver writes (avail ring): idx')).toMatchObject({ value: '12', slot: 4 });
    expect(facts.get('Device writes (used ring): last avail')).toMatchObject({ slot: 3 });
    expect(facts.get('Device writes (used ring): idx')).toMatchObject({ value: '10', slot: 2 });
  });

  test('say when the next notification comes', () => {
    expect(facts.get('Driver writes (avail ring): used_event')?.note).toBe('interrupt in 1');
    expect(facts.get('Device writes (used ring): avail_event')?.note).toBe('no kick');
  });

  test('say which part of guest memory an area lies in', () => {
    const regions = [
      { guestAddress: 0n, widthBytes: 0x800 },
      { guestAddress: 0x1000n, widthBytes: 0x1000_0000 },
    ];
    const mapped = factsOf({ ...ring, regions });
    const descriptors = 'Guest-physical addresses: descriptors';
    expect(mapped.get(descriptors)).toMatchObject({ value: '0x10000', note: 'region 2 of 2' });
    const outside = factsOf({ ...ring, regions: regions.slice(0, 1) });
    expect(outside.get(descriptors)?.note).toBe('not mapped');
    expect(facts.get(descriptors)?.note).toBeUndefined();
  });

  test('count what is free, waiting and in flight', () => {
    expect(facts.get('Now: free')).toMatchObject({ value: '6 of 8', grade: 'derived' });
    expect(facts.get('Now: waiting')?.value).toBe('1');
    expect(facts.get('Now: in flight')?.value).toBe('1');
  });

  test('mark the three places', () => {
    expect(ringPointers(ring).map(({ mark, slot }) => [mark, slot])).toEqual([
      ['avail', 4],
      ['last', 3],
      ['used', 2],
    ]);
  });

  test('show event indexes as unavailable when they were not negotiated', () => {
    const plain = factsOf(readSplitRing(splitView({ availFlags: 1, usedFlags: 1 })));
    expect(plain.get('Driver writes (avail ring): used_event')?.grade).toBe('unavailable');
    expect(plain.get('Driver writes (avail ring): flags')?.means).toContain('NO_INTERRUPT');
    expect(plain.get('Device writes (used ring): flags')?.means).toContain('NO_NOTIFY');
  });
});

describe('facts of a packed ring', () => {
  test('give positions with their wrap counters and the suppression in words', () => {
    const facts = factsOf(
      readPackedRing(
        packedView({
          availSlot: 3,
          usedSlot: 1,
          availWrap: false,
          driverEvent: [0x8002, 2],
          deviceEvent: [0, 1],
        }),
      ),
    );
    expect(facts.get('Device: avail position')).toMatchObject({ value: '3', note: 'wrap 0' });
    expect(facts.get('Device: used position')?.note).toBe('wrap –');
    expect(facts.get('Driver event suppression: interrupts')?.value).toBe('at slot 2');
    expect(facts.get('Device: kicks')?.value).toBe('disabled');
  });
});

test('a slot is hot when an index passed it and cold three seconds later', () => {
  const heat = new RingHeat();
  const at = (usedIdx: number) => readSplitRing(splitView({ usedIdx }));
  expect([...heat.look(at(6), 0)]).toEqual(new Array(8).fill(0));
  expect([...heat.look(at(9), 1e9)]).toEqual([1, 0, 0, 0, 0, 0, 1, 1]);
  expect(heat.look(at(9), 2.5e9)[7]).toBeCloseTo(0.5);
  expect(heat.look(at(9), 4e9)[7]).toBe(0);
});
