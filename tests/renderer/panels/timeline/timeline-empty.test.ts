import { expect, test } from 'vitest';
import { isEmpty, nearestOf } from '../../../../renderer/panels/timeline/timeline-empty.tsx';
import { layOut, NO_MEMORY } from '../../../../renderer/panels/timeline/timeline-model.ts';
import { TXQ } from '../../../../src-core/spec/sound.ts';
import { columnsOf, messageRow } from '../../message-fixture.ts';

test('a range between two messages is empty though the stream runs, and names both neighbours', () => {
  const messages = columnsOf([
    messageRow({ index: 0, poppedNs: 100, usedNs: 200 }),
    messageRow({ index: 1, poppedNs: 800, usedNs: 900 }),
  ]);
  const none = { kicksNs: new Float64Array(), interruptsNs: new Float64Array() };
  const lanes = [{ queue: TXQ, streamId: 0, messages, ...none }];
  const states = [{ streamId: 0, state: 'running', fromNs: 50, toNs: 1000 }] as const;
  const timeline = { fromNs: 0, toNs: 1000, lanes, states, marks: [], gaps: [] };
  const { model } = layOut(timeline, { streams: [], endings: [], endNs: 1000 }, NO_MEMORY);
  expect(isEmpty(model, { fromNs: 300, toNs: 500 })).toBe(true);
  expect(isEmpty(model, { fromNs: 150, toNs: 500 })).toBe(false);
  expect(nearestOf(messages.poppedNs, { fromNs: 300, toNs: 500 })).toEqual([100, 800]);
  expect(nearestOf(messages.poppedNs, { fromNs: 900, toNs: 950 })).toEqual([800, undefined]);
});
