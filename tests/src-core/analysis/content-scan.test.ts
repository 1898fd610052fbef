// Marks of a live run's sound: what may be another's bytes marks nothing.
import { describe, expect, test } from 'vitest';
import { ContentScan } from '../../../src-core/analysis/content-scan.ts';
import { Capture } from '../../../src-core/capture/capture.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { formatByName } from '../../../src-core/spec/formats.ts';
import type { Grade } from '../../../src-core/spec/grades.ts';
import { music } from './sounds.ts';

const FRAMES = 480;
const BYTES = 4 * FRAMES;
const STALE = 12;
const CHAIN = {
  ...{ head: 0, readable: [], writable: [], readableBytes: 0, writableBytes: 0 },
  ...{ indirect: false, ringSlots: 1 },
};

describe('a message that repeats an earlier one', () => {
  test('is marked where its bytes are what was played', () => {
    expect(marksOf({})).not.toEqual([]);
  });

  test('is not marked where its bytes may be another’s', () => {
    expect(marksOf({ staleGrade: 'derived' })).toEqual([]);
  });

  test('is not marked in a run whose format is assumed', () => {
    expect(marksOf({ trackGrade: 'assumed' })).toEqual([]);
  });
});

/** Marks of a sound of which one message is that of four messages before. */
function marksOf(grades: { readonly trackGrade?: Grade; readonly staleGrade?: Grade }) {
  const facts = { application: 'test', title: 'test', startedAtUnixMs: 0, simulated: false };
  const capture = new Capture(facts, new MemoryStore(1 << 24));
  const pcm = music(24 * FRAMES);
  const format = formatByName('S16')?.id ?? -1;
  const sizes = { bufferBytes: 4 * BYTES, periodBytes: BYTES, features: 0 };
  const params = { format, rate: 7, channels: 2, ...sizes };
  const trackGrade = grades.trackGrade === undefined ? {} : { grade: grades.trackGrade };
  const of = { kind: 'track', track: 0, streamId: 0, direction: 'output', params } as const;
  capture.append(0, { ...of, ...trackGrade });
  for (let message = 0; message < 24; message++) {
    const atNs = message * 10e6;
    const body = new Uint8Array(4);
    const about = { queue: 2, chain: CHAIN, availIdx: message, body };
    const popped = capture.append(atNs, { kind: 'popped', ...about });
    const from = (message === STALE ? STALE - 4 : message) * BYTES;
    const piece = { track: 0, fromFrame: message * FRAMES, frames: FRAMES };
    const isGraded = message === STALE && grades.staleGrade !== undefined;
    const grade = isGraded ? { grade: grades.staleGrade } : {};
    const moved = { kind: 'moved', popped, ...piece, pcm: pcm.slice(from, from + BYTES) } as const;
    capture.append(atNs + 5e6, { ...moved, ...grade });
  }
  capture.flush();
  const scan = new ContentScan(capture);
  while (scan.advance({ entries: 1000 }));
  return scan.marksIn(0, 0, 24 * FRAMES).map(({ kind }) => kind);
}
