import { describe, expect, test } from 'vitest';
import {
  endOf,
  kindOf,
  stagesOf,
  startOf,
  statusName,
} from '../../../renderer/store/message-row.ts';
import { CONTROLQ, EVENTQ, RXQ, TXQ } from '../../../src-core/spec/sound.ts';
import { messageRow } from '../message-fixture.ts';

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
      'posted 10-20',
      'waiting 20-50',
      'service 50-60',
      'returning 60-65',
      'notifying 65-70',
    ]);
    expect([startOf(row), endOf(row)]).toEqual([10, 70]);
  });

  test('show PCM that moved all at once as a moment', () => {
    const row = messageRow({ queue: TXQ, poppedNs: 20, firstNs: 50, lastNs: 50, usedNs: 65 });
    expect(ids(row)).toEqual(['waiting 20-50', 'service 50-50', 'returning 50-65']);
  });

  test('of a control request have no PCM: the device works on it', () => {
    const row = messageRow({ queue: CONTROLQ, kickNs: 10, poppedNs: 12, usedNs: 20 });
    expect(ids(row)).toEqual(['posted 10-12', 'service 12-20']);
  });

  test('of an event buffer are one wait', () => {
    const row = messageRow({ queue: EVENTQ, poppedNs: 12, usedNs: 20, interruptNs: 21 });
    expect(ids(row)).toEqual(['waiting 12-20', 'notifying 20-21']);
  });

  test('last until now while the message is in the device', () => {
    const row = messageRow({ queue: RXQ, poppedNs: 12 });
    expect(ids(row, 100)).toEqual(['waiting 12-100 open']);
    expect(ids(row)).toEqual([]);
  });

  test('begin where it was popped when the kick is not known or was another one’s', () => {
    expect(startOf(messageRow({ poppedNs: 5 }))).toBe(5);
    expect(startOf(messageRow({ poppedNs: 5, kickNs: 9 }))).toBe(5);
  });
});

describe('a message in words', () => {
  test('has the standard’s name for what it is', () => {
    expect(kindOf(messageRow({ queue: CONTROLQ, code: 0x0104 }))).toBe('PCM_START');
    expect(kindOf(messageRow({ queue: CONTROLQ, code: 0x42 }))).toBe('unknown 0x0042');
    expect(kindOf(messageRow({ queue: EVENTQ, code: 0x1101 }))).toBe('PCM_XRUN');
    expect(kindOf(messageRow({ queue: EVENTQ, code: 0 }))).toBe('event buffer');
    expect([statusName(0x8000), statusName(0x8003), statusName(0), statusName(7)]).toEqual([
      ...['OK', 'IO_ERR', '', '0x0007'],
    ]);
  });
});
