import { expect, test } from 'vitest';
import { PcmArena } from '../../../src-core/device/pcm-arena.ts';

test('pieces are of the asked size, zeroed, aligned and nobody else’s', () => {
  const arena = new PcmArena();
  const pieces = Array.from({ length: 2000 }, (_, place) => {
    const piece = arena.take((place * 37) % 700);
    expect(piece.every((byte) => byte === 0)).toBe(true);
    expect(piece.byteOffset % 8).toBe(0);
    return piece.fill(place % 251);
  });
  pieces.forEach((piece, place) => {
    expect(piece).toHaveLength((place * 37) % 700);
    expect(piece.every((byte) => byte === place % 251)).toBe(true);
  });
});

test('a piece larger than a chunk is whole', () => {
  expect(new PcmArena().take(5_000_000)).toHaveLength(5_000_000);
});
