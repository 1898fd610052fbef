// Whatever happens between two reads, a payload that counts as exact is what the device had.
import { expect, test } from 'vitest';
import { type Habits, HastyQueue } from './hasty-queue.ts';

const SEEDS = 12;
const LOOKS = 400;

test.each([
  ['a playback', { packed: false, direction: 'tx', fillsLate: false, buffers: 4 }],
  ['a playback in a packed ring', { packed: true, direction: 'tx', fillsLate: false, buffers: 4 }],
  ['a playback with one buffer', { packed: false, direction: 'tx', fillsLate: false, buffers: 1 }],
  [
    'a playback that is written in flight',
    { packed: false, direction: 'tx', fillsLate: true, buffers: 4 },
  ],
  ['a recording', { packed: false, direction: 'rx', fillsLate: false, buffers: 4 }],
  ['a recording in a packed ring', { packed: true, direction: 'rx', fillsLate: false, buffers: 3 }],
  ['a recording with one buffer', { packed: false, direction: 'rx', fillsLate: false, buffers: 1 }],
] as const satisfies readonly (readonly [string, Habits])[])(
  'in %s, exact is exact',
  (_what, habits) => {
    const counts = { payloads: 0, exact: 0, wrong: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const queue = new HastyQueue(seed, habits);
      queue.run(LOOKS);
      for (const { trust, isTrue, isKnownToWrite } of queue.graded) {
        // A driver that breaks the standard has to be seen to do so first.
        if (habits.fillsLate && !isKnownToWrite) continue;
        counts.payloads++;
        if (trust !== 'exact') continue;
        counts.exact++;
        if (!isTrue) counts.wrong++;
      }
    }
    expect(counts.wrong).toBe(0);
    expect(counts.payloads).toBeGreaterThan(SEEDS);
    const mayBeExact = !habits.fillsLate && (habits.direction === 'tx' || habits.buffers > 1);
    expect(counts.exact > 0).toBe(mayBeExact);
  },
);
