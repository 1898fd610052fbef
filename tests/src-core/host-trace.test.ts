import { expect, test } from 'vitest';
import { ManualClock } from '../../src-core/clock.ts';
import type { TraceSource } from '../../src-core/host-ports.ts';
import type { Client } from '../../src-core/rpc.ts';
import { bytesSource } from '../../src-core/trace-bytes.ts';
import { NS_PER_MS, type Ns } from '../../src-core/units.ts';
import { logText, MadeDevice } from './capture/importers/trace-maker.ts';
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

/** A clock on which work takes time: it is 5 ms later whenever somebody looks again in the same turn. */
class BusyClock extends ManualClock {
  private looks = 0;

  override nowNs(): Ns {
    return super.nowNs() + this.looks++ * 5 * NS_PER_MS;
  }

  override advance(ns: Ns): void {
    this.looks = 0;
    super.advance(ns);
  }
}

/** A long playback: four entries a message. */
function longTrace(messages: number): Uint8Array {
  const device = new MadeDevice().realize().status(15).kick(2).play();
  for (let nth = 0; nth < messages; nth++) {
    device.kick(2).pop(2, 0x7000).fill(2, 0x7000, 8).notify(2);
  }
  return new TextEncoder().encode(logText(device.events));
}

/** Messages of a trace whose entries are not written behind in one turn. */
const LONG = 8000;

/** Until all lines are read; most entries have no bytes then. */
async function read(client: Client, clock: ManualClock) {
  for (let turn = 0; turn < 500; turn++) {
    const status = await client.call('status', {});
    if (status?.phase === 'ended') return status;
    run(clock, 1);
  }
  throw new Error('the trace is never read');
}

test('saving gives other work its turns, says how far it is, and holds everything', async () => {
  const clock = new BusyClock();
  const { client, files, host } = startHost({
    clock,
    openTrace: () => bytesSource(longTrace(LONG)),
  });
  await client.call('openTrace', { path: 'long.log' });
  const before = await read(client, clock);
  expect(before?.messages).toBe(LONG + 3);
  const said = new Set<string>();
  const saving = client.call('saveCapture', { path: 'out.pcapng' });
  said.add((await client.call('status', {}))?.sentence ?? '');
  for (let turn = 0; turn < 200 && !files.has('out.pcapng'); turn++) {
    run(clock, 10);
    said.add((await client.call('status', {}))?.sentence ?? '');
  }
  expect((await saving).bytes).toBeGreaterThan(100_000);
  expect([...said].filter((text) => /^Writing what was read: \d+ %\.$/.test(text))).not.toEqual([]);
  expect((await client.call('status', {}))?.sentence).toBe(before?.sentence);
  host.stop();
  const again = startHost();
  again.files.set('out.pcapng', files.get('out.pcapng') ?? new Uint8Array());
  await again.client.call('openCapture', { path: 'out.pcapng' });
  run(again.clock, 400);
  expect(await again.client.call('status', {})).toMatchObject({
    entries: before?.entries,
    messages: LONG + 3,
  });
});

test('another session that is opened while a trace is saved ends the save with a sentence', async () => {
  const clock = new BusyClock();
  const { client, files } = startHost({ clock, openTrace: () => bytesSource(longTrace(LONG)) });
  await client.call('openTrace', { path: 'long.log' });
  await read(client, clock);
  const saving = client.call('saveCapture', { path: 'out.pcapng' });
  await client.call('openCaptureBytes', { name: 'other.log', bytes: TRACE });
  run(clock, 400);
  await expect(saving).rejects.toMatchObject({ code: 'no-session' });
  expect(files.has('out.pcapng')).toBe(false);
});

/** `bytes` in small reads, with a pause after the first, so that its beginning is short. */
function slowly(bytes: Uint8Array): TraceSource {
  let at = 0;
  let reads = 0;
  return {
    read(into) {
      if (reads++ === 1) return 0;
      const part = bytes.subarray(at, Math.min(at + 2000, at + into.length));
      into.set(part);
      at += part.length;
      return part.length === 0 ? -1 : part.length;
    },
    progress: () => ({ doneBytes: at, totalBytes: bytes.length }),
    close: () => undefined,
  };
}

