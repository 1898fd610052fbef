import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureFolder, ringsideOffline } from '../offline-rig.ts';

let rig: Awaited<ReturnType<typeof captureFolder>>;

beforeAll(async () => {
  rig = await captureFolder();
});
afterAll(() => rig.remove());

describe('ringside info', () => {
  test('tells people what is in a capture', async () => {
    const { code, out, err } = await ringsideOffline(['info', rig.file]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^file {8}.*x\.pcapng, [\d ]+ bytes\nsession {5}.*\(simulated\)\n/);
    expect(out).toContain('findings    0 errors, 0 warnings, 0 notes\n');
  });

  test('tells programs the same as one object with its schema', async () => {
    const { code, out } = await ringsideOffline(['info', '--json', rig.file]);
    expect(code).toBe(0);
    const told = JSON.parse(out) as Record<string, unknown>;
    expect(told).toMatchObject({ schema: 'ringside.info/1', simulated: true, damage: null });
    expect(told).toMatchObject({ sizeBytes: rig.bytes.length, dropped: 0, skippedPackets: 0 });
  });

  test('reads standard input', async () => {
    const { code, out } = await ringsideOffline(['info', '-', '--json'], rig.bytes);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ file: '-', sizeBytes: rig.bytes.length });
  });

  test('shows what is left of a cut file and ends with 5', async () => {
    const cut = join(rig.folder, 'cut.pcapng');
    writeFileSync(cut, rig.bytes.subarray(0, rig.bytes.length - 1001));
    const { code, out, err } = await ringsideOffline(['info', cut]);
    expect(code).toBe(5);
    expect(out).toContain('damage      ');
    expect(err).toContain('cut.pcapng: ');
  });

  test.each([
    ['a missing file', '/none/x.pcapng', 'There is no such file.'],
    ['a folder', '/tmp', 'This is a folder.'],
    ['another file', import.meta.filename, 'not a pcapng file'],
  ])('refuses %s with 3', async (_what, path, why) => {
    const { code, out, err } = await ringsideOffline(['info', path]);
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain(why);
    expect(err).toContain('(cannot-read)');
  });

  test('wants one file', async () => {
    expect((await ringsideOffline(['info'])).code).toBe(2);
    expect((await ringsideOffline(['info', 'a', 'b'])).code).toBe(2);
  });
});
