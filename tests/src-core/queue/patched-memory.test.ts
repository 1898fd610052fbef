// Memory in which some bytes read differently.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PatchedMemory } from '../../../src-core/queue/patched-memory.ts';
import { Ram } from '../../../src-core/queue/ram.ts';

const BYTES = 64;

test('any read shows the patches where they lie, and the memory elsewhere', () => {
  const range = fc.record({ at: fc.nat({ max: BYTES - 1 }), bytes: fc.nat({ max: BYTES }) });
  fc.assert(
    fc.property(range, range, range, (one, other, read) => {
      const memory = new Ram([{ guestAddress: 0x1000n, widthBytes: BYTES }]);
      const expected = Uint8Array.from({ length: BYTES }, (_, at) => at);
      memory.write(0x1000n, expected);
      const patches = [one, other].map(({ at, bytes }, place) => {
        const widthBytes = Math.min(bytes, BYTES - at);
        expected.fill(200 + place, at, at + widthBytes);
        return { at: 0x1000n + BigInt(at), bytes: new Uint8Array(widthBytes).fill(200 + place) };
      });
      const patched = new PatchedMemory(memory, patches);
      const bytes = Math.min(read.bytes, BYTES - read.at);
      const from = 0x1000n + BigInt(read.at);
      const wanted = expected.slice(read.at, read.at + bytes);
      expect(patched.read(from, bytes)).toEqual(wanted);
      const target = new Uint8Array(bytes + 2);
      expect(patched.readInto(from, target, 1, bytes)).toBe(true);
      expect(target.slice(1, 1 + bytes)).toEqual(wanted);
    }),
    { seed: 41, numRuns: 300 },
  );
});

test('half-words, writes and what is not mapped', () => {
  const memory = new Ram([{ guestAddress: 0n, widthBytes: 16 }]);
  const patched = new PatchedMemory(memory, [{ at: 4n, bytes: Uint8Array.of(1, 2, 3, 4) }]);
  expect([patched.loadLe16(4n), patched.loadLe16(6n), patched.loadLe16(8n)]).toEqual([
    0x201, 0x403, 0,
  ]);
  patched.storeLe16(4n, 0x7777);
  patched.write(6n, Uint8Array.of(9));
  expect([memory.loadLe16(4n), patched.loadLe16(4n)]).toEqual([0x7777, 0x201]);
  expect([patched.read(12n, 8), patched.loadLe16(16n)]).toEqual([undefined, undefined]);
  expect(patched.regions()).toBe(memory.regions());
  patched.drop();
  expect([patched.loadLe16(4n), patched.loadLe16(6n)]).toEqual([0x7777, 0x0009]);
});
