/** Whatever a guest writes into its rings, the device's side neither throws nor goes on for ever. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readChain, writeChain } from '../../../src-core/queue/chain-bytes.ts';
import { openDeviceQueue } from '../../../src-core/queue/open-queue.ts';
import type { Chain } from '../../../src-core/queue/virtqueue.ts';
import { newRam, RAM_AT, setupOf } from './queue-rig.ts';

/** Descriptors near the truth: addresses and lengths that often hit, flags of every kind. */
const descriptor = fc.record({
  address: fc.oneof(
    fc.bigInt(RAM_AT, RAM_AT + 0x400n),
    fc.bigInt(RAM_AT + 0x3f_ff00n, RAM_AT + 0x40_0010n),
    fc.bigInt(0n, 2n ** 64n - 1n),
  ),
  bytes: fc.oneof(
    fc.integer({ min: 0, max: 160 }),
    fc.constantFrom(16, 32, 64),
    fc.nat(0xffff_ffff),
  ),
  low: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.nat(0xffff)),
  high: fc.oneof(
    fc.integer({ min: 0, max: 9 }),
    fc.constantFrom(0x80, 0x81, 0x84, 0x8000, 0x8001),
    fc.nat(0xffff),
  ),
});

const round = fc.record({
  descriptors: fc.array(descriptor, { minLength: 8, maxLength: 8 }),
  heads: fc.array(fc.oneof(fc.nat(8), fc.nat(0xffff)), { minLength: 8, maxLength: 8 }),
  jump: fc.oneof({ weight: 9, arbitrary: fc.nat(8) }, { weight: 1, arbitrary: fc.nat(0xffff) }),
  events: fc.nat(0xffff_ffff),
  returned: fc.nat(8),
});

describe('garbage in a ring', () => {
  test.each([
    ['split', false],
    ['packed', true],
  ])('does no harm: %s', (_, packed) => {
    fc.assert(
      fc.property(
        fc.array(round, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        fc.boolean(),
        (rounds, eventIdx, indirect) => {
          const ram = newRam();
          const setup = setupOf({ packed, eventIdx, indirect });
          const device = openDeviceQueue(setup, ram);
          const held: Chain[] = [];
          let availIdx = 0;
          for (const { descriptors, heads, jump, events, returned } of rounds) {
            availIdx += jump;
            ram.write(setup.descriptorArea, tableOf(descriptors));
            ram.write(setup.driverArea, wordsOf([packed ? events : 0, availIdx, ...heads, events]));
            let pops = 0;
            for (let popped = device.pop(); popped !== undefined; popped = device.pop()) {
              const { chain, violations } = popped;
              expect(++pops).toBeLessThanOrEqual(setup.size);
              expect(chain.readable.length + chain.writable.length).toBeLessThanOrEqual(setup.size);
              expect(violations.length).toBeLessThanOrEqual(10);
              expect(
                readChain(ram, chain.readable, 0, Math.min(chain.readableBytes, 4096)),
              ).toBeDefined();
              held.push(chain);
            }
            device.enableKicks();
            for (const chain of held.splice(0, returned)) {
              device.pushUsed(chain, writeChain(ram, chain.writable, 0, new Uint8Array(8)));
            }
            device.takeInterruptNeed();
            device.disableKicks();
            expect(device.takeViolations().length).toBeLessThanOrEqual(4);
            expect(device.snapshot()).toBeDefined();
          }
          for (const chain of held) device.pushUsed(chain, 0);
          expect(device.snapshot()?.inFlight).toEqual([]);
        },
      ),
      { seed: 2517, numRuns: 400 },
    );
  });
});

function tableOf(
  descriptors: readonly { address: bigint; bytes: number; low: number; high: number }[],
): Uint8Array {
  const view = new DataView(new ArrayBuffer(16 * descriptors.length));
  descriptors.forEach(({ address, bytes, low, high }, slot) => {
    view.setBigUint64(16 * slot, address, true);
    view.setUint32(16 * slot + 8, bytes, true);
    view.setUint16(16 * slot + 12, low, true);
    view.setUint16(16 * slot + 14, high, true);
  });
  return new Uint8Array(view.buffer);
}

function wordsOf(words: readonly number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(words).buffer);
}
