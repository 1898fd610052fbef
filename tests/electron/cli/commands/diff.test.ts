import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureFolder, recordDemo, ringsideOffline } from '../offline-rig.ts';

let rig: Awaited<ReturnType<typeof captureFolder>>;

beforeAll(async () => {
  rig = await captureFolder('clean', 600);
});
afterAll(() => rig.remove());

async function other(scenario: string, ms: number): Promise<string> {
  const path = join(rig.folder, `${scenario}-${ms}.pcapng`);
  writeFileSync(path, await recordDemo(scenario, ms));
  return path;
}

async function diff(a: string, b: string) {
  const { code, out } = await ringsideOffline(['diff', a, b, '--json']);
  const told = JSON.parse(out) as {
    same: boolean;
    differences: Record<string, unknown>[];
    findings: unknown[];
    stages: Record<string, unknown>[];
  };
  return { code, ...told };
}

describe('ringside diff', () => {
  test('finds nothing between a capture and itself, and says 0', async () => {
    expect(await diff(rig.file, rig.file)).toMatchObject({ code: 0, same: true, differences: [] });
    const { out } = await ringsideOffline(['diff', rig.file, rig.file]);
    expect(out).toMatch(/^the same: no difference but in time\n/);
    expect(out).toMatch(/tx 0 wait +\d+\.\d{3} \/ /);
  });

  test('split and packed rings carry the same', async () => {
    expect(await diff(rig.file, await other('packed', 600))).toMatchObject({ code: 0, same: true });
  });

  test('tells the first control message and field that differ', async () => {
    const { code, differences } = await diff(rig.file, await other('underrun', 600));
    expect(code).toBe(1);
    expect(differences[0]).toMatchObject({
      where: 'control queue',
      field: 'buffer_bytes',
      a: '30720',
      b: '7680',
    });
    expect(differences[1]).toMatchObject({ where: 'stream 0, run 0', field: 'buffer_bytes' });
  });

  test('tells the frame from which sound differs, and findings gained', async () => {
    const { code, differences, findings } = await diff(rig.file, await other('late-write', 600));
    expect(code).toBe(1);
    expect(differences).toEqual([]);
    expect(findings).toEqual([expect.objectContaining({ rule: 'VS-P-03', a: 0 })]);
    const longer = await diff(await other('clean', 1500), await other('late-write', 1500));
    expect(longer.differences[0]).toMatchObject({ where: 'stream 0, run 0', field: 'pcm' });
    expect(longer.differences[0]?.frame).toBeGreaterThan(0);
  });

  test('a session that ends sooner has fewer messages', async () => {
    const { code, differences } = await diff(rig.file, await other('clean', 400));
    expect(code).toBe(1);
    expect(differences.at(-1)).toMatchObject({ where: 'stream 0, run 0', field: 'messages' });
  });
});
