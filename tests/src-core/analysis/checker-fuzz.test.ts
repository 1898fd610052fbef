import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry, EntryBody } from '../../../src-core/capture/entry.ts';
import { Follower } from '../../../src-core/capture/follower.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { check, emptyCapture, recordScenario } from './check-rig.ts';

const SEED = 20_25;

function entriesOf(name: string): Entry[] {
  const entries: Entry[] = [];
  new Follower(recordScenario(name, 2)).follow({ entry: (entry) => entries.push(entry) });
  return entries;
}

/** One entry with some of its bytes, lengths and numbers changed. */
function changed(entry: EntryBody, dice: number): EntryBody {
  const bytes = (old: Uint8Array) => {
    const copy = old.slice(0, dice % 3 === 0 ? dice % (old.length + 1) : old.length);
    if (copy.length > 0) copy[dice % copy.length] = dice & 0xff;
    return copy;
  };
  switch (entry.kind) {
    case 'popped': {
      const grown = (dice % 2) * 2 ** 31;
      const chain = {
        ...entry.chain,
        readableBytes: dice % 5000,
        writableBytes: grown + (dice % 700),
      };
      return { ...entry, queue: dice % 5, body: bytes(entry.body), chain };
    }
    case 'used':
      return { ...entry, queue: dice % 5, usedIdx: dice & 0xffff, reply: bytes(entry.reply) };
    case 'kick':
    case 'interrupt':
      return { ...entry, queue: dice % 5 };
    case 'ring':
      return {
        ...entry,
        queue: dice % 5,
        size: dice % 70_000,
        packed: dice % 2 === 0,
        driverArea: bytes(entry.driverArea),
        deviceArea: bytes(entry.deviceArea),
      };
    default:
      return entry;
  }
}

test('whatever stands in a capture, checking it ends and never throws', () => {
  const sources = ['wrong-order', 'bad-chains', 'duplex', 'packed'].map(entriesOf);
  const step = fc.record({ source: fc.nat(3), at: fc.nat(600), count: fc.nat(60), dice: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const capture = emptyCapture();
      for (const { source, at, count, dice } of steps) {
        const entries = sources[source]?.slice(at, at + count) ?? [];
        entries.forEach(({ seq: _seq, atNs: _atNs, ...body }, place) => {
          const isChanged = (place + dice) % 4 === 0;
          const entry = isChanged ? changed(body as EntryBody, dice + place) : (body as EntryBody);
          capture.append(capture.endNs + (dice % 5_000_000), entry);
        });
      }
      const { checker } = check(capture);
      expect(checker.isFinished).toBe(true);
    }),
    { seed: SEED, numRuns: 150 },
  );
});

test('what it remembers is bounded, whatever a device keeps', () => {
  const capture = emptyCapture();
  const part = { address: 0n, bytes: 12, flags: 0, next: 0, slot: 0 };
  const chain = {
    head: 0,
    readable: [part],
    writable: [],
    readableBytes: 12,
    writableBytes: 0,
    indirect: true,
    ringSlots: 1,
  };
  for (let place = 0; place < LIMITS.heldMessages + 5000; place++) {
    const body = new Uint8Array([place & 0xff, place >> 8, 0, 0]);
    capture.append(place, { kind: 'popped', queue: 2, chain, availIdx: place & 0xffff, body });
  }
  const { checker } = check(capture);
  expect(checker.world.held.size).toBeLessThanOrEqual(LIMITS.heldMessages);
  expect(checker.world.streams.size).toBeLessThanOrEqual(4 * LIMITS.streams);
}, 60_000);
