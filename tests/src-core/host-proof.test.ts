import { expect, test } from 'vitest';
import { wavHeader } from '../../src-core/audio/wav.ts';
import type { Peaks } from '../../src-core/contract-data.ts';
import { run, startHost } from './host-harness.ts';

const PARAMS = { format: 5, rateHz: 48_000, channels: 2 };
const ALL = { track: 0, fromFrame: 0, frames: Number.MAX_SAFE_INTEGER };

async function played(scenario: string, ms: number) {
  const { clock, client } = startHost();
  await client.call('startDemo', { scenario, seed: 1 });
  run(clock, ms);
  await client.call('stopSession', {});
  const [track] = await client.call('tracks', {});
  const samples = await client.call('samples', { ...ALL, frames: track?.frames ?? 0 });
  return { client, frames: track?.frames ?? 0, pcm: samples?.pcm ?? new Uint8Array() };
}

function wavOf(pcm: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([wavHeader(PARAMS, pcm.length) ?? new Uint8Array(), pcm]));
}

function loudest(peaks: Peaks | null): number {
  const values = peaks?.channels.flatMap(({ max, min }) => [...max, ...min]) ?? [];
  return Math.max(...values.filter((value) => !Number.isNaN(value)).map(Math.abs));
}

async function marksOf(client: Awaited<ReturnType<typeof played>>['client']) {
  for (;;) {
    const marks = await client.call('waveMarks', ALL);
    if (!marks.growing) return marks;
  }
}

test('late writes are marked with their frames, and the versions of the run differ there', async () => {
  const { client, frames } = await played('late-write', 3000);
  const { marks, lateWrites } = await marksOf(client);
  const late = marks.filter(({ kind }) => kind === 'late-write');
  expect(late).toHaveLength(lateWrites ?? -1);
  expect(late.length).toBeGreaterThan(2);
  expect(marks.some(({ kind }) => kind === 'inserted-silence')).toBe(true);
  const query = { track: 0, fromFrame: 0, frames, columns: 100 };
  const near = { ...query, fromFrame: late[0]?.fromFrame ?? 0, frames: 400 };
  const elsewhere = { ...near, fromFrame: 0 };
  for (const wide of [query, near]) {
    expect(loudest(await client.call('otherPeaks', { ...wide, version: 'late' }))).toBeGreaterThan(
      0.01,
    );
  }
  expect(loudest(await client.call('otherPeaks', { ...elsewhere, version: 'late' }))).toBe(0);
  const posted = await client.call('otherSamples', { ...near, version: 'posted' });
  expect(posted?.frames).toBe(400);
  expect(await client.call('otherPeaks', { ...near, version: 'reference' })).toBeNull();
});

test('a run of a clean demo has no marks, and is identical to what it played', async () => {
  const { client, frames, pcm } = await played('clean', 2000);
  expect(await marksOf(client)).toMatchObject({ marks: [], lateWrites: 0, partial: false });
  const lead = new Uint8Array(480 * 4);
  const state = await client.call('setReference', { track: 0, name: 'r.wav', bytes: wavOf(pcm) });
  expect(state.verdict.verdict).toBe('identical');
  expect((await client.call('reference', {}))?.name).toBe('r.wav');
  const query = { track: 0, fromFrame: 0, frames, columns: 50 };
  expect(loudest(await client.call('otherPeaks', { ...query, version: 'against' }))).toBe(0);
  const own = await client.call('peaks', query);
  const reference = await client.call('otherPeaks', { ...query, version: 'reference' });
  expect(reference?.channels[0]?.max).toEqual(own?.channels[0]?.max);
  const other = wavOf(new Uint8Array(Buffer.concat([lead.fill(3), pcm])));
  const wrong = await client.call('setReference', { track: 0, name: 'w.wav', bytes: other });
  expect(wrong.verdict.difference?.class).toBe('dropped-block');
  expect(
    loudest(await client.call('otherPeaks', { ...query, version: 'against' })),
  ).toBeGreaterThan(0);
  await client.call('clearReference', {});
  expect(await client.call('reference', {})).toBeNull();
});

test('at the sink the run is longer by the silence that filled its gaps', async () => {
  const { client, frames } = await played('underrun', 4000);
  const laid = await client.call('sinkLaid', { track: 0 });
  const [at = 0] = laid?.atFrame ?? [];
  const [silent = 0] = laid?.silentFrames ?? [];
  expect(laid?.cannot).toBeUndefined();
  expect(at).toBeGreaterThan(0);
  expect(silent).toBeGreaterThan(100);
  expect([...(laid?.counted ?? [])].every((one) => one === 1)).toBe(true);
  const near = { track: 0, fromFrame: at - 50, frames: 50 + silent + 50 };
  const heard = await client.call('samples', { ...near, heard: true });
  expect(heard?.frames).toBe(near.frames);
  const values = new Int16Array(Uint8Array.from(heard?.pcm ?? []).buffer);
  const left = values.filter((_, place) => place % 2 === 0);
  expect(left.subarray(50, 50 + silent).every((value) => value === 0)).toBe(true);
  expect(left.subarray(0, 50).some((value) => value !== 0)).toBe(true);
  expect(left.subarray(50 + silent).some((value) => value !== 0)).toBe(true);
  const [track] = await client.call('tracks', {});
  const total = frames + (laid?.silentFrames ?? new Float64Array()).reduce((sum, n) => sum + n, 0);
  expect(track?.heardFrames).toBe(total);
  for (const wide of [
    { fromFrame: 0, frames: total, columns: 200 },
    { ...near, columns: 90 },
  ]) {
    const peaks = await client.call('peaks', { ...wide, track: 0, heard: true });
    const column = Math.floor(((at - wide.fromFrame + silent / 2) * wide.columns) / wide.frames);
    expect(peaks?.channels[0]?.max[column]).toBe(0);
    expect(peaks?.channels[0]?.max.some((value) => Number.isNaN(value))).toBe(false);
    expect(loudest(peaks)).toBeGreaterThan(0.001);
    expect([peaks?.silences?.fromFrame[0], peaks?.silences?.frames[0]]).toEqual([at, silent]);
    expect(peaks?.silences?.counted[0]).toBe(1);
  }
  const behind = { track: 0, fromFrame: at + silent, frames: 10, heard: true };
  const borders = await client.call('borders', behind);
  expect(borders.fromFrame[0]).toBe(at + silent);
  const atNs = [borders.atNs[0] ?? 0];
  expect([...(await client.call('framesAt', { track: 0, atNs, heard: true }))]).toEqual([
    at + silent,
  ]);
});

test('of a recording nothing is known at a sink', async () => {
  const { client } = await played('record', 500);
  expect((await client.call('sinkLaid', { track: 0 }))?.cannot).toMatch(/no sink has it/);
  expect((await client.call('tracks', {}))[0]?.sinkUnknown).toMatch(/no sink has it/);
  const query = { track: 0, fromFrame: 0, frames: 100, columns: 10, heard: true };
  expect(await client.call('peaks', query)).toBeNull();
  expect(await client.call('samples', query)).toBeNull();
});

test('what is no WAV file is refused with a sentence', async () => {
  const { client } = await played('clean', 300);
  const bytes = Uint8Array.of(1, 2, 3);
  await expect(client.call('setReference', { track: 0, name: 'x.wav', bytes })).rejects.toThrow(
    /x\.wav cannot be the reference: not a WAV file/,
  );
});
