import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barTopPx, packBars } from '../../../../renderer/panels/timeline/timeline-lane.ts';
import {
  hitTest,
  layOut,
  NO_MEMORY,
  queryFor,
} from '../../../../renderer/panels/timeline/timeline-model.ts';
import { snapNs } from '../../../../renderer/panels/timeline/timeline-snap.ts';
import type { Timeline } from '../../../../src-core/contract-data.ts';
import { EVENTQ, TXQ } from '../../../../src-core/spec/sound.ts';
import { columnsOf, messageRow } from '../../message-fixture.ts';

const NONE = new Float64Array();
const FACTS = { streams: [], endings: [], endNs: 1000 };

function timelineOf(queue: number, rows: Parameters<typeof columnsOf>[0]): Timeline {
  const streamId = queue === TXQ ? 0 : -1;
  const lane = { queue, streamId, messages: columnsOf(rows), kicksNs: NONE, interruptsNs: NONE };
  return { fromNs: 0, toNs: 1000, lanes: [lane], states: [], marks: [], gaps: [] };
}

const write = (index: number, poppedNs: number, usedNs: number) =>
  messageRow({ index, poppedNs, firstNs: usedNs - 1, lastNs: usedNs - 1, usedNs });

describe('sub-rows', () => {
  test('of messages that overlap are never the same', () => {
    const lives = fc.array(fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 60 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(lives, (steps) => {
        let atNs = 0;
        const rows = steps.map(([afterNs, lifeNs], index) => {
          atNs += afterNs;
          return write(index, atNs, atNs + lifeNs);
        });
        const { bars, depth } = packBars(
          rows,
          { endNs: atNs, endings: [] },
          NO_MEMORY.subRows,
          new Map(),
        );
        if (depth >= 12) return; // deeper ones share the last row, by design
        for (const [place, bar] of bars.entries()) {
          for (const other of bars.slice(place + 1)) {
            const overlap = other.fromNs < bar.toNs && bar.fromNs < other.toNs;
            expect(overlap && other.subRow === bar.subRow).toBe(false);
          }
        }
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  test('stay with a message while the window moves', () => {
    const rows = [write(0, 0, 30), write(1, 10, 40), write(2, 20, 50)];
    const { memory } = layOut(timelineOf(TXQ, rows), FACTS, NO_MEMORY);
    const later = layOut(timelineOf(TXQ, rows.slice(1)), FACTS, memory);
    expect(later.model.lanes[0]?.bars.map(({ subRow }) => subRow)).toEqual([1, 2]);
  });

  test('are kept free by a message that is not back yet', () => {
    const rows = [messageRow({ index: 0, poppedNs: 0 }), write(1, 500, 600)];
    const { bars } = packBars(rows, { endNs: 100, endings: [] }, NO_MEMORY.subRows, new Map());
    expect(bars.map(({ subRow }) => subRow)).toEqual([0, 1]);
  });
});

describe('lanes', () => {
  test('stand one under the other and have room for their sub-rows', () => {
    const timeline = timelineOf(TXQ, [write(0, 0, 30), write(1, 10, 40)]);
    const [lane] = timeline.lanes;
    const { model } = layOut(
      { ...timeline, lanes: lane === undefined ? [] : [lane, { ...lane, streamId: 1 }] },
      FACTS,
      NO_MEMORY,
    );
    const [first, second] = model.lanes;
    expect(second?.topPx).toBe((first?.topPx ?? 0) + (first?.heightPx ?? 0));
    expect(model.heightPx).toBe((second?.topPx ?? 0) + (second?.heightPx ?? 0));
  });

  test('count event buffers that wait instead of drawing them', () => {
    const rows = [
      messageRow({ index: 0, queue: EVENTQ, poppedNs: 0 }),
      messageRow({ index: 1, queue: EVENTQ, poppedNs: 0, usedNs: 400 }),
    ];
    const { model } = layOut(timelineOf(EVENTQ, rows), FACTS, NO_MEMORY);
    expect(model.lanes[0]?.waitingBuffers).toBe(1);
    expect(model.lanes[0]?.bars.map(({ fromNs }) => fromNs)).toEqual([400]);
  });
});

describe('the tracks of a lane', () => {
  const timeline = timelineOf(TXQ, [write(0, 0, 30), write(1, 10, 40)]);
  const kindsOf = (more: object) =>
    layOut(timeline, { ...FACTS, ...more }, NO_MEMORY).model.lanes.map(({ parts }) =>
      parts.map(({ kind, absent }) => (absent === undefined ? kind : `no ${kind}`)),
    );

  test('stand in the order stream, queue, sink, and those that are hidden take no room', () => {
    const all = ['state', 'headroom', 'audio', 'messages', 'ticks', 'depth', 'sink'];
    expect(kindsOf({})).toEqual([all]);
    expect(kindsOf({ hidden: ['audio', 'sink'] })).toEqual([
      ['state', 'headroom', 'messages', 'ticks', 'depth'],
    ]);
    expect(kindsOf({ hidden: ['2/0'] })).toEqual([]);
    const bars = (hidden: string[]) =>
      layOut(timeline, { ...FACTS, hidden }, NO_MEMORY).model.lanes[0]?.bars.length;
    expect([bars([]), bars(['messages'])]).toEqual([2, 0]);
  });

  test('that the source cannot tell of say why once, for all of one reason', () => {
    const absent = { headroom: 'no PCM', audio: 'no PCM', sink: 'no PCM' };
    expect(kindsOf({ absent })).toEqual([['state', 'no headroom', 'messages', 'ticks', 'depth']]);
  });

  test('fill a room that is too large, and stay as high when a sub-row is added', () => {
    const heights = (roomPx: number, before = NO_MEMORY, rows = timeline) => {
      const { model, memory } = layOut(rows, { ...FACTS, roomPx }, before);
      const px = model.lanes[0]?.parts.find(({ kind }) => kind === 'audio')?.heightPx ?? 0;
      return { px, memory, heightPx: model.heightPx };
    };
    const low = heights(100);
    const high = heights(600);
    expect(high.px).toBeGreaterThan(2 * low.px);
    expect(high.heightPx).toBeLessThanOrEqual(600);
    const deeper = timelineOf(TXQ, [write(0, 0, 30), write(1, 10, 40), write(2, 20, 50)]);
    expect(heights(600, high.memory, deeper).px).toBe(high.px);
  });
});

describe('pointing', () => {
  const rows = [write(7, 100, 300), write(8, 200, 400)];
  const { model } = layOut(timelineOf(TXQ, rows), FACTS, NO_MEMORY);
  const scale = { fromNs: 0, toNs: 1000, leftPx: 0, widthPx: 1000 };
  const [lane] = model.lanes;
  const [bar] = lane?.bars ?? [];
  const yPx = lane === undefined || bar === undefined ? 0 : barTopPx(lane, bar) + 3;

  test('at a bar finds its message and its stage', () => {
    const hit = hitTest(model, scale, 150, yPx);
    expect(hit?.bar?.row.index).toBe(7);
    expect(hit?.stage?.id).toBe('wait');
  });

  test('a few pixels beside a bar still finds it, further away only the lane', () => {
    expect(hitTest(model, scale, 97, yPx)?.bar?.row.index).toBe(7);
    expect(hitTest(model, scale, 80, yPx)?.bar).toBeUndefined();
    expect(hitTest(model, scale, 80, yPx)?.lane.queue).toBe(TXQ);
    expect(hitTest(model, scale, 80, 1e6)).toBeUndefined();
  });

  test('with a drag snaps to the edges of messages', () => {
    expect(snapNs(model, scale, 203, 203)).toBe(200);
    expect(snapNs(model, scale, 250, 250)).toBe(250);
  });
});

describe('the window to ask for', () => {
  test('reaches beyond the visible one and stays the same for a small pan', () => {
    const asked = queryFor({ fromNs: 1010, toNs: 2010 }, 800);
    expect(asked).toEqual(queryFor({ fromNs: 1030, toNs: 2030 }, 800));
    expect(asked.fromNs).toBeLessThan(1010);
    expect(asked.toNs).toBeGreaterThan(2030);
    expect(asked.columns).toBe(Math.round((800 * (asked.toNs - asked.fromNs)) / 1000));
  });
});
