import { expect, test } from 'vitest';
import { setupText, statusWords } from '../../../renderer/frame/setup-text.ts';
import type { SetupStep } from '../../../src-core/capture/entry.ts';

function textOf(step: SetupStep): string {
  return setupText({ seq: 0, atNs: 0, step });
}

test('a device status is told by the names of its bits', () => {
  expect(statusWords(0)).toBe('not set up');
  expect(statusWords(0xf)).toBe('ACKNOWLEDGE, DRIVER, FEATURES_OK, DRIVER_OK');
  expect(textOf({ what: 'status', status: 0x83 })).toBe(
    'device status 0x83: ACKNOWLEDGE, DRIVER, FAILED',
  );
});

test('accepted features are told by name, and none is told as well', () => {
  expect(textOf({ what: 'features', offered: 1n << 32n, accepted: 1n << 32n })).toBe(
    'features accepted: VIRTIO_F_VERSION_1',
  );
  expect(textOf({ what: 'features', offered: 1n, accepted: 0n })).toBe('features accepted: none');
});

test('a queue is told with its layout and its areas', () => {
  const areas = { descriptorArea: 0x1000n, driverArea: 0x2000n, deviceArea: 0x3000n };
  const step = { what: 'queue', queue: 2, size: 64, packed: false, availIdx: 0, ...areas } as const;
  expect(textOf(step)).toBe(
    'txq is set up: 64 descriptors, split, areas at 0x1000, 0x2000, 0x3000',
  );
  expect(textOf({ what: 'queue-stopped', queue: 9, availIdx: 7 })).toBe(
    'queue 9 is stopped at avail index 7',
  );
});

test('every other step has its sentence', () => {
  const regions = [{ guestAddress: 0n, widthBytes: 4096 }];
  expect(textOf({ what: 'memory', regions })).toBe('guest memory: 1 region, 4.10\u2009kB');
  expect(textOf({ what: 'config-read', offsetBytes: 4, bytes: 4 })).toBe(
    'config space read: 4\u2009B from offset 4',
  );
  expect(textOf({ what: 'reset' })).toBe('device reset');
  expect(textOf({ what: 'gone', detail: 'The guest went away.' })).toBe('The guest went away.');
});
