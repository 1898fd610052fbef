import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashPcm } from '../../../src-core/audio/pcm-hash.ts';

test('bytes hash alike wherever they lie in memory', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(7), (bytes, shift) => {
      const moved = new Uint8Array(bytes.length + shift);
      moved.set(bytes, shift);
      return hashPcm(moved.subarray(shift)) === hashPcm(bytes);
    }),
    { seed: 5 },
  );
});

test('a changed byte changes the hash, and so does a zero more at the end', () => {
  const bytes = Uint8Array.from({ length: 4099 }, (_, at) => at * 7);
  const seen = new Set([hashPcm(bytes)]);
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    seen.add(hashPcm(changed));
  }
  expect(seen.size).toBe(4100);
  expect(hashPcm(new Uint8Array(8))).not.toBe(hashPcm(new Uint8Array(9)));
});
