import { describe, expect, test } from 'vitest';
import { openDeviceQueue } from '../../../src-core/queue/open-queue.ts';
import { Ram } from '../../../src-core/queue/ram.ts';
import type { QueueSetup } from '../../../src-core/queue/virtqueue.ts';
import { FRESH, newRam, RAM_AT, rulesOf, setupOf } from './queue-rig.ts';

describe('a queue that the driver set up wrongly', () => {
  const cases: [string, string[], Partial<QueueSetup>][] = [
    ['has no descriptors', ['VQ-01'], { size: 0 }],
    ['has a size that is not a power of two', ['VQ-01'], { size: 48 }],
    ['is larger than 32768', ['VQ-01'], { size: 65536 }],
    ['is larger than 32768 and packed', ['VQ-01'], { size: 32769, packed: true }],
    ['has a misaligned descriptor table', ['VQ-01'], { descriptorArea: RAM_AT + 8n }],
    ['has a misaligned avail ring', ['VQ-01'], { driverArea: RAM_AT + 1n }],
    ['has a misaligned used ring', ['VQ-01'], { deviceArea: RAM_AT + 2n }],
    [
      'has misaligned event areas',
      ['VQ-P01', 'VQ-P01'],
      {
        packed: true,
        driverArea: RAM_AT + 2n,
        deviceArea: RAM_AT + 2n,
      },
    ],
    ['lies outside guest memory', ['VQ-18'], { descriptorArea: 0n }],
    ['runs out of guest memory', ['VQ-18'], { descriptorArea: RAM_AT + 0x3f_ffc0n }],
    [
      'begins behind its end',
      ['VQ-15'],
      { packed: true, size: 7, position: { ...FRESH, used: 7 } },
    ],
  ];

  test.each(cases)('that %s pops nothing and says why', (_, rules, changes) => {
    const queue = openDeviceQueue(setupOf(changes), newRam());
    expect(rulesOf(queue.takeViolations())).toEqual(rules);
    expect(queue.takeViolations()).toEqual([]);
    expect(queue.pop()).toBeUndefined();
    expect(queue.availableChains()).toBe(0);
    expect(queue.enableKicks()).toBe(false);
    expect(queue.takeInterruptNeed()).toBe(false);
    expect(queue.snapshot()).toBeUndefined();
    expect(queue.position()).toBe(queue.setup.position);
  });

  test('may be packed with a size that is not a power of two', () => {
    expect(openDeviceQueue(setupOf({ packed: true, size: 48 }), newRam()).takeViolations()).toEqual(
      [],
    );
  });

  test.each([false, true])('whose memory goes away stops, packed %s', (packed) => {
    const memory = new Vanishing();
    const queue = openDeviceQueue(setupOf({ packed }), memory);
    expect(queue.takeViolations()).toEqual([]);
    memory.isGone = true;
    expect(queue.pop()).toBeUndefined();
    expect(rulesOf(queue.takeViolations())).toEqual(['VQ-18']);
    expect(queue.enableKicks()).toBe(false);
    queue.disableKicks();
    expect(queue.snapshot()).toBeUndefined();
  });
});

/** Guest memory whose regions are taken away while the device runs. */
class Vanishing extends Ram {
  isGone = false;

  constructor() {
    super(newRam().regions());
  }

  override read(at: bigint, bytes: number) {
    return this.isGone ? undefined : super.read(at, bytes);
  }

  override readInto(at: bigint, target: Uint8Array, targetAt: number, bytes: number) {
    return !this.isGone && super.readInto(at, target, targetAt, bytes);
  }

  override loadLe16(at: bigint) {
    return this.isGone ? undefined : super.loadLe16(at);
  }

  override storeLe16(at: bigint, value: number) {
    return !this.isGone && super.storeLe16(at, value);
  }
}
