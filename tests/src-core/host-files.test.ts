import { expect, test } from 'vitest';
import { ManualClock } from '../../src-core/clock.ts';
import { NS_PER_MS } from '../../src-core/units.ts';
import { run, startHost } from './host-harness.ts';

/** Every look at it takes its time, so that reading a file needs several turns. */
class SlowClock extends ManualClock {
  isSlow = false;

  override nowNs(): number {
    if (this.isSlow) this.advance(5 * NS_PER_MS);
    return super.nowNs();
  }
}

async function recordedCapture(): Promise<Uint8Array> {
  const { clock, client, files } = startHost();
  await client.call('startDemo', { scenario: 'clean', seconds: 20 });
  run(clock, 21_000);
  await client.call('saveCapture', { path: 'a' });
  return files.get('a') ?? new Uint8Array();
}

test('a large file is shown while it is read, tells how far it is, and can be cancelled', async () => {
  const bytes = await recordedCapture();
  const clock = new SlowClock();
  const { client } = startHost({ clock });
  clock.isSlow = true;
  const opening = client.call('openCaptureBytes', { name: 'long.pcapng', bytes });
  const status = await client.call('status', {});
  await opening;
  expect(status).toMatchObject({ phase: 'loading', loading: { totalBytes: bytes.length } });
  const { doneBytes = 0, bytesPerS = 0 } = status?.loading ?? {};
  expect(doneBytes).toBeGreaterThan(0);
  expect(doneBytes).toBeLessThan(bytes.length);
  expect(bytesPerS).toBeGreaterThan(0);
  const early = await client.call('messages', { first: 0, count: 10 });
  expect(early.count).toBe(10);
  await client.call('cancelLoading', {});
  clock.isSlow = false;
  run(clock, 100);
  const cancelled = await client.call('status', {});
  expect(cancelled).toMatchObject({ phase: 'ended', isPartial: true });
  expect(cancelled?.sentence).toContain('Reading was cancelled: the first');
  expect(cancelled?.messages).toBeLessThan(3000);
});

test('a file that is damaged and cut opens, and the notice says what is missing', async () => {
  const bytes = await recordedCapture();
  const damaged = bytes.slice(0, bytes.length - 3);
  damaged.fill(0, 100_000, 108_000);
  const { clock, client } = startHost();
  const notices: string[] = [];
  client.onAnnouncement((said) => {
    if (said.kind === 'notice') notices.push(said.notice.what);
  });
  await client.call('openCaptureBytes', { name: 'bad.pcapng', bytes: damaged });
  run(clock, 50);
  const status = await client.call('status', {});
  expect(status?.phase).toBe('ended');
  expect(status?.lostEntries).toBeGreaterThan(0);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(/damaged in one place: \d+ bytes .* It is cut off/);
  const { marks } = await client.call('timeline', { fromNs: 0, toNs: 30e9, columns: 100 });
  expect(marks.filter(({ kind }) => kind === 'dropped')).toHaveLength(2);
});
