import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readChain, readChainInto, writeChain } from '../../../src-core/queue/chain-bytes.ts';
import type { Descriptor } from '../../../src-core/queue/virtqueue.ts';
import { BUFFERS_AT, newRam } from './queue-rig.ts';

/** Descriptors of these widths, with gaps between their buffers. */
function descriptorsOf(widths: readonly number[]): Descriptor[] {
  let address = BUFFERS_AT;
  return widths.map((bytes, slot) => {
    const descriptor = { address, bytes, flags: 0, next: 0, slot };
    address += BigInt(bytes + 3);
    return descriptor;
  });
}

const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });

describe('the bytes of a chain', () => {
  test('are the same however header, data and status are cut', () => {
    fc.assert(
      fc.property(cuts, fc.nat(500), fc.nat(500), (widths, fromByte, bytes) => {
        const total = widths.reduce((sum, width) => sum + width, 0);
        const descriptors = descriptorsOf(widths);
        const ram = newRam();
        const all = Uint8Array.from({ length: total }, (_, k) => (k * 7 + 1) % 256);
        expect(writeChain(ram, descriptors, 0, all)).toBe(total);
        const expected =
          fromByte + bytes <= total ? all.slice(fromByte, fromByte + bytes) : undefined;
        expect(readChain(ram, descriptors, fromByte, bytes)).toEqual(expected);
        const target = new Uint8Array(bytes + 2);
        expect(readChainInto(ram, descriptors, fromByte, target, 1, bytes)).toBe(
          expected !== undefined || bytes === 0,
        );
        if (expected !== undefined) expect(target.slice(1, bytes + 1)).toEqual(expected);
      }),
      { seed: 25, numRuns: 300 },
    );
  });

  test('are written as far as the chain goes', () => {
    fc.assert(
      fc.property(cuts, fc.nat(400), fc.nat(400), (widths, fromByte, bytes) => {
        const total = widths.reduce((sum, width) => sum + width, 0);
        const descriptors = descriptorsOf(widths);
        const ram = newRam();
        const data = Uint8Array.from({ length: bytes }, (_, k) => k + 1);
        const written = writeChain(ram, descriptors, fromByte, data);
        expect(written).toBe(Math.max(0, Math.min(bytes, total - fromByte)));
        const all = readChain(ram, descriptors, 0, total) ?? new Uint8Array();
        const expected = new Uint8Array(total);
        expected.set(data.slice(0, written), Math.min(fromByte, total));
        expect(all).toEqual(expected);
      }),
      { seed: 25, numRuns: 300 },
    );
  });

  test('stop at memory that is not mapped', () => {
    const [mapped] = descriptorsOf([4]);
    if (mapped === undefined) throw new Error('no descriptor');
    const descriptors = [mapped, { ...mapped, address: 0n }];
    const ram = newRam();
    expect(writeChain(ram, descriptors, 0, new Uint8Array(8))).toBe(4);
    expect(readChain(ram, descriptors, 2, 4)).toBeUndefined();
    expect(readChain(ram, descriptors, 2, 2)).toEqual(new Uint8Array(2));
  });
});
