import { describe, expect, test } from 'vitest';
import { AddressMap } from '../../../src-core/queue/address-map.ts';
import { Ram } from '../../../src-core/queue/ram.ts';

const regions = [
  { guestAddress: 0x2000n, widthBytes: 0x1000 },
  { guestAddress: 0x1000n, widthBytes: 0x1000 },
  { guestAddress: 0x1_0000_0000n, widthBytes: 0x100 },
];

describe('RAM', () => {
  const ram = new Ram(regions);
  const data = Uint8Array.from({ length: 200 }, (_, k) => k + 1);

  test('gives back what was written, across adjoining regions', () => {
    expect(ram.write(0x1f9cn, data)).toBe(true);
    expect(ram.read(0x1f9cn, 200)).toEqual(data);
    expect(ram.read(0x1fffn, 2)).toEqual(Uint8Array.of(100, 101));
  });

  test('gives a copy', () => {
    ram.write(0x1000n, Uint8Array.of(7));
    const copy = ram.read(0x1000n, 1);
    ram.write(0x1000n, Uint8Array.of(8));
    expect(copy).toEqual(Uint8Array.of(7));
  });

  test('says so where nothing is mapped', () => {
    expect(ram.read(0xfffn, 2)).toBeUndefined();
    expect(ram.read(0x2fffn, 2)).toBeUndefined();
    expect(ram.read(0x1000n, 2 ** 32)).toBeUndefined();
    expect(ram.write(0x2fffn, data)).toBe(false);
    expect(ram.loadLe16(0x2fffn)).toBeUndefined();
    expect(ram.storeLe16(0x3000n, 1)).toBe(false);
    expect(ram.loadLe16(0xffff_ffff_ffff_ffffn)).toBeUndefined();
  });

  test('loads and stores ring indexes little-endian', () => {
    expect(ram.storeLe16(0x1_0000_0010n, 0x1234)).toBe(true);
    expect(ram.read(0x1_0000_0010n, 2)).toEqual(Uint8Array.of(0x34, 0x12));
    expect(ram.loadLe16(0x1_0000_0010n)).toBe(0x1234);
  });
});

describe('the address map', () => {
  const map = new AddressMap();
  map.follow(new Ram(regions));

  test('joins adjoining regions', () => {
    expect(map.covers(0x1000, 0, 0x2000)).toBe(true);
    expect(map.covers(0x1000, 0, 0x2001)).toBe(false);
    expect(map.covers(0x0fff, 0, 2)).toBe(false);
    expect(map.covers(0, 1, 0x100)).toBe(true);
    expect(map.covers(1, 1, 0x100)).toBe(false);
  });

  test('is exact above 2^53', () => {
    const high = new AddressMap();
    const far = 0x8000_0000_0000_0001n;
    const region = { guestAddress: far, widthBytes: 16 };
    high.follow({ ...new Ram([]), regions: () => [region] } as unknown as Ram);
    expect(high.covers(1, 0x8000_0000, 16)).toBe(true);
    expect(high.covers(1, 0x8000_0000, 17)).toBe(false);
    expect(high.covers(0, 0x8000_0000, 16)).toBe(false);
    expect(map.covers(0xffff_fff0, 0xffff_ffff, 32)).toBe(false);
  });
});
