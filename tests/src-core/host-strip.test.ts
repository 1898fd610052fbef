import { expect, test } from 'vitest';
import type { RecentCapture } from '../../src-core/contract.ts';
import { run, startHost } from './host-harness.ts';

const SECONDS = 3;
const SAMPLES = { track: 0, fromFrame: 10_000, frames: 1000 };
const WAVE = { track: 0, fromFrame: 0, frames: 48_000, columns: 40 };
const LEVEL_STEP = 1 / 127;

test('a capture is saved without its sound in slices, with the marks that wait, and opens again', async () => {
  const { clock, client, files } = startHost();
  await client.call('startDemo', { scenario: 'clean', seconds: SECONDS });
  run(clock, 1000 * (SECONDS + 1));
  await client.call('saveCapture', { path: 'whole' });
  await client.call('openCapture', { path: 'whole' });
  run(clock, 200);
  await client.call('addMark', { fromNs: 5, text: 'here' });
  const heard = await client.call('samples', SAMPLES);
  expect(heard?.pcm.some((byte) => byte !== 0)).toBe(true);
  const wave = await client.call('peaks', WAVE);
  const saving = client.call('saveCapture', { path: 'share', stripsPayload: true });
  run(clock, 1000);
  const { bytes } = await saving;
  const whole = files.get('whole') ?? new Uint8Array();
  const share = files.get('share') ?? new Uint8Array();
  expect(share.length).toBe(bytes);
  expect(share.length).toBeLessThan(whole.length / 2);
  const before = await client.call('status', {});
  await client.call('openCapture', { path: 'share' });
  run(clock, 200);
  const after = await client.call('status', {});
  expect(after?.messages).toBe(before?.messages);
  expect(after?.lostEntries).toBe(0);
  expect(await client.call('marks', {})).toMatchObject([{ text: 'here' }]);
  const kept = await client.call('samples', SAMPLES);
  expect(kept?.pcm.some((byte) => byte !== 0) ?? false).toBe(false);
  const sketch = await client.call('peaks', WAVE);
  expect(wave?.channels.length).toBe(2);
  wave?.channels.forEach(({ max }, channel) => {
    expect(Math.max(...max)).toBeGreaterThan(0.1);
    max.forEach((value, column) => {
      const found = sketch?.channels[channel]?.max[column] ?? Number.NaN;
      expect(Math.abs(found - value)).toBeLessThan(LEVEL_STEP);
    });
  });
});

test('a session that runs goes on while its capture is saved without sound', async () => {
  const { clock, client, files } = startHost();
  await client.call('startDemo', { scenario: 'clean' });
  run(clock, 3000);
  let isDone = false;
  const saving = client.call('saveCapture', { path: 'share', stripsPayload: true });
  void saving.then(() => {
    isDone = true;
  });
  let turns = 0;
  for (; !isDone && turns < 500; turns++) {
    run(clock, 2);
    await client.call('status', {});
  }
  expect(turns).toBeGreaterThan(3);
  expect((await saving).bytes).toBe(files.get('share')?.length);
  expect((await client.call('status', {}))?.phase).toBe('live');
});

test('what was opened is a recent capture once it is checked, with its length and worst finding', async () => {
  const remembered: RecentCapture[] = [];
  const { clock, client } = startHost({ remember: (capture) => void remembered.push(capture) });
  await client.call('startDemo', { scenario: 'bad-chains', seconds: SECONDS });
  run(clock, 1000 * (SECONDS + 1));
  await client.call('saveCapture', { path: 'a' });
  await client.call('openCapture', { path: 'a' });
  run(clock, 3000);
  const last = remembered.at(-1);
  expect(last).toMatchObject({ path: 'a', worst: { severity: 'error' } });
  expect(last?.lengthNs).toBeGreaterThan(1e9);
});
