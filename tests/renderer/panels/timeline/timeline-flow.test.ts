import { expect, test } from 'vitest';
import { flowOf, scrollToShow } from '../../../../renderer/panels/timeline/timeline-flow.ts';
import {
  contentY,
  layOut,
  NO_MEMORY,
  shownY,
} from '../../../../renderer/panels/timeline/timeline-model.ts';
import type { Timeline, TimelineLane } from '../../../../src-core/contract-data.ts';
import { CONTROLQ, EVENTQ, TXQ } from '../../../../src-core/spec/sound.ts';
import { columnsOf, messageRow } from '../../message-fixture.ts';

const none = { kicksNs: new Float64Array(), interruptsNs: new Float64Array() };
const write = (index: number, kickNs: number, usedNs: number) =>
  messageRow({ index, kickNs, poppedNs: kickNs + 5, firstNs: usedNs - 1, lastNs: usedNs, usedNs });

function modelOf(pinned: string[] = []) {
  const start = messageRow({ index: 0, queue: CONTROLQ, poppedNs: 0, usedNs: 20, code: 0x0104 });
  const xrun = messageRow({ index: 9, queue: EVENTQ, poppedNs: 0, usedNs: 390, code: 0x1101 });
  const lanes: TimelineLane[] = [
    { queue: CONTROLQ, streamId: -1, messages: columnsOf([start]), ...none },
    { queue: EVENTQ, streamId: -1, messages: columnsOf([xrun]), ...none },
    {
      ...{ queue: TXQ, streamId: 0, ...none },
      messages: columnsOf([write(1, 30, 100), { ...write(2, 120, 400), interruptNs: 410 }]),
    },
  ];
  const states = [{ streamId: 0, state: 'running', fromNs: 10, toNs: 1000 }] as const;
  const mark = { atNs: 380, kind: 'violation', severity: 'error', text: '', index: 2 } as const;
  const timeline: Timeline = { fromNs: 0, toNs: 1000, lanes, states, marks: [mark], gaps: [] };
  return layOut(timeline, { streams: [], endings: [], endNs: 1000, pinned }, NO_MEMORY).model;
}

const timesOf = (index: number) =>
  flowOf(modelOf(), index).map(({ from, to, isDerived }) => [from.atNs, to.atNs, isDerived]);

test('the flow of a message goes from the return that made room through kick and life to interrupt, finding and event', () => {
  expect(timesOf(2)).toEqual([
    [120, 120, false], // kick to bar
    [100, 120, true], // the message before came back, then the guest kicked
    [400, 410, false], // used to interrupt
    [380, 380, false], // the finding
    [390, 390, true], // the event
  ]);
});

test('a command leads to the state that it brought about, in another lane', () => {
  const [arrow] = flowOf(modelOf(), 0).filter(({ isDerived }) => isDerived);
  expect(arrow?.to).toMatchObject({ atNs: 10 });
  expect(arrow?.to.lane?.queue).toBe(TXQ);
});

test('nothing selected, or nothing of it in view: no arrows', () => {
  expect(flowOf(modelOf(), undefined)).toEqual([]);
  expect(flowOf(modelOf(), 77)).toEqual([]);
});

test('pinned lanes stay where they are while the others scroll under them', () => {
  const model = modelOf(['2/0']);
  const [first, second] = model.lanes;
  expect(first?.key).toBe('2/0');
  expect(model.pinnedBottomPx).toBe(second?.topPx);
  const inPinned = model.pinnedBottomPx - 5;
  expect([shownY(model, inPinned, 30), contentY(model, inPinned, 30)]).toEqual([
    inPinned,
    inPinned,
  ]);
  expect(shownY(model, model.pinnedBottomPx + 50, 30)).toBe(model.pinnedBottomPx + 20);
  expect(contentY(model, model.pinnedBottomPx + 20, 30)).toBe(model.pinnedBottomPx + 50);
});

test('a chosen message that lies below is scrolled to, one that is seen stays where it is', () => {
  const model = modelOf();
  expect(scrollToShow(model, 2, 0, 400)).toBe(0);
  const lower = scrollToShow(model, 2, 0, 90) ?? 0;
  expect(lower).toBeGreaterThan(0);
  expect(scrollToShow(model, 0, lower, 90)).toBeLessThan(lower);
  expect(scrollToShow(model, 77, 0, 400)).toBeUndefined();
});
