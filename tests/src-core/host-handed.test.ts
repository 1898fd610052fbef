import { expect, test } from 'vitest';
import type { ManualClock } from '../../src-core/clock.ts';
import type { TraceSource } from '../../src-core/host-ports.ts';
import type { Client } from '../../src-core/rpc.ts';
import { NS_PER_S } from '../../src-core/units.ts';
import { logText, MadeDevice } from './capture/importers/trace-maker.ts';
import { fixture } from './capture/importers/trace-text.ts';
import { run, startHost } from './host-harness.ts';

const SLICE = 1 << 20;
const MESSAGES = 1500;
/** Lines of another program, so that it is more than what is looked at before it is read. */
const FILLER = `${'audio: nothing to see here. '.repeat(36)}\n`.repeat(5000);

function longTrace(): Uint8Array {
  const device = new MadeDevice().realize().status(15).kick(2).play();
  for (let nth = 0; nth < MESSAGES; nth++) {
    device.kick(2).pop(2, 0x7000).fill(2, 0x7000, 8).notify(2);
  }
  const text = logText(device.events);
  const middle = text.indexOf('\n', text.length >> 1) + 1;
  return new TextEncoder().encode(text.slice(0, middle) + FILLER + text.slice(middle));
}

async function longCapture(): Promise<Uint8Array> {
  const { clock, client, files } = startHost();
  await client.call('startDemo', { scenario: 'clean', seconds: 6 });
  run(clock, 7000);
  await client.call('saveCapture', { path: 'a' });
  return files.get('a') ?? new Uint8Array();
}

/** Hands over slice by slice while the clock goes on; gives what was answered, oldest first. */
async function handAll(
  client: Client,
  clock: ManualClock,
  file: number,
  bytes: Uint8Array,
): Promise<boolean[]> {
  const wanted: boolean[] = [];
  for (let at = 0; at < bytes.length; at += SLICE) {
    const answer = client.call('handSlice', { file, bytes: bytes.slice(at, at + SLICE) });
    let isAnswered = false;
    void answer.then(
      () => {
        isAnswered = true;
      },
      () => {
        isAnswered = true;
      },
    );
    for (let turn = 0; turn < 2000 && !isAnswered; turn++) {
      clock.advance(1e6);
      await Promise.resolve();
    }
    wanted.push((await answer).isWanted);
  }
  return wanted;
}

test('a trace that is handed over in slices is read while it comes, and its progress is told', async () => {
  const { client, clock } = startHost();
  const bytes = longTrace();
  expect(bytes.length).toBeGreaterThan(5 * SLICE);
  const { file } = await client.call('beginHanded', { name: 'a.log', totalBytes: bytes.length });
  await handAll(client, clock, file, bytes.subarray(0, 5 * SLICE));
  run(clock, 50);
  const early = await client.call('status', {});
  expect(early).toMatchObject({ kind: 'trace', phase: 'loading' });
  expect(early?.loading).toMatchObject({ doneBytes: 5 * SLICE, totalBytes: bytes.length });
  expect(early?.messages).toBeGreaterThan(700);
  await handAll(client, clock, file, bytes.subarray(5 * SLICE));
  run(clock, 50);
  const whole = await client.call('status', {});
  expect(whole).toMatchObject({ phase: 'ended', messages: MESSAGES + 3, trace: { odd: 5000 } });
  expect(whole?.isPartial).toBeUndefined();
});

test('nothing is answered while there is no room, and cancelling says that no more is wanted', async () => {
  const { client, clock } = startHost();
  const bytes = longTrace();
  const { file } = await client.call('beginHanded', { name: 'a.log', totalBytes: 40 * SLICE });
  for (let nth = 0; nth < 4; nth++) {
    await client.call('handSlice', { file, bytes: bytes.slice(nth * SLICE, (nth + 1) * SLICE) });
  }
  const answers: boolean[] = []; // the clock stands still: nothing is taken
  const more = Array.from({ length: 8 }, () =>
    client
      .call('handSlice', { file, bytes: bytes.slice(0, SLICE) })
      .then(({ isWanted }) => answers.push(isWanted)),
  );
  await client.call('status', {});
  const early = answers.length;
  expect(early).toBeLessThan(8);
  await client.call('cancelLoading', {});
  await Promise.all(more);
  expect(answers.slice(early)).not.toContain(true);
  run(clock, 20);
  const status = await client.call('status', {});
  expect(status).toMatchObject({ phase: 'ended', isPartial: true });
  expect(status?.sentence).toMatch(/^Reading was cancelled: \d+ lines were read\.$/);
  expect(await client.call('handSlice', { file, bytes })).toEqual({ isWanted: false });
});

test('a packed trace goes through what unpacks it', async () => {
  const packed = new Uint8Array([0x1f, 0x8b, 1, 2, 3]);
  const plain = fixture('qemu-10.0-timestamps.log');
  let isDone = false;
  const unpackTrace = (raw: TraceSource): TraceSource => ({
    read(into) {
      while (raw.read(new Uint8Array(1 << 20)) > 0);
      if (isDone) return -1;
      isDone = true;
      into.set(plain);
      return plain.length;
    },
    progress: () => raw.progress(),
    close: () => raw.close(),
  });
  const { client, clock } = startHost({ unpackTrace });
  const { file } = await client.call('beginHanded', { name: 'a.gz', totalBytes: packed.length });
  await client.call('handSlice', { file, bytes: packed });
  run(clock, 50);
  expect(await client.call('status', {})).toMatchObject({ phase: 'ended', messages: 266 });
});

test('a capture is kept as it comes and opens when all of it is there', async () => {
  const bytes = await longCapture();
  const { client, clock } = startHost();
  const { file } = await client.call('beginHanded', { name: 'c', totalBytes: bytes.length });
  const parts = bytes.subarray(0, bytes.length - 10);
  await handAll(client, clock, file, parts);
  expect(await client.call('status', {})).toMatchObject({
    ...{ kind: 'file', phase: 'loading', sentence: 'Taking in c…' },
    loading: { doneBytes: parts.length, totalBytes: bytes.length },
  });
  await client.call('handSlice', { file, bytes: bytes.slice(parts.length) });
  run(clock, 100);
  const status = await client.call('status', {});
  expect(status).toMatchObject({ phase: 'ended', sentence: 'Recorded capture c.', lostEntries: 0 });
  expect(status?.captureBytes).toBe(bytes.length);
});

test('what is there of a capture is shown when the page goes away', async () => {
  const bytes = await longCapture();
  const { client, clock } = startHost();
  const { file } = await client.call('beginHanded', { name: 'c', totalBytes: 2 * bytes.length });
  await handAll(client, clock, file, bytes);
  clock.advance(16 * NS_PER_S);
  run(clock, 100);
  const status = await client.call('status', {});
  expect(status).toMatchObject({ phase: 'ended', isPartial: true });
  expect(status?.sentence).toMatch(/^The page that handed it over has gone\. The beginning of c/);
  expect(status?.messages).toBeGreaterThan(250);
});

test('what is neither a capture nor a trace is refused with what would be one', async () => {
  const { client } = startHost();
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const { file } = await client.call('beginHanded', { name: 'a.png', totalBytes: png.length });
  await expect(client.call('handSlice', { file, bytes: png })).rejects.toMatchObject({
    code: 'capture-unreadable',
    action: expect.stringContaining('.pcapng'),
  });
  expect(await client.call('status', {})).toBeNull();
});
