// How far a watch has come, in steps that say what is still to come.
import { expect, test } from 'vitest';
import { watchSteps } from '../../../renderer/frame/watch-steps.ts';
import type { WatchStatus } from '../../../src-core/qemu/watch-status.ts';

const BEGUN: WatchStatus = {
  ...{ target: '/tmp/qmp.sock', qemuVersion: '', devices: [], mustPick: false, missing: [] },
  ...{
    memory: 'not looked for yet',
    canReadMemory: false,
    toldRings: { chains: [], refused: [] },
    trace: 'not looked at',
  },
  ...{ isPaused: false, commands: { count: 0, p50Us: 0, busyPart: 0 }, assumedStreams: [] },
  sampling: { rateHz: 2, count: 0, busyPart: 0 },
  trust: { exact: 0, unplaced: 0, changed: 0, raced: 0, late: 0 },
};

test('a watch begins with nothing done, and says what the driver has to do', () => {
  const steps = watchSteps(BEGUN, 0);
  expect(steps.every(({ isDone }) => !isDone)).toBe(true);
  expect(steps[2]?.detail).toMatch(/virtio_snd/);
});

test('each step is done by what was seen of it, and says what that was', () => {
  const done = {
    ...BEGUN,
    ...{
      qemuVersion: '10.0.2',
      devicePath: '/machine/snd0',
      canReadMemory: true,
      memory: 'mapped',
    },
    ...{ trace: 'times come from it', tracePath: '/tmp/qemu.log' },
  };
  const steps = watchSteps(done, 15);
  expect(steps.every(({ isDone }) => isDone)).toBe(true);
  const details = ['', '/machine/snd0', '', 'mapped', 'times come from it'];
  expect(steps.map(({ detail }) => detail)).toEqual(details);
  expect(watchSteps(done, 11).map(({ isDone }) => isDone)).toEqual([true, true, false, true, true]);
});

test('why memory cannot be read is said once the driver is there', () => {
  const memory = 'guest memory is not read: QEMU does not say where it is';
  expect(watchSteps({ ...BEGUN, memory }, 0)[3]?.detail).toBe('');
  expect(watchSteps({ ...BEGUN, memory }, 15)[3]).toMatchObject({ detail: memory, isDone: false });
});
