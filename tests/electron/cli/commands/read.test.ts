import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOutput } from '../../../../electron/cli/output.ts';
import { runCommand } from '../../../../electron/cli.ts';
import { captureFolder, ringsideOffline } from '../offline-rig.ts';

let rig: Awaited<ReturnType<typeof captureFolder>>;

beforeAll(async () => {
  rig = await captureFolder('bad-chains', 1500);
});
afterAll(() => rig.remove());

const read = (...argv: string[]) => ringsideOffline(['read', rig.file, ...argv]);

describe('ringside read', () => {
  test('prints messages in columns under a heading', async () => {
    const { code, out, err } = await read('-c', '3');
    expect([code, err]).toEqual([0, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^number +time +queue +stream +kind +code +status/);
    expect(lines[1]).toMatch(/^ +\d+ +\d\.\d{9} {2}control +request {2}PCM_INFO +OK +/);
  });

  test('prints what a filter lets through, by the fields that are named', async () => {
    const { code, out } = await read(
      '-Y',
      'code == PCM_SET_PARAMS',
      '-T',
      'fields',
      '-e',
      'queue,code',
      '-e',
      'stream',
    );
    expect(code).toBe(0);
    expect(out).toBe('control\tPCM_SET_PARAMS\t0\n');
  });

  test('says in the first line of jsonl what follows', async () => {
    const { out } = await read(
      '-Y',
      'has(finding)',
      '-T',
      'jsonl',
      '-e',
      'number,finding,frames,returned',
    );
    const [first, ...rows] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toEqual({
      schema: 'ringside.messages/1',
      units: { number: '', finding: '', frames: 'frames', returned: '' },
    });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows[0]).toMatchObject({
      number: expect.any(Number),
      finding: [expect.stringMatching(/^V/)],
    });
  });

  test('quotes what csv has to quote, and leaves out what is absent', async () => {
    const { out } = await read('-T', 'csv', '-e', 'queue,stream,latency_bytes', '-c', '1');
    expect(out).toBe('queue,stream,latency_bytes\ncontrol,,\n');
  });

  test('reads standard input and counts', async () => {
    const { code, out } = await ringsideOffline(
      ['read', '-', '-c', '2', '-T', 'fields'],
      rig.bytes,
    );
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    expect((await read('-c', '0', '-T', 'fields')).out).toBe('');
  });

  test('ends with 2 for a filter that is none, and marks the place', async () => {
    const { code, out, err } = await read('-Y', 'status = OK');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(
      'To compare, write ==.\n  status = OK\n         ^\n  Perhaps: status == OK\n',
    );
    expect((await read('-e', 'quue')).err).toContain('did you mean queue?');
    expect((await ringsideOffline(['read'])).code).toBe(2);
  });

  test('tells the findings of ringside check with the messages', async () => {
    const { out } = await read('-Y', 'has(finding)', '-T', 'fields', '-e', 'finding');
    const rules = new Set(out.trim().split(/[\n,]/));
    const { out: checked } = await ringsideOffline(['check', rig.file, '--format', 'jsonl']);
    for (const rule of rules) expect(checked).toContain(rule);
    expect(rules.size).toBeGreaterThan(2);
  });

  test('lists its fields', async () => {
    const { code, out } = await ringsideOffline(['read', '--list-fields']);
    expect(code).toBe(0);
    expect(out).toMatch(/^stage\.sink +ns +/m);
  });

  test('prints what is left of a cut file and ends with 5', async () => {
    const cut = join(rig.folder, 'cut.pcapng');
    writeFileSync(cut, rig.bytes.subarray(0, rig.bytes.length - 333));
    const { code, out } = await ringsideOffline(['read', cut, '-T', 'fields']);
    expect(code).toBe(5);
    expect(out.length).toBeGreaterThan(100);
  });
});

describe('ringside read --follow', () => {
  test('prints messages as the file grows, block by half block, until it has enough', async () => {
    const live = join(rig.folder, 'live.pcapng');
    const whole = (await read('-Y', 'returned', '-T', 'fields', '-e', 'number', '-c', '30')).out;
    writeFileSync(live, rig.bytes.subarray(0, 5001));
    let out = '';
    const output = openOutput({ write: (text) => (out += text) }, { write: () => undefined });
    const none = () => {
      throw new Error('no host');
    };
    const argv = [
      'read',
      live,
      '--follow',
      '-Y',
      'returned',
      '-T',
      'fields',
      '-e',
      'number',
      '-c',
      '30',
    ];
    const ended = runCommand(argv, output, none);
    for (let at = 5001; at < rig.bytes.length; at += 40_001) {
      appendFileSync(live, rig.bytes.subarray(at, at + 40_001));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await ended).toBe(0);
    const sorted = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .sort((one, other) => Number(one) - Number(other));
    expect(sorted(out)).toHaveLength(30);
    expect(sorted(out).filter((line) => whole.split('\n').includes(line)).length).toBeGreaterThan(
      20,
    );
  });

  test('takes a file only', async () => {
    expect((await ringsideOffline(['read', '-', '--follow'])).code).toBe(2);
    expect((await ringsideOffline(['read', '/none.pcapng', '--follow'])).code).toBe(3);
  });
});
