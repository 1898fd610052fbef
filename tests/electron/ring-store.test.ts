import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskStore } from '../../electron/capture-disk.ts';
import { RingStore } from '../../electron/ring-store.ts';
import { openCapture } from '../../src-core/capture/capture-reader.ts';
import { memoryStoreOf } from '../../src-core/capture/store.ts';
import { TXQ } from '../../src-core/spec/sound.ts';
import { run, startHost } from '../src-core/host-harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-ring-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A demo of so many seconds, recorded in ring mode; gives the file as opened, and what the ring gave for each message. */
async function record(scenario: string, seconds: number, span: string, on: string) {
  const path = join(folder, 'x.pcapng');
  const stores: RingStore[] = [];
  const recordRing = (at: string) => {
    const store = new RingStore(at);
    stores.push(store);
    return store;
  };
  const { clock, client, host } = startHost({ recordRing });
  await client.call('startDemo', { scenario, seed: 1, recordPath: path, ring: { span, on } });
  run(clock, 1000 * seconds);
  const live = (await client.call('status', {}))?.messages ?? 0;
  await client.call('stopSession', {});
  const asked = [0, 200, live - 1].map((index) => client.call('message', { index }));
  const [control, gone] = await Promise.all(asked);
  host.stop();
  const opened = openCapture(DiskStore.open(path));
  if ('error' in opened) throw new Error(opened.error);
  return { ...opened, live, control, gone, path };
}

test('what no trigger asked for is let go, but not what explains the rest', async () => {
  const { capture, end, live, control, gone, path } = await record(
    'clean',
    12,
    '1s/1s',
    'finding>=error',
  );
  const { messages, story } = capture;
  expect(end.holes).toBe(0);
  expect(messages.counts.tx).toBeLessThan(live / 4);
  expect(messages.counts.control).toBeGreaterThan(4); // all of them
  expect(story.states.map(({ state }) => state)).toContain('running');
  expect(
    story.setup.some(({ step }) => step.what === 'note' && /let go, as asked/.test(step.detail)),
  ).toBe(true);
  // a view of the session that has just ended finds the one and not the other
  expect(control?.body.length).toBeGreaterThan(0);
  expect([gone?.chain.readable, gone?.pcm.length]).toEqual([[], 0]);
  expect(existsSync(`${path}.ring`)).toBe(false);
});

test('what surrounds a trigger is kept whole, with its PCM', async () => {
  const { capture } = await record('underrun', 12, '2s/1s', 'xrun');
  const { messages, story } = capture;
  const [found] = story.tallies.get('VS-P-01')?.findings ?? [];
  const atNs = found?.atNs ?? 0;
  expect(atNs).toBeGreaterThan(0);
  const first = messages.rowAt(atNs - 1e9);
  for (let row = first; row < messages.rowAt(atNs); row++) {
    if (messages.queue.get(row) !== TXQ) continue;
    expect(capture.entryAt(messages.poppedAt.get(row))?.kind).toBe('popped');
    expect(messages.frames.get(row)).toBeGreaterThan(0);
  }
});

test('at every moment the file with its segments behind it is all there was', async () => {
  const path = join(folder, 'x.pcapng');
  const recordRing = (at: string) => new RingStore(at);
  const { clock, client, host } = startHost({ recordRing });
  const ring = { span: '60s/20s', on: 'xrun' };
  await client.call('startDemo', { scenario: 'clean', seed: 1, recordPath: path, ring });
  run(clock, 3000);
  const live = await client.call('status', {});
  const parts = readdirSync(`${path}.ring`).sort();
  const whole = Buffer.concat(
    [path, ...parts.map((name) => join(`${path}.ring`, name))].map((each) => readFileSync(each)),
  );
  const opened = openCapture(memoryStoreOf(new Uint8Array(whole)));
  if ('error' in opened) throw new Error(opened.error);
  expect(opened.end.holes).toBe(0);
  expect(opened.capture.messages.rows).toBeGreaterThan((live?.messages ?? 0) - 60);
  host.stop();
});

test('words that are no ring are refused with what to write', async () => {
  const recordRing = (at: string) => new RingStore(at);
  const { client } = startHost({ recordRing });
  const start = (ring: { span: string; on: string }, recordPath?: string) =>
    client.call('startDemo', { scenario: 'clean', ring, ...(recordPath && { recordPath }) });
  await expect(start({ span: '1m', on: 'xrun' }, 'x')).rejects.toThrow(/no span/);
  await expect(start({ span: '1s/1s', on: 'boom' }, 'x')).rejects.toThrow(/no trigger/);
  await expect(start({ span: '1s/1s', on: 'xrun' })).rejects.toThrow(/file/);
});
