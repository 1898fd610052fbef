import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DiskStore } from '../../../../electron/capture-disk.ts';
import { openOutput } from '../../../../electron/cli/output.ts';
import { runCommand } from '../../../../electron/cli.ts';
import { openTraceFile, readTextFile } from '../../../../electron/trace-source.ts';
import type { HostPorts, TraceSource } from '../../../../src-core/host-ports.ts';
import { startInProcessHost } from '../in-process-host.ts';
import { ringsideOffline } from '../offline-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringside-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FIXTURE = join(
  import.meta.dirname,
  ...['..', '..', '..', 'fixtures', 'qemu-10.0-timestamps.log'],
);

/** Tells `onIdle` how many bytes were read whenever there are no more for now. */
function watched(source: TraceSource, onIdle: (bytes: number) => void): TraceSource {
  let bytes = 0;
  return {
    read(into) {
      const count = source.read(into);
      if (count === 0) onIdle(bytes);
      else bytes += Math.max(0, count);
      return count;
    },
    progress: () => source.progress(),
    close: () => source.close(),
  };
}

/** `ringside …argv` on a host in this process that reads files. */
async function ringside(argv: readonly string[], onIdle: (bytes: number) => void = () => {}) {
  let out = '';
  let err = '';
  const output = openOutput({ write: (text) => (out += text) }, { write: (text) => (err += text) });
  const files: Partial<HostPorts> = {
    openTrace: (path, follow) => watched(openTraceFile(path, follow), onIdle),
    readText: readTextFile,
    recordTo: (path) => DiskStore.create(path),
  };
  const code = await runCommand(argv, output, () => startInProcessHost(undefined, files));
  return { code, out, err };
}

test('a trace is read to its end: for people in lines, for programs as the object of `import`', async () => {
  const text = await ringside(['trace', FIXTURE]);
  expect(text.code).toBe(0);
  expect(text.out).toContain('stream 0    output, 5 runs, 1 suspected underrun;');
  expect(text.out).toMatch(/^trace {7}1 934 lines$/m);
  const json = await ringside(['trace', FIXTURE, '--json']);
  expect([json.code, json.out.trimEnd().split('\n').length]).toEqual([0, 1]);
  const { version: _one, ...live } = JSON.parse(json.out);
  const { version: _other, ...imported } = JSON.parse(
    (await ringsideOffline(['import', FIXTURE, '--json'])).out,
  );
  expect(live).toEqual(imported);
});

test('--record writes all of it as a capture', async () => {
  const written = join(folder, 'out.pcapng');
  expect((await ringside(['trace', FIXTURE, '--record', written])).code).toBe(0);
  const { code, out } = await ringsideOffline(['info', written]);
  expect(code).toBe(0);
  expect(out).toContain('control 30, event 0, tx 232, rx 4');
});

test('--follow takes what comes, and Ctrl-C ends it with 0 and the summary', async () => {
  const bytes = readFileSync(FIXTURE);
  const path = join(folder, 'growing.log');
  writeFileSync(path, bytes.subarray(0, 40_000));
  let hasGrown = false;
  const ran = await ringside(['trace', path, '--follow', '--json'], (read) => {
    if (read === bytes.length) process.emit('SIGINT');
    if (hasGrown) return;
    hasGrown = true;
    appendFileSync(path, bytes.subarray(40_000));
  });
  expect([ran.code, ran.err]).toEqual([0, expect.stringContaining(`following ${path}`)]);
  const { messages, report } = JSON.parse(ran.out);
  expect(messages).toEqual({ control: 30, event: 0, tx: 232, rx: 4 });
  expect(report).toMatchObject({ lines: 1934, torn: 0 });
});

test('what cannot be read ends with 3, and a device that is no pointer with its sentence', async () => {
  const gone = await ringside(['trace', join(folder, 'gone.log'), '--json']);
  expect([gone.code, gone.out]).toEqual([3, '']);
  expect(gone.err).toContain('gone.log');
  const path = join(folder, 'none.log');
  writeFileSync(path, 'hello\n');
  const none = await ringside(['trace', path]);
  expect(none.code).toBe(3);
  expect(none.err).toContain('-msg timestamp=on');
  const bad = await ringside(['trace', FIXTURE, '--device', 'sound0']);
  expect(bad.code).not.toBe(0);
  expect(bad.err).toContain('is no pointer');
});
