import { describe, expect, test } from 'vitest';
import { sliceFor } from '../../../renderer/store/message-slices.ts';

describe('the slice to fetch', () => {
  test('covers the visible rows with a margin and does not change with every scrolled row', () => {
    const slice = sliceFor(1000, 30);
    expect(slice.first).toBeLessThan(1000);
    expect(slice.first + slice.count).toBeGreaterThan(1030);
    expect(sliceFor(1001, 30)).toEqual(slice);
    expect(sliceFor(0, 30).first).toBe(0);
  });
});
