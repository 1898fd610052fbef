import { describe, expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import type { EntryBody } from '../../../src-core/capture/entry.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { tracksOf } from '../../../src-core/host-tracks.ts';
import { PCM_STATUS, PCM_XFER } from '../../../src-core/spec/sound.ts';
import { outagesOf } from '../../../src-core/views/outage-slice.ts';
import { chainOf, FACTS, story } from '../capture/sample-capture.ts';

const ALL = ['depth', 'audio', 'sink'] as const;
const reply = PCM_STATUS.write({ status: 0x8000, latencyBytes: 0 });

function captureOf(entries: readonly (readonly [number, EntryBody])[]): Capture {
  const capture = new Capture(FACTS, new MemoryStore(1 << 26));
  for (const [atNs, entry] of entries) capture.append(atNs, entry);
  return capture;
}

const popped = (queue: number): EntryBody => ({
  kind: 'popped',
  queue,
  chain: chainOf(0, 20, 8),
  availIdx: 0,
  body: PCM_XFER.write({ streamId: 0 }),
});
const used = (seq: number, queue: number): EntryBody => ({
  kind: 'used',
  popped: seq,
  queue,
  usedIdx: 0,
  writtenBytes: 8,
  reply,
});
const setup = (step: EntryBody & { kind: 'setup' } extends { step: infer S } ? S : never) =>
  ({ kind: 'setup', step }) as const;

/** Pops and returns at all paces, event buffers that stay, and a reset in the middle; what was in hand at each moment. */
function busy(messages: number) {
  const capture = new Capture(FACTS, new MemoryStore(1 << 28));
  const changes: { atNs: number; depth: number }[] = [];
  const open: number[] = [];
  let atNs = 1000;
  for (let buffer = 0; buffer < 5; buffer++) capture.append(atNs, popped(1));
  for (let count = 0; count < messages; count++) {
    atNs += 500 + ((count * 7919) % 3000);
    if (count === Math.floor(messages / 2)) {
      capture.append(atNs, setup({ what: 'reset' }));
      open.length = 0;
      changes.push({ atNs, depth: 0 });
      continue;
    }
    if (open.length < 6 && (count * 31) % 7 < 4) {
      open.push(capture.append(atNs, popped(2)));
      changes.push({ atNs, depth: open.length });
    } else {
      const seq = open.shift();
      if (seq === undefined) continue;
      capture.append(atNs, used(seq, 2));
      changes.push({ atNs, depth: open.length });
    }
  }
  return { capture, changes };
}

function expectedDepth(
  changes: readonly { atNs: number; depth: number }[],
  fromNs: number,
  toNs: number,
) {
  const before = changes.findLast(({ atNs }) => atNs < fromNs)?.depth ?? 0;
  const inside = changes.filter(({ atNs }) => atNs >= fromNs && atNs < toNs);
  return inside.reduce(
    ([least, most], { depth }) => [Math.min(least, depth), Math.max(most, depth)] as const,
    [before, before] as const,
  );
}

describe('the depth of a queue', () => {
  const { capture, changes } = busy(20_000);

  test('is exact in each column, from the first message to the last', () => {
    for (const [fromNs, toNs] of [
      [0, 400_000],
      [10_000_000, 10_300_000],
      [capture.endNs - 200_000, capture.endNs],
      [capture.endNs / 2 - 300_000, capture.endNs / 2 + 300_000],
    ] as const) {
      const [, depth] = tracksOf(capture, { fromNs, toNs, columns: 50, kinds: ALL }).depths;
      for (let column = 0; column < 50; column++) {
        const startNs = fromNs + (column * (toNs - fromNs)) / 50;
        const endNs = fromNs + ((column + 1) * (toNs - fromNs)) / 50;
        expect([depth?.least[column], depth?.most[column], column]).toEqual([
          ...expectedDepth(changes, startNs, endNs),
          column,
        ]);
      }
    }
  });

  test('of the event queue counts buffers that were posted long before, until a reset', () => {
    const at = (ns: number) =>
      tracksOf(capture, { fromNs: ns, toNs: ns + 1000, columns: 1, kinds: ALL }).depths[0]?.most[0];
    expect(at(capture.endNs / 4)).toBe(5);
    expect(at((capture.endNs * 3) / 4)).toBe(0);
  });

  test('of a crowded window shows one empty moment', () => {
    const crowd = busy(150_000);
    const { endNs } = crowd.capture;
    const query = { fromNs: 0, toNs: endNs + 1, columns: 20, kinds: ALL };
    const [, depth] = tracksOf(crowd.capture, query).depths;
    const [least, most] = expectedDepth(crowd.changes, 0, endNs + 1);
    expect(Math.min(...(depth?.least ?? []))).toBe(least);
    expect(Math.max(...(depth?.most ?? []))).toBe(most);
    expect(depth?.grade).toBe('observed');
  });
});

describe('a stream that played', () => {
  const capture = captureOf(story());
  capture.growPyramids(1 << 20);
  const { levels, sinks, absent } = tracksOf(capture, {
    ...{ fromNs: 0, toNs: 500, columns: 500, kinds: ALL },
  });

  test('has a call of the sink for each moment at which it took frames', () => {
    const [sink] = sinks;
    expect([...(sink?.calls?.atNs ?? [])]).toEqual([300, 320, 400]);
    expect([...(sink?.calls?.frames ?? [])]).toEqual([2, 2, 4]);
    expect([...(sink?.calls?.delayFrames ?? [])]).toEqual([-1, -1, 0]);
    expect(absent).toEqual({});
  });

  test('has its peaks where its frames changed hands, and none before', () => {
    const [level] = levels;
    expect(level?.max[200]).toBeNaN();
    expect(level?.max[300]).not.toBeNaN();
    expect(level?.min[300]).toBeLessThanOrEqual(level?.max[300] ?? Number.NaN);
  });

  test('has a pace instead where calls cannot be told apart', () => {
    const coarse = tracksOf(capture, { fromNs: 0, toNs: 500, columns: 2, kinds: ['sink'] });
    expect(coarse.sinks[0]?.calls).toBeUndefined();
    expect(coarse.sinks[0]?.pace?.[1]).toBeGreaterThan(0);
    expect(coarse.depths).toEqual([]);
  });
});

test('a guest is gone until the next one, and a lost stream until it is heard again', () => {
  const steps = [
    [1, { what: 'attached', detail: '' }],
    [5, { what: 'unheard', streamId: 1, detail: 'unplugged' }],
    [7, { what: 'gone', detail: 'QEMU ended' }],
    [9, { what: 'attached', detail: '' }],
    [11, { what: 'unheard', streamId: 1, detail: '' }],
    [13, { what: 'gone', detail: 'stopped' }],
  ] as const;
  const outages = outagesOf(steps.map(([atNs, step], seq) => ({ atNs, step, seq })));
  expect(outages.map(({ of, fromNs, toNs, why }) => [of, fromNs, toNs, why])).toEqual([
    ['sink', 5, 11, 'unplugged'],
    ['guest', 7, 9, 'QEMU ended'],
    ['guest', 13, Number.POSITIVE_INFINITY, 'stopped'],
  ]);
});
