import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SHAPE_OF } from '../../../../src-core/capture/importers/trace-events.ts';
import {
  logText,
  MadeDevice,
  simpleTrace,
} from '../../../src-core/capture/importers/trace-maker.ts';
import { ringsideOffline } from '../offline-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringside-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FIXTURE = join(
  import.meta.dirname,
  ...['..', '..', '..', 'fixtures', 'qemu-10.0-timestamps.log'],
);

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

test('a trace is told for people: messages, streams, what is suspected, the report', async () => {
  const { code, out, err } = await ringsideOffline(['import', FIXTURE]);
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n').slice(0, 3)).toEqual([
    'messages    control 30, event 0, tx 232, rx 4',
    'stream 0    output, 5 runs, 1 suspected underrun; formats and PCM are not in a trace',
    'stream 1    input, 1 run, 1 suspected stall; formats and PCM are not in a trace',
  ]);
  expect(out).toMatch(/^trace {7}1 934 lines$/m);
});

test('--json prints the summary of a live session with null where a trace is silent, and the report', async () => {
  const { code, out, err } = await ringsideOffline(['import', FIXTURE, '--json']);
  expect([code, err]).toEqual([0, '']);
  expect(out.trimEnd().split('\n')).toHaveLength(1);
  const summary = JSON.parse(out);
  expect(Object.keys(summary)).toEqual([
    ...['version', 'messages', 'violations', 'dropped', 'streams', 'report'],
  ]);
  expect(summary.messages).toEqual({ control: 30, event: 0, tx: 232, rx: 4 });
  expect(summary.report).toEqual({
    ...{ lines: 1934, unknown: 0, torn: 0, otherDevices: 0, dropped: 0 },
  });
  const [first] = summary.streams[0].runs;
  expect(first).toMatchObject({ format: null, rateHz: null, frames: null, sha256: null });
  const xruns = summary.streams[0].runs.map(({ underruns }: { underruns: number }) => underruns);
  expect(xruns).toEqual([0, 0, 0, 1, 0]);
  expect(summary.streams[1].runs).toMatchObject([{ underruns: 0, stalls: 1 }]);
});

test('-o writes a capture that `info` reads', async () => {
  const written = join(folder, 'out.pcapng');
  expect((await ringsideOffline(['import', FIXTURE, '-o', written])).code).toBe(0);
  const { code, out } = await ringsideOffline(['info', written]);
  expect(code).toBe(0);
  expect(out).toContain('control 30, event 0, tx 232, rx 4');
  expect(out).toContain('0 errors, 2 warnings, 0 notes');
  expect(readFileSync(written).subarray(0, 4)).toEqual(Buffer.from([0x0a, 0x0d, 0x0d, 0x0a]));
});

test('lines that are of no use are counted and named by number, and stop nothing', async () => {
  const { events } = new MadeDevice().realize().play();
  const lines = logText(events).split('\n');
  lines.splice(3, 0, 'qemu-system-x86_64: warning: something else');
  const path = file('odd.log', `${lines.join('\n')}virtqueue_pop vq 0x55`);
  const { code, out } = await ringsideOffline(['import', path]);
  expect(code).toBe(0);
  expect(out).toMatch(/^trace {7}\d+ lines: 1 unknown, 1 torn$/m);
  expect(out).toContain('line 4: unknown: qemu-system-x86_64: warning: something else\n');
  const { report } = JSON.parse((await ringsideOffline(['import', path, '--json'])).out);
  expect(report).toMatchObject({ unknown: 1, torn: 1 });
});

test('of two sound devices --device chooses one, and the lines of the other are counted', async () => {
  const one = new MadeDevice().realize().play();
  const two = new MadeDevice(one.events, 0x55cc_4000_0000).realize().control(257).control(258);
  const path = file('two.log', logText(two.events));
  const first = await ringsideOffline(['import', path]);
  expect(first.out).toContain('messages    control 3,');
  expect(first.out).toContain(
    'device      0x55cc40000000, not shown: --device 0x55cc40000000 shows it\n',
  );
  const second = await ringsideOffline(['import', path, '--device', '0x55cc40000000', '--json']);
  const { messages, report } = JSON.parse(second.out);
  expect(messages.control).toBe(2);
  expect(report.otherDevices).toBeGreaterThan(10);
  const bad = await ringsideOffline(['import', path, '--device', 'sound0']);
  expect([bad.code, bad.out]).toEqual([2, '']);
  expect(bad.err).toContain('0x55cc327e48d0');
});

test('--events reads the arguments as another build records them', async () => {
  const { events } = new MadeDevice().realize().play();
  const grown = events.map((event) =>
    event.name === 'virtqueue_pop' ? { ...event, values: [7, ...event.values] } : event,
  );
  const path = file('grown.bin', simpleTrace(grown));
  const without = JSON.parse((await ringsideOffline(['import', path, '--json'])).out);
  expect(without.report.torn).toBe(3);
  expect(without.messages.control).toBe(0);
  const list = file(
    'trace-events-all',
    `# comment\nvirtqueue_pop(uint64_t id, void *vq, const void *elem, unsigned int in_num, unsigned int out_num) "%p"\n`,
  );
  const given = await ringsideOffline(['import', path, '--events', list, '--json']);
  expect(JSON.parse(given.out)).toMatchObject({ messages: { control: 3 }, report: { torn: 0 } });
  const missing = await ringsideOffline(['import', path, '--events', join(folder, 'none')]);
  expect([missing.code, missing.out]).toEqual([3, '']);
  expect(SHAPE_OF.get('virtqueue_pop')?.args).toHaveLength(4);
});

test('what is no trace ends with 3 and the arguments that make one', async () => {
  for (const [bytes, why] of [
    ['hello\nworld\n', 'no'],
    ['', 'it is empty'],
  ] as const) {
    const { code, out, err } = await ringsideOffline(['import', file('none.log', bytes), '--json']);
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain(why);
    expect(err).toContain('-msg timestamp=on');
    expect(err).toContain('(trace-unreadable)');
  }
  const gone = await ringsideOffline(['import', join(folder, 'gone.log')]);
  expect(gone.code).toBe(3);
  const below = join(file('no-folder', 'x'), 'out.pcapng');
  const full = await ringsideOffline(['import', FIXTURE, '-o', below]);
  expect([full.code, full.out]).toEqual([5, '']);
  expect(full.err).toContain(below);
  expect((await ringsideOffline(['import'])).code).toBe(2);
});
