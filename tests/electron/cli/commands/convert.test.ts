import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { levelBytes } from '../../../../src-core/audio/level-envelope.ts';
import { openCapture } from '../../../../src-core/capture/capture-reader.ts';
import { Follower } from '../../../../src-core/capture/follower.ts';
import { memoryStoreOf } from '../../../../src-core/capture/store.ts';
import { captureFolder, ringsideOffline } from '../offline-rig.ts';

let rig: Awaited<ReturnType<typeof captureFolder>>;

beforeAll(async () => {
  rig = await captureFolder('clean', 2500);
});
afterAll(() => rig.remove());

let outs = 0;

/** Converts, and opens what was written: it must be whole. */
async function converted(...argv: string[]) {
  const file = join(rig.folder, `out-${outs++}.pcapng`);
  const { code, err } = await ringsideOffline(['convert', rig.file, '-o', file, ...argv]);
  expect([code, err]).toEqual([0, '']);
  const opened = openCapture(memoryStoreOf(readFileSync(file)));
  if ('error' in opened) throw new Error(opened.error);
  const none = { holes: 0, cutAt: -1, damagedPackets: 0, repeatedPackets: 0, absentEntries: 0 };
  expect(opened.end).toMatchObject(none);
  return { file, capture: opened.capture };
}

/** What is printed of messages, without their numbers. */
async function printed(file: string, filter: string): Promise<string> {
  const fields = 'time,queue,stream,code,status,latency,track,stage.pop,stage.sink,stage.notify';
  const some = ['-e', fields, '-Y', filter, '-T', 'csv'];
  const { code, out, err } = await ringsideOffline(['read', file, ...some]);
  expect([code, err]).toEqual([0, '']);
  return out;
}

describe('ringside convert', () => {
  test('without a wish writes the same entries again', async () => {
    const { file } = await converted();
    const tail = (bytes: Uint8Array) => Buffer.from(bytes.subarray(bytes.length - 50_000));
    expect(tail(readFileSync(file))).toEqual(tail(rig.bytes));
  });

  test('a range keeps its messages as they were, and breaks no rule', async () => {
    const { file, capture } = await converted('--range', '0.5s..900ms');
    const inRange = 'time >= 500ms && time < 900ms';
    expect(capture.messages.rows).toBeGreaterThan(10);
    expect(await printed(file, 'number >= 0')).toBe(await printed(rig.file, inRange));
    const checked = await ringsideOffline(['check', file, '--fail-on', 'note']);
    expect(checked.out).toContain('no findings');
    expect(checked.code).toBe(0);
    const { out } = await ringsideOffline(['info', file]);
    expect(out).toContain('excerpt     0.5 s .. 0.9 s');
  });

  test('a filter keeps what passes from kick to interrupt, and findings are not invented', async () => {
    const filter = 'queue == tx && number > 40';
    const { file, capture } = await converted('-Y', filter);
    const [before, after] = [await printed(rig.file, filter), await printed(file, 'number >= 0')];
    expect(after).toBe(before);
    expect(capture.messages.counts).toMatchObject({ control: 0, event: 0, rx: 0 });
    const checked = await ringsideOffline(['check', file, '--fail-on', 'note']);
    expect(checked.code).toBe(0);
    const { out } = await ringsideOffline(['info', file, '--json']);
    expect(JSON.parse(out)).toMatchObject({ excerpt: { filter }, damage: null });
  });

  test('without payload no sound is left, but lengths, hashes and levels', async () => {
    const { file, capture } = await converted('--strip-payload');
    let moved = 0;
    new Follower(capture, { kinds: ['moved', 'posted'] }).follow({
      entry: (entry) => {
        moved++;
        if (entry.kind === 'posted') throw new Error('a posted payload is left');
        if (entry.kind !== 'moved') return;
        expect(entry.pcm).toHaveLength(0);
        const track = capture.tracks[entry.track];
        const levels = levelBytes(entry.fromFrame, entry.frames, track?.params.channels ?? 0);
        expect(levels).toBeGreaterThan(0);
        expect(entry.withheld).toHaveLength(4 + levels);
        expect(entry.frames).toBeGreaterThan(0);
      },
    });
    expect(moved).toBeGreaterThan(50);
    expect(readFileSync(file).length).toBeLessThan(rig.bytes.length / 2);
    expect((await ringsideOffline(['check', file, '--fail-on', 'note'])).code).toBe(0);
  });

  test('says what is wrong, and leaves nothing half written', async () => {
    const code = async (...argv: string[]) =>
      (await ringsideOffline(['convert', rig.file, ...argv])).code;
    const out = join(rig.folder, 'never.pcapng');
    expect(await code()).toBe(2);
    expect(await code('-o', rig.file)).toBe(2);
    expect(await code('-o', out, '--range', '2s..1s')).toBe(2);
    expect(await code('-o', out, '--range', 'soon')).toBe(2);
    expect(await code('-o', join(rig.file, 'x.pcapng'))).toBe(4);
    expect(existsSync(out)).toBe(false);
  });
});
