import { expect, test } from 'vitest';
import { doctorHandlers } from '../../src-core/host-doctor.ts';
import type { HostPorts } from '../../src-core/host-ports.ts';

const asked = (doctor?: HostPorts['doctor']) => doctorHandlers({ doctor } as HostPorts).doctor({});

test('a page without a machine has nothing to check, and one that is still looking says so', () => {
  expect(asked()).toEqual({ checks: [] });
  expect(asked(() => undefined)).toEqual({});
  const checks = [{ id: 'node', name: 'Node', state: 'ok', found: '20' }] as const;
  expect(asked(() => checks)).toEqual({ checks });
});
