import { describe, expect, test } from 'vitest';
import { kindOf, statusName } from '../../../renderer/store/message-row.ts';
import { CONTROLQ, EVENTQ } from '../../../src-core/spec/sound.ts';
import { messageRow } from '../message-fixture.ts';

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
