// How a watch says why it ended: always a code, a sentence, and what to do where something can be done.
import { describe, expect, test } from 'vitest';
import { endOf, pickProblem } from '../../../src-core/qemu/watch-words.ts';

const BEFORE = { hasShutDown: false, wasReady: true };

describe('an end', () => {
  test('of a guest that shut down needs nothing done', () => {
    const end = endOf({ code: 'closed', text: 'x' }, { hasShutDown: true, wasReady: true });
    expect(end).toEqual({ code: 'shut-down', sentence: expect.stringMatching(/shut down/) });
  });

  test('of a QEMU that answered says what came', () => {
    const end = endOf({ code: 'closed', text: 'QEMU closed the connection' }, BEFORE);
    expect(end).toEqual({ code: 'closed', sentence: 'QEMU closed the connection.' });
  });

  test.each(['no-greeting', 'not-qmp', 'monitor', 'line-too-long', 'refused'] as const)(
    'that is “%s” says what to do',
    (code) => {
      const end = endOf({ code, text: 'so it was' }, { hasShutDown: false, wasReady: false });
      expect(end).toMatchObject({ code: `qmp-${code}`, sentence: 'So it was.' });
      expect(end.action).toMatch(/\.$|\?$/);
    },
  );
});

describe('a QEMU without a device to watch', () => {
  const own = { kind: 'own', path: '/a', streams: 2, audiodev: 'x' } as const;

  test('that lacks commands says which version has them', () => {
    const found = { devices: [], missing: ['x'], problem: 'this QEMU has no x' };
    const end = pickProblem(found, undefined);
    expect(end).toMatchObject({ code: 'cannot-ask', sentence: 'This QEMU has no x.' });
    expect(end.action).toMatch(/8\.2/);
  });

  test('of that name says which names there are', () => {
    const end = pickProblem({ devices: [own], missing: [] }, '/b');
    expect(end).toMatchObject({ code: 'no-such-device', action: 'Take one of: /a.' });
  });
});
