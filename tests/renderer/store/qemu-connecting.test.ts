// Whose business a watched QEMU is that has not come far: the card's that began it, and nobody else's.
import { expect, test } from 'vitest';
import {
  beginConnecting,
  endConnecting,
  isAtCard,
  useQemuConnecting,
} from '../../../renderer/store/qemu-connecting.ts';
import type { SessionStatus } from '../../../src-core/contract-data.ts';

function statusOf(target: string, devicePath?: string): SessionStatus {
  const watch = { target, ...(devicePath === undefined ? {} : { devicePath }) };
  return { watch } as SessionStatus;
}

test('a session stays on its card until a device is watched', () => {
  beginConnecting('/q.sock');
  const connecting = useQemuConnecting.getState();
  expect(isAtCard(connecting, statusOf('/q.sock'))).toBe(true);
  expect(isAtCard(connecting, statusOf('/q.sock', '/machine/snd0'))).toBe(false);
  expect(isAtCard(connecting, statusOf('/other.sock'))).toBe(false);
  expect(isAtCard(connecting, null)).toBe(false);
  endConnecting();
  expect(isAtCard(useQemuConnecting.getState(), statusOf('/q.sock'))).toBe(false);
});
