// Guest memory over real mappings, against the same memory in arrays.
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasLibc, libc } from '../../../electron/native/libc.ts';
import { MappedMemory } from '../../../electron/vhost-user/mapped-memory.ts';
import { Ram } from '../../../src-core/queue/ram.ts';

/** Two that adjoin, a hole, one above 4 GiB. Offsets are not all on pages. */
const REGIONS = [
  { guestAddress: 0x1000n, widthBytes: 0x1000, mmapOffsetBytes: 0x3000 },
  { guestAddress: 0x2000n, widthBytes: 0x800, mmapOffsetBytes: 0x10 },
  { guestAddress: 0x1_0000_0000n, widthBytes: 0x1000, mmapOffsetBytes: 0x1800 },
];
const FILE_BYTES = 0x4000;

describe.skipIf(!hasLibc())('mapped guest memory', () => {
  let fd: number;

  beforeAll(() => {
    fd = libc().memfd('guest', FILE_BYTES);
  });

  afterAll(() => {
    libc().close(fd);
  });

  const mapped = (): MappedMemory => {
    const memory = new MappedMemory(libc());
    expect(memory.replace(REGIONS, [fd, fd, fd])).toBeUndefined();
    return memory;
  };

  test('reads and writes like memory in arrays, over borders and beyond them', () => {
    const memory = mapped();
    const ram = new Ram(REGIONS);
    for (const { guestAddress, widthBytes } of REGIONS) {
      memory.write(guestAddress, new Uint8Array(widthBytes));
    }
    const address = fc.oneof(
      fc.integer({ min: 0xff0, max: 0x2810 }).map(BigInt),
      fc.integer({ min: -16, max: 0x1010 }).map((into) => 0x1_0000_0000n + BigInt(into)),
      fc.constantFrom(0n, (1n << 64n) - 1n, 1n << 53n, 0xffff_ffffn),
    );
    const access = fc.record({
      at: address,
      data: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc.uint8Array({ minLength: 60, maxLength: 300 }),
      ),
      what: fc.constantFrom('read', 'readInto', 'write', 'load', 'store'),
    });
    fc.assert(
      fc.property(access, ({ at, data, what }) => {
        if (what === 'read')
          expect(memory.read(at, data.length)).toEqual(ram.read(at, data.length));
        if (what === 'load') expect(memory.loadLe16(at)).toBe(ram.loadLe16(at));
        if (what === 'store') expect(memory.storeLe16(at, 0x1234)).toBe(ram.storeLe16(at, 0x1234));
        if (what === 'write') {
          expect(memory.write(at, data)).toBe(ram.write(at, data));
        }
        if (what === 'readInto') {
          const [one, other] = [new Uint8Array(400), new Uint8Array(400)];
          const isThere = memory.readInto(at, one, 7, data.length);
          expect(isThere).toBe(ram.readInto(at, other, 7, data.length));
          if (isThere) expect(one).toEqual(other);
        }
      }),
      { seed: 61, numRuns: 3000 },
    );
    memory.replace([], []);
  });

  test('is the memory that others see through the file', () => {
    const [one, other] = [mapped(), mapped()];
    one.write(0x1ffen, Uint8Array.of(1, 2, 3, 4));
    expect(other.read(0x1ffen, 4)).toEqual(Uint8Array.of(1, 2, 3, 4));
    one.storeLe16(0x1_0000_0000n, 0xbeef);
    one.fence();
    expect(other.loadLe16(0x1_0000_0000n)).toBe(0xbeef);
    for (const memory of [one, other]) memory.replace([], []);
  });

  test('tells its regions anew only when they changed', () => {
    const memory = mapped();
    const before = memory.regions();
    expect(before).toEqual(
      REGIONS.map(({ guestAddress, widthBytes }) => ({ guestAddress, widthBytes })),
    );
    expect(memory.regions()).toBe(before);
    memory.remove(0x1000n);
    expect(memory.regions()).toHaveLength(2);
    expect([memory.read(0x1800n, 1), memory.read(0x2000n, 1)?.length]).toEqual([undefined, 1]);
    expect(
      memory.add({ guestAddress: 0x8000n, widthBytes: 1, mmapOffsetBytes: 0 }, fd),
    ).toBeUndefined();
    expect([memory.read(0x8000n, 1)?.length, memory.read(0x8000n, 2)]).toEqual([1, undefined]);
    memory.replace([], []);
    expect([memory.regions(), memory.read(0x2000n, 1)]).toEqual([[], undefined]);
  });

  test('stays as it was when a region cannot be mapped, and says why', () => {
    const memory = mapped();
    const more = { guestAddress: 0n, widthBytes: 0x1000, mmapOffsetBytes: 0x3001 };
    expect(memory.replace([more], [fd])).toContain('reaches beyond the 16384 bytes of its file');
    expect(memory.add({ ...more, mmapOffsetBytes: 0 }, -1)).toContain('not open');
    const path = join(tmpdir(), `ringside-mapped-${process.pid}`);
    writeFileSync(path, new Uint8Array(0x1000));
    const readOnly = openSync(path, 'r');
    expect(memory.add({ ...more, mmapOffsetBytes: 0 }, readOnly)).toContain(
      'may not be mapped for writing',
    );
    closeSync(readOnly);
    unlinkSync(path);
    const eventfd = libc().eventfd();
    expect(memory.add({ ...more, mmapOffsetBytes: 0 }, eventfd)).toContain('cannot be mapped');
    libc().close(eventfd);
    expect(memory.regions()).toHaveLength(3);
    memory.replace([], []);
  });

  test('never copies beyond the caller’s own buffer', () => {
    const memory = mapped();
    expect(() => memory.readInto(0x1000n, new Uint8Array(4), 2, 3)).toThrow('a copy fits');
    memory.replace([], []);
  });
});
