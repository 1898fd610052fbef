// What the demo guest plays arrives at the sound server, sample for sample: the whole way from the guest's kick through rings,
// device, native sink and PulseAudio to the monitor of its sink.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEntries, readFacts } from '../../src-core/capture/capture-file.ts';
import { memoryStoreOf } from '../../src-core/capture/store.ts';
import type { Summary } from '../../src-core/contract-summary.ts';
import { type SoundServer, startSoundServer } from './sound-server.ts';

const SECONDS = 3;
const RATE_HZ = 48_000;
/** Frames that are compared at once; PulseAudio may lose some when the machine is busy, so one gap costs one block. */
const BLOCK_FRAMES = 480;

let server: SoundServer;
let folder: string;

beforeAll(async () => {
  server = await startSoundServer();
  folder = mkdtempSync(join(tmpdir(), 'ringside-demo-'));
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the demo guest is heard', async () => {
  const recording = await server.record();
  const path = join(folder, 'demo.pcapng');
  const { summary, errors } = await playDemo(path);
  expect(errors).not.toContain('not heard');
  expect(summary.violations).toEqual([]);
  const played = playedFloats(path);
  expect(played.length).toBe(2 * summary.frames);
  expect(played.length).toBeGreaterThan(2 * RATE_HZ * (SECONDS - 0.5));
  await recording.stop();
  const { found, blocks } = compare(played, recording.samples());
  expect(blocks).toBeGreaterThan(100);
  expect(found / blocks).toBeGreaterThan(0.95);
});

async function playDemo(path: string) {
  const words = ['demo', '--scenario', 'clean', '--seconds', String(SECONDS), '--sink', 'native'];
  const child = spawn(
    process.execPath,
    ['build/ringside.mjs', ...words, '--record', path, '--json'],
    {
      env: { ...process.env, ...server.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, errors }).toMatchObject({ code: 0 });
  const { streams, violations } = JSON.parse(output) as Summary;
  return { errors, summary: { violations, frames: streams[0]?.runs[0]?.frames ?? 0 } };
}

/** The PCM that the capture says went to the sink, as the monitor's floats: S16 stereo. */
function playedFloats(path: string): Float32Array {
  const bytes = new Uint8Array(readFileSync(path));
  const store = memoryStoreOf(bytes);
  const facts = readFacts(store);
  if ('error' in facts) throw new Error(facts.error);
  const parts: number[] = [];
  for (const { entry } of readEntries(store, facts.startedAtUnixMs)) {
    if (entry.kind !== 'moved') continue;
    const view = new DataView(entry.pcm.buffer, entry.pcm.byteOffset, entry.pcm.byteLength);
    for (let at = 0; at < view.byteLength; at += 2) parts.push(view.getInt16(at, true) / 32768);
  }
  return Float32Array.from(parts);
}

/** How many blocks of what was played stand in the recording, in their order. */
function compare(played: Float32Array, heard: Float32Array): { found: number; blocks: number } {
  const width = 2 * BLOCK_FRAMES;
  let found = 0;
  let blocks = 0;
  let from = 0;
  for (let at = 0; at + width <= played.length; at += width) {
    const block = played.subarray(at, at + width);
    if (block.every((value) => Math.abs(value) < 1e-3)) continue;
    blocks++;
    const place = placeOf(block, heard, from);
    if (place < 0) continue;
    found++;
    from = place + width;
  }
  return { found, blocks };
}

/** Where `block` stands in `heard`, within one and a half seconds after `from`; -1 when it does not. */
function placeOf(block: Float32Array, heard: Float32Array, from: number): number {
  const end = Math.min(
    heard.length - block.length,
    from + (from === 0 ? heard.length : 3 * RATE_HZ),
  );
  for (let at = from; at <= end; at += 2) {
    let same = 0;
    while (same < block.length && Math.abs((heard[at + same] ?? 9) - (block[same] ?? 0)) < 1e-4)
      same++;
    if (same === block.length) return at;
  }
  return -1;
}