test('a large trace tells how far it is, and keeps what it has when it is cancelled', async () => {
  const bytes = longTrace(3000);
  const clock = new BusyClock();
  const { client } = startHost({ clock, openTrace: () => slowly(bytes) });
  await client.call('openTrace', { path: 'large.log' });
  let last = 0;
  for (let turn = 0; turn < 5; turn++) {
    run(clock, 60);
    const { phase, loading } = (await client.call('status', {})) ?? {};
    expect(phase).toBe('loading');
    expect(loading).toMatchObject({ totalBytes: bytes.length });
    expect(loading?.doneBytes).toBeGreaterThan(last);
    last = loading?.doneBytes ?? 0;
  }
  await client.call('cancelLoading', {});
  const status = await client.call('status', {});
  expect(status).toMatchObject({
    ...{ phase: 'ended', isPartial: true },
    sentence: expect.stringMatching(/^Reading was cancelled: \d+ lines were read\.$/),
  });
  expect(status?.loading).toBeUndefined();
  expect(status?.messages).toBeGreaterThan(100);
  expect(status?.messages).toBeLessThan(3003);
  run(clock, 500);
  expect((await client.call('status', {}))?.messages).toBe(status?.messages);
});

test('a pipe is opened as a trace, and nobody waits for its writer', async () => {
  const { source, grow } = growing();
  const openFile = () => {
    throw new Error('opening a pipe as a file would block');
  };
  const { client, clock } = startHost({ openFile, isPipe: () => true, openTrace: () => source });
  await client.call('openCapture', { path: '/tmp/pipe' });
  expect(await client.call('status', {})).toMatchObject({ kind: 'trace', phase: 'waiting' });
  grow(TRACE.subarray(0, 60_000));
  run(clock, 120);
  expect((await client.call('status', {}))?.messages).toBeGreaterThan(10);
});

/** The same story a second time, lived through by another device of the same QEMU. */
function twoDevices(): Uint8Array {
  const text = new TextDecoder().decode(TRACE);
  return new TextEncoder().encode(text + text.replaceAll('0x55cc', '0x55dd'));
}

test('another sound device of a trace is shown by reading it once more, where it can be read', async () => {
  const { client, clock, files } = startHost({ openTrace: () => bytesSource(twoDevices()) });
  files.set('two.log', TRACE);
  await client.call('openTrace', { path: 'two.log' });
  run(clock, 200);
  const shown = async () => {
    const report = await client.call('importReport', {});
    return report?.devices.map(({ address, shown: isShown }) => `${address} ${isShown}`);
  };
  expect(await shown()).toEqual(['0x55cc327e48d0 true', '0x55dd327e48d0 false']);
  const picked = await client.call('pickTraceDevice', { device: '0x55dd327e48d0' });
  expect(picked).toEqual({ isReopened: true });
  run(clock, 200);
  expect((await shown())?.sort()).toEqual(['0x55cc327e48d0 false', '0x55dd327e48d0 true']);
  await client.call('openCaptureBytes', { name: 'two.log', bytes: twoDevices() });
  expect(await client.call('pickTraceDevice', { device: '0x55dd327e48d0' })).toEqual({
    isReopened: false,
  });
});

test('what the device was is gone with its reset, and a place of the trace is remembered', async () => {
  const remembered: unknown[] = [];
  const { client, clock } = startHost({
    openTrace: () => bytesSource(TRACE),
    places: {
      recent: () => [],
      remember: (place) => remembered.push(place),
      forget: () => undefined,
    },
  });
  await client.call('openTrace', { path: '/a/trace.log' });
  run(clock, 200);
  expect(await client.call('status', {})).toMatchObject({ phase: 'ended', deviceStatus: 0 });
  expect(remembered).toEqual([{ kind: 'trace', target: '/a/trace.log' }]);
});
