import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCapture } from '../../../../src-core/capture/capture-reader.ts';
import { memoryStoreOf } from '../../../../src-core/capture/store.ts';
import { captureFolder, ringsideOffline } from '../offline-rig.ts';

let rig: Awaited<ReturnType<typeof captureFolder>>;

beforeAll(async () => {
  rig = await captureFolder();
});
afterAll(() => rig.remove());

describe('ringside recover', () => {
  test('writes a whole capture again byte for byte, but for the name of the writer', async () => {
    const out = join(rig.folder, 'again.pcapng');
    const { code, err } = await ringsideOffline(['recover', rig.file, '-o', out]);
    expect([code, err]).toEqual([0, '']);
    const again = readFileSync(out);
    const end = again.length - 10_000;
    expect(again.subarray(end)).toEqual(Buffer.from(rig.bytes.subarray(rig.bytes.length - 10_000)));
  });

  test('mends a damaged and cut capture into a whole one that says what is missing', async () => {
    const damaged = rig.bytes.slice(0, rig.bytes.length - 77);
    damaged.fill(0xee, 20_000, 26_000);
    const file = join(rig.folder, 'bad.pcapng');
    writeFileSync(file, damaged);
    const { code, out } = await ringsideOffline(['recover', file, '--json']);
    expect(code).toBe(5);
    const told = JSON.parse(out) as { file: string; entries: number; lostEntries: number };
    expect(told.file).toBe(join(rig.folder, 'bad.recovered.pcapng'));
    expect(told.lostEntries).toBeGreaterThan(0);
    const opened = openCapture(memoryStoreOf(readFileSync(told.file)));
    if ('error' in opened) throw new Error(opened.error);
    expect(opened.end).toMatchObject({ holes: 0, damagedPackets: 0, cutAt: -1 });
    expect(opened.capture.lostEntries()).toBe(told.lostEntries);
    const again = await ringsideOffline(['recover', file]);
    expect(again.code).toBe(2);
    expect(again.err).toContain('exists');
    expect((await ringsideOffline(['recover', file, '--force'])).code).toBe(5);
  });

  test('does not mend in place, and lists what is left when no file is named', async () => {
    expect((await ringsideOffline(['recover', rig.file, '-o', rig.file])).code).toBe(2);
    const { code, out } = await ringsideOffline(['recover', '--list', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ schema: 'ringside.recoverable/1' });
  });
});
