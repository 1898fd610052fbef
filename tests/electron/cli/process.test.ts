// The command as a process, with its real thread: what scripts and CI rely on.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Summary } from '../../../src-core/contract-summary.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'ringside-process-'));

afterAll(() => rmSync(folder, { recursive: true }));

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; out: string; err: string }>;
  /** Resolves once that was printed on standard output. */
  printed(pattern: RegExp): Promise<void>;
}

function ringside(...argv: string[]): Running {
  const child = spawn(process.execPath, [join(root, 'build', 'ringside.mjs'), ...argv], {
    cwd: folder,
    env: { ...process.env, XDG_STATE_HOME: folder, XDG_RUNTIME_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const waiting: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
  const printed = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      waiting.push(() => pattern.test(out) && resolve());
      void ended.then(({ err }) => reject(new Error(`ended before ${pattern}: ${err}`)));
    });
  return { child, ended, printed };
}

const onLinux = test.skipIf(process.platform !== 'linux');

describe('the demo as a process', () => {
  test('ends by itself, with WAV files, a capture and one object', async () => {
    const argv = ['--seconds', '1', '--sink', 'wav:out', '--record', 'x.pcapng', '--json'];
    const { code, out, err } = await ringside('demo', ...argv).ended;
    expect([code, err]).toEqual([0, 'ringside: demo “clean”\n']);
    const summary = JSON.parse(out) as Summary;
    const run = summary.streams[0]?.runs[0];
    expect(run?.frames).toBeGreaterThan(40_000);
    expect(run?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(run?.file).toContain('stream0-0.wav');
    expect(readdirSync(join(folder, 'out'))).toEqual(['stream0-0.wav']);
    expect(statSync(join(folder, 'x.pcapng')).size).toBeGreaterThan(100_000);
  });

  test('that is interrupted before its time finishes its capture and says 130', async () => {
    const argv = [
      '--seconds',
      '60',
      '--sink',
      'null',
      '--record',
      'cut.pcapng',
      '--json',
      '--serve',
    ];
    const { child, ended } = ringside('demo', ...argv);
    await new Promise<void>((resolve) => child.stderr?.on('data', () => resolve()));
    child.kill('SIGINT');
    child.kill('SIGINT'); // as npx does: the same press, passed on
    const { code, out } = await ended;
    expect(code).toBe(130);
    expect((JSON.parse(out) as Summary).version).toMatch(/^\d/);
    expect(existsSync(join(folder, 'cut.pcapng'))).toBe(true);
  });
});

describe('the device as a process', () => {
  onLinux(
    'prints the arguments, then READY once its socket listens; Ctrl-C ends it with 0',
    async () => {
      const path = join(folder, 'a.sock');
      const { child, ended, printed } = ringside('device', '--socket', path, '--sink', 'null');
      await printed(/^READY .*\n/m);
      expect(statSync(path).isSocket()).toBe(true);
      child.kill('SIGINT');
      const { code, out, err } = await ended;
      expect(code).toBe(0);
      const [before = '', after = ''] = out.split(`READY ${path}\n`);
      expect(before).toContain('share=on');
      expect(before).toContain(`path=${path}`);
      expect(before).toContain('vhost-user-snd-pci');
      expect(after).toMatch(/^messages/);
      expect(err).not.toContain('\x1b');
      expect(existsSync(path)).toBe(false);
    },
  );

  onLinux(
    'with --once ends when who was connected goes away, and only JSON follows READY',
    async () => {
      const path = join(folder, 'b.sock');
      const { ended, printed } = ringside('device', '--socket', path, '--once', '--json');
      await printed(/^READY/m);
      const guest = createConnection(path, () => guest.end());
      const { code, out } = await ended;
      expect([code, out.split('\n').length]).toEqual([0, 3]);
      expect(JSON.parse(out.split('\n')[1] ?? '')).toMatchObject({ violations: [] });
    },
  );

  onLinux('with --once that nobody used says 130 when it is interrupted', async () => {
    const path = join(folder, 'c.sock');
    const { child, ended, printed } = ringside('device', '--socket', path, '--once', '--json');
    await printed(/^READY/m);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(130);
  });

  onLinux('cannot listen where another one does: 4, a sentence, what to do', async () => {
    const path = join(folder, 'd.sock');
    const first = ringside('device', '--socket', path);
    await first.printed(/^READY/m);
    const { code, out, err } = await ringside('device', '--socket', path).ended;
    expect([code, out]).toEqual([4, '']);
    expect(err).toMatch(/^ringside: .*d\.sock.*\n {2}.*\n {2}\(socket-in-use\)\n$/);
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(0);
  });

  onLinux('takes its streams from a file', async () => {
    const path = join(folder, 'none.json');
    const { code, err } = await ringside('device', '--socket', 'x.sock', '--config', path).ended;
    expect(code).toBe(3);
    expect(err).toContain('none.json');
  });
});
