// Guest-physical ranges out of what QEMU's monitor prints.
import { expect, test } from 'vitest';
import { locateMemory, ramRanges } from '../../../src-core/qemu/memory-map.ts';

/** QEMU 10.0.2, q35 with 4 GiB: the hole below 4 GiB is there, and the address space of I/O comes first. */
const MTREE = `FlatView #0
 AS "I/O", root: io
 Root memory region: io
  0000000000000000-0000000000000007 (prio 0, i/o): dma-chan

FlatView #1
 AS "memory", root: system
 AS "cpu-memory-0", root: system
 Root memory region: system
  0000000000000000-00000000000bffff (prio 0, ram): mem KVM
  00000000000c0000-00000000000dffff (prio 0, rom): mem @00000000000c0000 KVM
  0000000000100000-000000007fffffff (prio 0, ram): mem @0000000000100000 KVM
  00000000b0000000-00000000bfffffff (prio 0, i/o): pcie-mmcfg-mmio
  0000000100000000-000000017fffffff (prio 0, ram): mem @0000000080000000 KVM

FlatView #2
 AS "cpu-smm-0", root: memory
 Root memory region: memory
  00000000000a0000-00000000000bffff (prio 1, ram): smram
`;

test('the ranges of RAM that devices see, with their holes', () => {
  expect(ramRanges(MTREE)).toEqual([
    { guestAddress: 0n, widthBytes: 0xc_0000, name: 'mem' },
    { guestAddress: 0x10_0000n, widthBytes: 0x7ff0_0000, name: 'mem' },
    { guestAddress: 0x1_0000_0000n, widthBytes: 0x8000_0000, name: 'mem' },
  ]);
  expect(ramRanges(MTREE.replaceAll('\n', '\r\n'))).toHaveLength(3);
  expect(ramRanges('nonsense')).toEqual([]);
});

test('each range has its place in the process', () => {
  const task = locateMemory();
  let step = task.next();
  const asked: string[] = [];
  while (step.done !== true) {
    const line = String(step.value.arguments?.['command-line']);
    asked.push(line);
    const at = Number(/gpa2hva (0x[0-9a-f]+)/.exec(line)?.[1]);
    const value =
      line === 'info mtree -f'
        ? MTREE
        : `Host virtual address for ${at} (mem) is 0x${(0x7f00_0000_0000 + at).toString(16)}\r\n`;
    step = task.next({ ok: true, value });
  }
  expect(asked.slice(1)).toEqual(['gpa2hva 0x0', 'gpa2hva 0x100000', 'gpa2hva 0x100000000']);
  expect(step.value?.map(({ hostAddress }) => hostAddress)).toEqual([
    0x7f00_0000_0000, 0x7f00_0010_0000, 0x7f01_0000_0000,
  ]);
});
