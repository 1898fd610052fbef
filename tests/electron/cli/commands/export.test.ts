import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureFolder, ringsideOffline } from '../offline-rig.ts';

let rig: Awaited<ReturnType<typeof captureFolder>>;

beforeAll(async () => {
  rig = await captureFolder('bad-chains', 1200);
});
afterAll(() => rig.remove());

const out = (name: string) => join(rig.folder, name);
const exported = (...argv: string[]) => ringsideOffline(['export', rig.file, ...argv]);

describe('ringside export', () => {
  test('writes the same messages as csv, JSON lines and Parquet', async () => {
    const wanted = ['-e', 'number,time,queue,status,latency,finding,problem', '-Y', 'queue == tx'];
    const { code, err } = await exported(
      ...[
        '--csv',
        out('x.csv'),
        '--jsonl',
        out('x.jsonl'),
        '--parquet',
        out('x.parquet'),
        ...wanted,
      ],
    );
    expect([code, err]).toEqual([0, '']);
    const [heading, ...csv] = readFileSync(out('x.csv'), 'utf8').trimEnd().split('\n');
    expect(heading).toBe('number,time,queue,status,latency,finding,problem');
    const [schema, ...jsonl] = readFileSync(out('x.jsonl'), 'utf8').trimEnd().split('\n');
    expect(JSON.parse(schema ?? '')).toMatchObject({ schema: 'ringside.messages/1' });
    const file = new Uint8Array(readFileSync(out('x.parquet'))).buffer;
    const rows = await parquetReadObjects({ file });
    expect(rows).toHaveLength(csv.length);
    expect(jsonl).toHaveLength(csv.length);
    expect(csv.length).toBeGreaterThan(10);
    rows.forEach((row, place) => {
      const said = JSON.parse(jsonl[place] ?? '{}') as Record<string, unknown>;
      const [number, time, queue] = csv[place]?.split(',') ?? [];
      expect([String(row.number), String(row.time), row.queue]).toEqual([number, time, queue]);
      expect(said.number).toBe(Number(row.number));
      expect(said.problem).toBe(row.problem);
      expect(said.status ?? null).toBe(row.status ?? null);
    });
  });

  test('writes every field when none is named, to standard output where that can be', async () => {
    const { code, out: said } = await exported('--csv', '-');
    expect(code).toBe(0);
    expect(said).toMatch(/^number,time,queue,kind,.*stage\.sink.*\n/);
    expect((await exported('--parquet', '-')).code).toBe(2);
  });

  test('writes the sound of each run', async () => {
    const { code, err } = await exported('--wav', out('sound'));
    expect(code).toBe(0);
    expect(err).toMatch(/stream0-0: [\d ]+ frames\n/);
    expect(readdirSync(out('sound'))).toContain('stream0-0.wav');
    expect(readFileSync(out('sound/stream0-0.wav')).subarray(0, 4).toString()).toBe('RIFF');
  });

  test('leaves nothing half written, and says what is wrong', async () => {
    const { code, err } = await exported('--csv', '/none/x.csv');
    expect(code).toBe(4);
    expect(err).toContain('Cannot write /none/x.csv');
    expect(existsSync('/none/x.csv.part')).toBe(false);
    expect((await exported()).code).toBe(2);
    expect((await exported('--csv', '-', '-Y', 'quee')).code).toBe(2);
  });
});
