import { expect, test } from 'vitest';
import { ringsideOffline } from '../offline-rig.ts';

interface Told {
  readonly schema: string;
  readonly checks: readonly { id: string; state: string; found: string; fix?: string }[];
}

test('the doctor tells the same to people and to programs, with what to do about each lack', async () => {
  const json = await ringsideOffline(['doctor', '--json']);
  const { schema, checks } = JSON.parse(json.out) as Told;
  expect(schema).toBe('ringside.doctor/1');
  expect(checks.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['node', 'electron', 'sockets', 'shared-memory', 'real-time', 'tshark']),
  );
  expect(checks.find(({ id }) => id === 'node')).toMatchObject({ state: 'ok' });
  for (const { state, fix } of checks) if (state === 'fix') expect(fix).toMatch(/\S/);
  const isSound = checks.every(({ state }) => state !== 'fix');
  expect(json.code).toBe(isSound ? 0 : 1);
  const text = await ringsideOffline(['doctor']);
  expect(text.code).toBe(json.code);
  for (const { found } of checks) expect(text.out).toContain(found);
});
