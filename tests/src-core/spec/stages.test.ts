import { describe, expect, test } from 'vitest';
import { CONTROLQ, EVENTQ, RXQ, TXQ } from '../../../src-core/spec/sound.ts';
import {
  endOf,
  type Marks,
  STAGES,
  stagesOf,
  stagesOfQueue,
  startOf,
} from '../../../src-core/spec/stages.ts';

function messageRow(marks: Partial<Marks>): Marks {
  const none = Number.NaN;
  const unknown = { kickNs: none, firstNs: none, lastNs: none, usedNs: none, interruptNs: none };
  return { queue: TXQ, poppedNs: 0, ...unknown, ...marks };
}

const ids = (row: Parameters<typeof stagesOf>[0], nowNs = Number.NaN) =>
  stagesOf(row, nowNs).map(
    ({ id, fromNs, toNs, isOpen }) => `${id} ${fromNs}-${toNs}${isOpen ? ' open' : ''}`,
  );

describe('the stages of a message', () => {
  test('go from the kick to the interrupt', () => {
    const row = messageRow({
      queue: TXQ,
      ...{ kickNs: 10, poppedNs: 20, firstNs: 50, lastNs: 60, usedNs: 65, interruptNs: 70 },
    });
    expect(ids(row)).toEqual([
      'pop 10-20',
      'wait 20-50',
      'sink 50-60',
      'complete 60-65',
      'notify 65-70',
    ]);
    expect([startOf(row), endOf(row)]).toEqual([10, 70]);
  });

  test('show PCM that moved all at once as a moment', () => {
    const row = messageRow({ queue: TXQ, poppedNs: 20, firstNs: 50, lastNs: 50, usedNs: 65 });
    expect(ids(row)).toEqual(['wait 20-50', 'sink 50-50', 'complete 50-65']);
  });

  test('of a control request have no PCM: the device works on it', () => {
    const row = messageRow({ queue: CONTROLQ, kickNs: 10, poppedNs: 12, usedNs: 20 });
    expect(ids(row)).toEqual(['pop 10-12', 'handle 12-20']);
  });

  test('of an event buffer are one wait', () => {
    const row = messageRow({ queue: EVENTQ, poppedNs: 12, usedNs: 20, interruptNs: 21 });
    expect(ids(row)).toEqual(['wait 12-20', 'notify 20-21']);
  });

  test('last until now while the message is in the device', () => {
    const row = messageRow({ queue: RXQ, poppedNs: 12 });
    expect(ids(row, 100)).toEqual(['wait 12-100 open']);
    expect(ids(row)).toEqual([]);
  });

  test('begin where it was popped when the kick is not known or was another one’s', () => {
    expect(startOf(messageRow({ poppedNs: 5 }))).toBe(5);
    expect(startOf(messageRow({ poppedNs: 5, kickNs: 9 }))).toBe(5);
  });
});

test('every stage of every queue is in the table', () => {
  for (const queue of [CONTROLQ, EVENTQ, TXQ, RXQ]) {
    for (const id of stagesOfQueue(queue)) expect(STAGES.map((stage) => stage.id)).toContain(id);
  }
});

test('a message whose posting was seen begins there', () => {
  const row = messageRow({ postedNs: 1, kickNs: 10, poppedNs: 20 });
  expect(ids(row)).toEqual(['post 1-10', 'pop 10-20']);
  expect(startOf(row)).toBe(1);
});
