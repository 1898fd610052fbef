import { expect, test } from 'vitest';
import { gapAt, gapLabel, gapSentence } from '../../../renderer/gaps/gap-words.ts';
import type { GapBand } from '../../../src-core/contract-gaps.ts';

const scale = { fromNs: 0, toNs: 1000, leftPx: 0, widthPx: 1000 };
const lost: GapBand = {
  ...{ kind: 'lost', fromNs: 100, toNs: 500, entries: 12, pcmBytes: 0, streamId: -1 },
  why: 'the disk took no more',
};
const silent: GapBand = { ...lost, kind: 'withheld', fromNs: 300, toNs: 300, streamId: 0, why: '' };

test('a gap says how much is missing, why, and what that means', () => {
  expect(gapLabel(lost)).toBe('12 entries lost');
  expect(gapSentence(lost)).toContain('the disk took no more');
  expect(gapLabel({ ...silent, pcmBytes: 96_000 })).toBe('96.0\u2009kB of PCM not kept');
  expect(gapLabel({ ...lost, kind: 'hole', entries: 0 })).toBe('file damaged');
});

test('of several gaps the narrowest is under the pointer, and a stream’s only in its lane', () => {
  const gaps = [lost, silent];
  expect(gapAt(gaps, scale, 301)).toBe(silent);
  expect(gapAt(gaps, scale, 301, 1)).toBe(lost);
  expect(gapAt(gaps, scale, 301, 0)).toBe(silent);
  expect(gapAt(gaps, scale, 600)).toBeUndefined();
});
