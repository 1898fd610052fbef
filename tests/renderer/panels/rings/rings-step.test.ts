import { describe, expect, test } from 'vitest';
import { nextChange } from '../../../../renderer/panels/rings/rings-step.ts';
import { columnsOf, messageRow } from '../../message-fixture.ts';

describe('stepping through a ring', () => {
  const columns = columnsOf([
    messageRow({ kickNs: 1000, poppedNs: 1500, usedNs: 9000, interruptNs: 9500 }),
    messageRow({ kickNs: 3000, poppedNs: 3500 }),
  ]);

  test('goes from each kick, pop and return to the next one, and back the same way', () => {
    const forward: number[] = [];
    for (let at = nextChange(columns, 0, 1); at !== undefined; at = nextChange(columns, at, 1)) {
      forward.push(at);
    }
    expect(forward).toEqual([1004, 1504, 3004, 3504, 9004]);
    const back: number[] = [];
    for (
      let at = nextChange(columns, 1e9, -1);
      at !== undefined;
      at = nextChange(columns, at, -1)
    ) {
      back.push(at);
    }
    expect(back).toEqual([...forward].reverse());
  });

  test('finds nothing in an empty queue', () => {
    expect(nextChange(columnsOf([]), 5, 1)).toBeUndefined();
  });
});
