import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { everyCommand } from '../../../electron/cli/commands.ts';
import { openOutput } from '../../../electron/cli/output.ts';
import { runCommand } from '../../../electron/cli.ts';
import type { Summary } from '../../../src-core/contract-summary.ts';
import { type InProcessHost, startInProcessHost } from './in-process-host.ts';

interface Ran {
  code: number;
  out: string;
  err: string;
}

async function ringside(
  argv: readonly string[],
  onHost: (host: InProcessHost) => void = () => undefined,
  storeBytes?: number,
): Promise<Ran> {
  let out = '';
  let err = '';
  const output = openOutput({ write: (text) => (out += text) }, { write: (text) => (err += text) });
  const code = await runCommand(argv, output, () => {
    const host = startInProcessHost(storeBytes);
    onHost(host);
    return host;
  });
  return { code, out, err };
}

const COMMANDS = await everyCommand();
const QUICK = ['--seconds', '3', '--sink', 'null'];

describe('a demo', () => {
  test('prints one object at the end and nothing else on standard output', async () => {
    const { code, out, err } = await ringside(['demo', ...QUICK, '--json']);
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    const summary = JSON.parse(out) as Summary;
    expect(Object.keys(summary)).toEqual([
      ...['version', 'messages', 'streams', 'violations', 'dropped'],
    ]);
    expect(summary.messages.control).toBeGreaterThan(3);
    expect(summary.messages.tx).toBeGreaterThan(5);
    expect(summary.streams[0]?.runs[0]).toMatchObject({ format: 'S16', rateHz: 48_000 });
    expect(summary.violations).toEqual([]);
    expect(err).toBe('ringside: demo “clean”\n');
  });

  test('tells people the same in lines', async () => {
    const { code, out } = await ringside(['demo', ...QUICK]);
    expect(code).toBe(0);
    expect(out).toMatch(/^messages {4}control \d+, event \d+, tx \d+, rx 0\n/);
    expect(out).toContain('stream 0    output, 1 run\n');
    expect(out).toContain('violations  none\n');
  });

  test('names what the guest broke and still ends with 0', async () => {
    const { code, out } = await ringside(['demo', '--scenario', 'bad-chains', ...QUICK, '--json']);
    expect(code).toBe(0);
    const { violations } = JSON.parse(out) as Summary;
    expect(violations.length).toBeGreaterThan(0);
    expect(violations[0]).toMatchObject({ by: 'driver', count: expect.any(Number) });
  });

  test('that does not exist ends with 2 and names those that do', async () => {
    const { code, out, err } = await ringside(['demo', '--scenario', 'none', '--json']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('clean');
    expect(err).toContain('(unknown-scenario)');
  });

  test('lists its scenarios for people and for programs', async () => {
    const text = await ringside(['demo', '--list']);
    expect([text.code, text.err]).toEqual([0, '']);
    expect(text.out).toMatch(/^clean +Clean playback$/m);
    const json = await ringside(['demo', '--list', '--json']);
    const names = (JSON.parse(json.out) as { name: string }[]).map(({ name }) => name);
    expect(names).toContain('bad-chains');
  });

  test('whose capture loses something ends with 5 and says so', async () => {
    const { code, out, err } = await ringside(
      ['demo', '--seconds', '12', '--json'],
      undefined,
      20_000,
    );
    expect(code).toBe(5);
    expect((JSON.parse(out) as Summary).dropped).toBeGreaterThan(0);
    expect(err).toContain('the capture is incomplete');
  });

  test('that cannot record ends with 4 before it begins', async () => {
    const { code, err } = await ringside(['demo', ...QUICK, '--record', '/none/x.pcapng']);
    expect(code).toBe(4);
    expect(err).toContain('There is no disk for /none/x.pcapng.\n  Do without.\n  (no-disk)\n');
  });

  test('whose thread breaks ends with 10 and the reason', async () => {
    const { code, err } = await ringside(['demo', '--sink', 'null'], (host) => {
      setImmediate(() => host.break('TypeError: x'));
    });
    expect(code).toBe(10);
    expect(err).toContain('TypeError: x');
  });

  test('tells what the host has to say while it runs', async () => {
    const { err } = await ringside(['demo', ...QUICK], ({ host }) => {
      const notice = { severity: 'warning', code: 'x', what: 'No sound server.' } as const;
      setImmediate(() => host.notice({ ...notice, action: 'Start one.' }));
    });
    expect(err).toContain('ringside: warning: No sound server.\n  Start one.\n');
  });
});

describe('a device', () => {
  test('that cannot attach ends with 4 and says why', async () => {
    const { code, out, err } = await ringside(['device', '--socket', '/tmp/x.sock']);
    expect([code, out]).toEqual([4, '']);
    expect(err).toContain('No sockets here.');
    expect(err).toContain('(cannot-attach)');
  });

  test('whose configuration cannot be read ends with 3', async () => {
    const argv = ['device', '--socket', 'x', '--config', '/none/device.json'];
    const { code, err } = await ringside(argv);
    expect(code).toBe(3);
    expect(err).toContain('/none/device.json');
  });

  test('needs a socket', async () => {
    const { code, err } = await ringside(['device']);
    expect(code).toBe(2);
    expect(err).toContain("required option '--socket <PATH>'");
  });
});

describe('the app', () => {
  test('that is to open a file it cannot read ends with 3', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ringside-cli-'));
    const file = join(folder, 'x.pcapng');
    writeFileSync(file, 'no capture');
    const { code, out } = await ringside(['--browser', '--no-open', file]);
    expect([code, out]).toEqual([3, '']);
    rmSync(folder, { recursive: true });
  });
});

describe('usage', () => {
  test.each([
    ['dmeo', 'Did you mean demo?'],
    ['demo --sinkk null', 'Did you mean --sink?'],
    ['demo --seconds never', 'number of seconds'],
    ['demo extra', 'too many arguments'],
    ['demo --fast', 'Say it with --seconds N'],
    ['device --socket', 'argument missing'],
    ['device --socket x --playback 65', 'from 0 to 64'],
    ['--sceario', 'unknown option'],
  ])('`ringside %s` ends with 2 and helps', async (line, hint) => {
    const { code, out, err } = await ringside(line.split(' '));
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(hint);
    expect(err).toContain('--help');
  });

  test.each(['', ...COMMANDS.map(({ usage }) => usage.split(' ')[0] ?? '')])(
    '`ringside %s --help` has examples',
    async (name) => {
      const { code, out, err } = await ringside([...name.split(' ').filter(Boolean), '--help']);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('ringside');
      if (name !== '') expect(out).toContain('Examples:');
    },
  );

  test('the version is that of the package', async () => {
    const { code, out } = await ringside(['--version']);
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
