import { expect, test } from 'vitest';
import type { TraceSource } from '../../src-core/host-ports.ts';
import { bytesSource } from '../../src-core/trace-bytes.ts';
import { fixture } from './capture/importers/trace-text.ts';
import { run, startHost } from './host-harness.ts';

const TRACE = fixture('qemu-10.0-timestamps.log');

/** A trace that grows when the test says so. */
function growing(): { source: TraceSource; grow(bytes: Uint8Array): void } {
  const parts: Uint8Array[] = [];
  const source: TraceSource = {
    read(into) {
      const part = parts.shift();
      if (part === undefined) return 0;
      into.set(part);
      return part.length;
    },
    progress: () => undefined,
    close: () => undefined,
  };
  return { source, grow: (bytes) => parts.push(bytes) };
}

test('a dropped trace is recognised, read, and told with what it lacks', async () => {
  const { client, clock } = startHost();
  await client.call('openCaptureBytes', { name: 'trace.log', bytes: TRACE });
  run(clock, 100);
  const status = await client.call('status', {});
  expect(status).toMatchObject({
    ...{ kind: 'trace', phase: 'ended', messages: 266, sentence: '1934 lines of trace.log.' },
    trace: { times: 'clock', stepNs: 1000, lines: 1934, odd: 0, isFollowed: false },
  });
  expect(status?.offeredFeatures).toBe(0x10179000000n);
  expect(
    status?.streams.map(({ direction, runs, underruns }) => [direction, runs, underruns]),
  ).toEqual([
    ['output', 5, 1],
    ['input', 1, 0],
  ]);
  const summary = await client.call('traceSummary', {});
  expect(summary?.report).toEqual({
    lines: 1934,
    unknown: 0,
    torn: 0,
    otherDevices: 0,
    dropped: 0,
  });
  expect(summary?.streams[0]?.runs[0]).toMatchObject({ format: null, frames: null, underruns: 0 });
  const detail = await client.call('message', { index: 3 });
  expect(detail?.chain.traced).toMatchObject({
    readable: 7,
    writable: 1,
    line: 68,
    streamGrade: 'derived',
  });
});

test('a trace is saved as a capture that opens again', async () => {
  const { client, clock, files } = startHost();
  files.set('trace.log', TRACE);
  const ports = { openTrace: () => bytesSource(TRACE) };
  const other = startHost(ports);
  other.files.set('trace.log', TRACE);
  await other.client.call('openCapture', { path: 'trace.log' });
  run(other.clock, 100);
  await other.client.call('saveCapture', { path: 'out.pcapng' });
  files.set('out.pcapng', other.files.get('out.pcapng') ?? new Uint8Array());
  await client.call('openCapture', { path: 'out.pcapng' });
  run(clock, 100);
  const status = await client.call('status', {});
  expect(status).toMatchObject({ kind: 'file', messages: 266, trace: { format: 'QEMU log' } });
  expect(status?.streams.map(({ runs, underruns }) => [runs, underruns])).toEqual([
    [5, 1],
    [1, 0],
  ]);
});

test('a growing trace is followed from its first line on, and stopping keeps what is there', async () => {
  const { source, grow } = growing();
  const { client, clock } = startHost({ openTrace: () => source });
  await client.call('openTrace', { path: 'pipe', follow: true });
  expect(await client.call('status', {})).toMatchObject({ phase: 'waiting', messages: 0 });
  grow(TRACE.subarray(0, 60_000));
  run(clock, 120);
  const first = await client.call('status', {});
  expect(first).toMatchObject({ kind: 'trace', phase: 'live', trace: { isFollowed: true } });
  grow(TRACE.subarray(60_000));
  run(clock, 120);
  await client.call('stopSession', {});
  const last = await client.call('status', {});
  expect(last).toMatchObject({ phase: 'ended', messages: 266 });
  expect(last?.messages).toBeGreaterThan(first?.messages ?? 0);
});

test('what is no trace says what would be one', async () => {
  const { client } = startHost({
    openTrace: () => bytesSource(new TextEncoder().encode('hello\n')),
  });
  await expect(client.call('openTrace', { path: 'x' })).rejects.toMatchObject({
    code: 'trace-unreadable',
    action: expect.stringContaining('-msg timestamp=on'),
  });
});
