/** The driver's side against the device's side: whatever the order of their steps, no chain, kick or interrupt is lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QueueSetup } from '../../../src-core/queue/virtqueue.ts';
import { BUFFERS_AT, rigOf } from './queue-rig.ts';
import { TwoSides } from './two-sides.ts';

const variants: [string, Partial<QueueSetup>][] = [];
for (const [packed, sizes] of [
  [false, [1, 2, 8, 64]],
  [true, [1, 2, 3, 8, 37]],
] as const) {
  for (const size of sizes) {
    for (const [indirect, eventIdx] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const name = `${packed ? 'packed' : 'split'} ${size}${indirect ? ' indirect' : ''}${eventIdx ? ' event_idx' : ''}`;
      variants.push([name, { packed, size, indirect, eventIdx }]);
    }
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      pieces: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('drain' as const),
      most: fc.integer({ min: 0, max: 9 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('return' as const),
      which: fc.nat(1000),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      most: fc.integer({ min: 0, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rewind' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resume' as const) }) },
);

describe('driver and device', () => {
  test.each(variants)('agree on every chain and lose no notification: %s', (_, changes) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 150 }), (steps) => {
        const sides = new TwoSides(rigOf(changes));
        for (const one of steps) sides.take(one);
        sides.settle();
      }),
      { seed: 1059, numRuns: 25 },
    );
  });

  test.each([
    ['split', { size: 4, eventIdx: true }],
    ['split, indirect', { size: 2, eventIdx: true, indirect: true }],
    ['packed', { packed: true, size: 5, eventIdx: true }],
    ['packed, flags only', { packed: true, size: 3 }],
  ])('go on past 65,536 chains: %s', (_, changes) => {
    const { driver, device } = rigOf(changes);
    const pieces = [
      { address: BUFFERS_AT, bytes: 4, writable: false },
      { address: BUFFERS_AT + 64n, bytes: 8, writable: true },
    ];
    let isDeviceAsleep = true;
    let lost = 0;
    for (let sent = 0; sent < 70_000; sent++) {
      const token = driver.add(pieces);
      if (driver.takeKickNeed() !== isDeviceAsleep) lost++;
      const popped = device.pop();
      if (popped === undefined || popped.violations.length > 0) throw new Error(`chain ${sent}`);
      isDeviceAsleep = !device.enableKicks();
      device.pushUsed(popped.chain, 8);
      if (!device.takeInterruptNeed()) lost++;
      const used = driver.takeUsed();
      if (used?.token !== token || used?.writtenBytes !== 8) throw new Error(`used ${sent}`);
      if (driver.enableInterrupts()) throw new Error(`more used than ${sent}`);
    }
    expect(lost).toBe(0);
    expect(driver.freeSlots()).toBe(device.setup.size);
  });

  test('a driver that polls gets no interrupt in 200,000 chains', () => {
    for (const packed of [false, true]) {
      const { driver, device } = rigOf({ packed, size: 8, eventIdx: true });
      let interrupts = 0;
      for (let sent = 0; sent < 100_000; sent++) {
        if (sent % 1000 === 0) driver.disableInterrupts();
        driver.add([{ address: BUFFERS_AT, bytes: 4, writable: true }]);
        const popped = device.pop();
        if (popped !== undefined) device.pushUsed(popped.chain, 4);
        if (device.takeInterruptNeed()) interrupts++;
        driver.takeUsed();
      }
      expect(interrupts).toBe(0);
    }
  });
});
