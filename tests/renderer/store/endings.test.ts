import { describe, expect, test } from 'vitest';
import { endingsOf, forgottenNs } from '../../../renderer/store/endings.ts';
import { stagesOf } from '../../../src-core/spec/stages.ts';
import { messageRow } from '../message-fixture.ts';

const endings = endingsOf([
  { seq: 0, atNs: 100, step: { what: 'queue-stopped', queue: 3, availIdx: 0 } },
  { seq: 1, atNs: 200, step: { what: 'note', detail: '' } },
  { seq: 2, atNs: 300, step: { what: 'reset' } },
]);

describe('a message that the device forgot', () => {
  test('was popped before a reset and never used', () => {
    expect(forgottenNs(messageRow({ poppedNs: 50 }), endings)).toBe(300);
    expect(forgottenNs(messageRow({ poppedNs: 50, usedNs: 60 }), endings)).toBeNaN();
    expect(forgottenNs(messageRow({ poppedNs: 400 }), endings)).toBeNaN();
  });

  test('may be that of a queue that was stopped alone', () => {
    expect(forgottenNs(messageRow({ poppedNs: 50, queue: 3 }), endings)).toBe(100);
    expect(forgottenNs(messageRow({ poppedNs: 150, queue: 3 }), endings)).toBe(300);
  });

  test('has a life that ends there', () => {
    const stages = stagesOf(messageRow({ kickNs: 40, poppedNs: 50 }), 1000, 300);
    expect(stages.map(({ id, toNs, isOpen }) => [id, toNs, isOpen])).toEqual([
      ['pop', 50, false],
      ['forgotten', 300, false],
    ]);
  });
});
