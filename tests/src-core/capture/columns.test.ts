import { expect, test } from 'vitest';
import { rising } from '../../../src-core/capture/columns.ts';

test('a rising column tells when it fell, and keeps numbers whose low word is all ones', () => {
  const column = rising();
  column.set(0, 5);
  column.set(1, 0xffff_ffff);
  column.set(2, 0x1_0000_0002);
  expect(column.isSorted).toBe(true);
  expect([column.get(0), column.get(1), column.get(2)]).toEqual([5, 0xffff_fffe, 0x1_0000_0002]);
  column.set(3, 7);
  expect(column.isSorted).toBe(false);
});
