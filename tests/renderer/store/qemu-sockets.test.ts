// Sockets that were used before: newest first, a few of them, whatever was kept.
import { beforeEach, expect, test } from 'vitest';
import { forgetSocket, keepSocket, useQemuSockets } from '../../../renderer/store/qemu-sockets.ts';

beforeEach(() => useQemuSockets.setState({ targets: [] }));

test('the newest comes first, each once, and only a few are kept', () => {
  for (const target of ['/a', '/b', '/c', '/d', '/e', '/f', '/b']) keepSocket(target);
  expect(useQemuSockets.getState().targets).toEqual(['/b', '/f', '/e', '/d', '/c']);
  forgetSocket('/e');
  expect(useQemuSockets.getState().targets).toEqual(['/b', '/f', '/d', '/c']);
});

test('what was kept by something else is left out', () => {
  const { merge } = useQemuSockets.persist.getOptions();
  const current = { targets: [] };
  expect(merge?.({ targets: ['/a', 3, '', '/a', 'x'.repeat(999), null] }, current)).toEqual({
    targets: ['/a'],
  });
  for (const kept of [undefined, null, 7, { targets: 'no' }]) {
    expect(merge?.(kept, current)).toEqual({ targets: [] });
  }
});
