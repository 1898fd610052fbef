import { expect, test } from 'vitest';
import { SCENARIOS } from '../../src-core/transport/scenarios.ts';
import { run, startHost } from './host-harness.ts';

/** Rules that the planted faults break; scenarios that are not here break none that is checked while they run. */
const FOUND_IN: Record<string, string[]> = {
  underrun: ['VS-P-01'],
  'slow-sink': ['VS-P-09'],
  'stale-repeat': ['VS-P-01', 'VS-P-04'],
  'release-pending': ['VS-I-21'],
  'late-write': ['VS-P-03'],
  'bad-chains': ['VQ-02', 'VQ-05', 'VQ-08', 'VQ-18'],
  'wrong-order': ['VS-I-01', 'VS-I-28', 'VS-I-06'],
};

test('the demo guest plays in real time, without a violation, and ends by itself', async () => {
  const { clock, client } = startHost();
  await client.call('startDemo', { scenario: 'clean', seconds: 2 });
  run(clock, 1000);
  const playing = await client.call('status', {});
  expect(playing?.phase).toBe('live');
  expect(playing?.streams.some((stream) => stream.state === 'running')).toBe(true);
  run(clock, 2000);
  const ended = await client.call('status', {});
  expect(ended?.phase).toBe('ended');
  expect(ended?.findings).toEqual({ error: 0, warning: 0, note: 0 });
  const summary = await client.call('summary', {});
  const run0 = summary?.streams[0]?.runs[0];
  expect(run0).toMatchObject({ format: 'S16', rateHz: 48000, channels: 2, underruns: 0 });
  expect(run0?.frames).toBeGreaterThan(48000 * 1.8);
  expect(run0?.frames).toBeLessThan(48000 * 2.2);
});

for (const scenario of SCENARIOS) {
  test(`scenario ${scenario.name}: every message comes back, and what is planted is found`, async () => {
    const { clock, client } = startHost();
    await client.call('startDemo', { scenario: scenario.name, seconds: 3 });
    run(clock, 4500);
    const status = await client.call('status', {});
    expect(status?.phase).toBe('ended');
    const findings = await client.call('findings', {});
    const wanted = FOUND_IN[scenario.name] ?? [];
    expect(findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(wanted));
    if (wanted.length === 0) expect(findings).toEqual([]);
    const messages = await client.call('messages', { first: 0, count: 10_000 });
    const open = [...messages.usedNs].filter((usedNs) => Number.isNaN(usedNs)).length;
    expect(open).toBe(0);
    expect(messages.count).toBeGreaterThan(10);
  });
}

test('views pull slices while the demo runs: timeline, rings, peaks, borders', async () => {
  const { clock, client } = startHost();
  await client.call('startDemo', { scenario: 'clean' });
  run(clock, 1500);
  const timeline = await client.call('timeline', { fromNs: 0, toNs: 1.5e9, columns: 1000 });
  expect(timeline.lanes.map(({ queue }) => queue)).toContain(2);
  expect(timeline.states.map(({ state }) => state)).toContain('running');
  const ring = await client.call('ring', { queue: 2 });
  expect(ring?.live).toBe(true);
  expect(ring?.descriptorArea.length).toBe(16 * (ring?.size ?? 0));
  const [track] = await client.call('tracks', {});
  expect(track?.frames).toBeGreaterThan(40_000);
  const wide = await client.call('peaks', { track: 0, fromFrame: 0, frames: 48_000, columns: 100 });
  const loud = wide?.channels[0]?.max.filter((value) => value > 0.01).length ?? 0;
  expect(loud).toBeGreaterThan(50);
  const near = await client.call('peaks', { track: 0, fromFrame: 1000, frames: 200, columns: 100 });
  expect(near?.channels).toHaveLength(2);
  const borders = await client.call('borders', { track: 0, fromFrame: 0, frames: 48_000 });
  expect(borders.index.length).toBeGreaterThan(3);
  const samples = await client.call('samples', { track: 0, fromFrame: 10, frames: 4 });
  expect(samples?.pcm.length).toBe(16);
});

test('filters count only what matches, while rows arrive', async () => {
  const { clock, client } = startHost();
  await client.call('startDemo', { scenario: 'clean' });
  run(clock, 500);
  const filter = { queues: [0] };
  const control = await client.call('messages', { first: 0, count: 100, filter });
  expect([...new Set(control.queue)]).toEqual([0]);
  expect(control.all).toBeGreaterThan(control.total);
  run(clock, 500);
  const later = await client.call('messages', { first: 0, count: 100, filter });
  expect(later.total).toBe(control.total);
  const row = await client.call('messageRow', { index: later.index[1] ?? 0, filter });
  expect(row).toEqual({ row: 1 });
});

test('a capture that was saved while it ran opens again with the same messages', async () => {
  const { clock, client, files } = startHost();
  await client.call('startDemo', { scenario: 'clean', seconds: 1 });
  run(clock, 3000);
  const saved = await client.call('messages', { first: 0, count: 10_000 });
  await client.call('saveCapture', { path: 'a.pcapng' });
  await client.call('closeSession', {});
  expect(await client.call('status', {})).toBeNull();
  expect(files.get('a.pcapng')?.length).toBeGreaterThan(10_000);
  await client.call('openCapture', { path: 'a.pcapng' });
  run(clock, 50);
  const opened = await client.call('messages', { first: 0, count: 10_000 });
  expect(opened).toEqual(saved);
  const status = await client.call('status', {});
  expect(status).toMatchObject({ kind: 'file', phase: 'ended', simulated: true });
  expect(status?.streams[0]?.formats.length).toBeGreaterThan(0);
  expect((await client.call('ring', { queue: 2 }))?.live).toBe(false);
});

test('what the user can mend is refused with a code and an action', async () => {
  const { client } = startHost();
  await expect(client.call('startDemo', { scenario: 'nonsense' })).rejects.toMatchObject({
    code: 'unknown-scenario',
    action: expect.stringContaining('clean'),
  });
  await expect(client.call('attachDevice', { socketPath: '/x' })).rejects.toMatchObject({
    code: 'cannot-attach',
  });
  await expect(client.call('messages', { first: 0, count: 1 })).rejects.toMatchObject({
    code: 'no-session',
  });
  await expect(client.call('openCapture', { path: 'none' })).rejects.toMatchObject({
    code: 'cannot-read',
  });
  const bytes = new Uint8Array(100);
  await expect(
    client.call('openCaptureBytes', { name: 'zeros.pcapng', bytes }),
  ).rejects.toMatchObject({ code: 'capture-unreadable' });
});

test('changes are announced at most every 16 ms, the last one included', async () => {
  const { clock, client } = startHost();
  const ends: number[] = [];
  client.onAnnouncement((said) => {
    if (said.kind === 'changed') ends.push(said.endNs);
  });
  await client.call('startDemo', { scenario: 'clean', seconds: 1 });
  run(clock, 3000);
  await client.call('status', {});
  const gaps = ends.slice(1).map((end, place) => end - (ends[place] ?? 0));
  expect(ends.length).toBeGreaterThan(10);
  expect(ends.length).toBeLessThan(3000 / 16);
  expect(gaps.length).toBeGreaterThan(5);
  const messages = await client.call('messages', { first: 0, count: 1 });
  expect(messages.all).toBeGreaterThan(0);
});
