// Wireshark's own programs on captures of a real guest and of the demo: the dissector, and that the files stay valid.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dissectorText } from '../../electron/wireshark/dissector.ts';
import { recordDemo } from '../electron/cli/offline-rig.ts';
import { startHost, run as step } from '../src-core/host-harness.ts';
import { bootGuest } from './boot-guest.ts';
import { guestReady } from './requirements.ts';
import { type DeviceProcess, spawnDevice } from './ringside-process.ts';
import { makeSound } from './sounds.ts';

const PERIODS = 25;
const EMPTY = new Uint8Array();
let folder: string;
let script: string;
let guestCapture: string;
let device: DeviceProcess;

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 256 << 20,
  });
  expect(status, `${command} ${args.join(' ')}\n${stderr}`).toBe(0);
  return stdout;
}

/** Lines of fields, one packet each. */
function tshark(file: string, ...args: string[]): string[] {
  const out = run('tshark', ['-X', `lua_script:${script}`, '-r', file, ...args]);
  return out.split('\n').filter((line) => line !== '');
}

const fields = (...names: string[]) => ['-T', 'fields', ...names.flatMap((name) => ['-e', name])];

describe.skipIf(guestReady())('Wireshark’s programs', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ringside-wireshark-'));
    script = join(folder, 'virtio-snd.lua');
    writeFileSync(script, dissectorText('0'));
    device = await spawnDevice({ args: ['--once'] });
    const sound = makeSound({
      format: 'S16_LE',
      rateHz: 48_000,
      channels: 2,
      frames: 480 * PERIODS,
    });
    const guest = bootGuest({
      runScript: 'aplay -q -D hw:0,0 --period-size=480 --buffer-size=1920 /x.wav',
      files: { '/x.wav': sound.wav },
      socketPath: device.socketPath,
    });
    await guest.exited;
    expect(guest.console).toMatch(/guest 1: run ended 0/);
    await device.end();
    guestCapture = device.capturePath;
  }, 100_000);
  afterAll(async () => {
    await device.discard();
    rmSync(folder, { recursive: true });
  });

  test('find no malformed packet in a real guest’s capture, and a name for every one', () => {
    expect(tshark(guestCapture, '-Y', '_ws.malformed || _ws.lua.error')).toEqual([]);
    const unnamed = tshark(guestCapture, '-Y', '!virtio_snd || virtio_snd.kind == 0');
    expect(unnamed).toEqual([]);
  });

  test('filter by the standard’s names', () => {
    const [params, ...more] = tshark(
      ...[guestCapture, '-Y', 'virtio_snd.code == 0x0101'],
      ...fields('virtio_snd.buffer_bytes', 'virtio_snd.period_bytes', 'virtio_snd.rate'),
    );
    expect(params).toBe('7680\t1920\t7');
    expect(more).toEqual([]);
    const tx = tshark(guestCapture, '-Y', 'virtio_snd.kind == 3 && virtio_snd.queue == 2');
    expect(tx).toHaveLength(PERIODS);
    const back = [
      '-Y',
      'virtio_snd.kind == 5 && virtio_snd.queue == 2 && virtio_snd.status == 0x8000',
    ];
    expect(tshark(guestCapture, ...back)).toHaveLength(PERIODS);
  });

  test('link each request with its answer, both ways, and give the stages', () => {
    const popped = 'virtio_snd.kind == 3 && virtio_snd.queue != 1';
    const asked = tshark(
      ...[guestCapture, '-2', '-Y', popped],
      ...fields('frame.number', 'virtio_snd.answer_in', 'virtio_snd.time'),
    );
    const answered = tshark(
      ...[guestCapture, '-Y', 'virtio_snd.kind == 5 && virtio_snd.queue != 1'],
      ...fields('virtio_snd.request_in', 'frame.number'),
    );
    const pairs = asked.map((line) => line.split('\t').slice(0, 2).join('\t'));
    expect(new Set(pairs)).toEqual(new Set(answered));
    for (const line of asked) expect(Number(line.split('\t')[2])).toBeGreaterThan(0);
  });

  test('still read what editcap and mergecap make of it', () => {
    const [cut, merged] = [join(folder, 'cut.pcapng'), join(folder, 'merged.pcapng')];
    run('editcap', ['-r', guestCapture, cut, '1-40']);
    run('mergecap', ['-w', merged, guestCapture, cut]);
    for (const file of [guestCapture, cut, merged])
      expect(run('capinfos', ['-c', file])).toMatch(/\d/);
    expect(tshark(cut, '-Y', '_ws.malformed || _ws.lua.error')).toEqual([]);
  });

  test('show marks as comments, those included that were added to a file later', async () => {
    const { clock, client, files } = startHost();
    await client.call('startDemo', { scenario: 'clean', seconds: 1 });
    step(clock, 500);
    await client.call('addMark', { fromNs: 4e8, text: 'here it clicks' });
    step(clock, 1500);
    await client.call('saveCapture', { path: 'a' });
    await client.call('openCaptureBytes', { name: 'a.pcapng', bytes: files.get('a') ?? EMPTY });
    step(clock, 100);
    await client.call('addMark', { fromNs: 6e8, text: 'seen later' });
    await client.call('saveCapture', { path: 'b' });
    const file = join(folder, 'marked.pcapng');
    writeFileSync(file, files.get('b') ?? EMPTY);
    const comments = tshark(file, '-Y', 'frame.comment', ...fields('frame.comment'));
    expect(comments).toEqual([
      expect.stringContaining('here it clicks'),
      expect.stringContaining('seen later'),
    ]);
    expect(tshark(file, '-Y', '_ws.malformed || _ws.lua.error')).toEqual([]);
    expect(run('capinfos', ['-c', file])).toMatch(/\d/);
  });

  test('show the findings of a capture as expert information', async () => {
    const file = join(folder, 'wrong-order.pcapng');
    writeFileSync(file, await recordDemo('wrong-order', 4000));
    const rules = tshark(file, '-Y', 'virtio_snd.finding.error', ...fields('virtio_snd.finding'));
    expect(rules).toContain('VS-I-01');
    const table = run('tshark', ['-X', `lua_script:${script}`, '-r', file, '-q', '-z', 'expert']);
    expect(table).toMatch(/Errors \(\d+\)[\s\S]*VS-R-08: format 250/);
    expect(tshark(file, '-Y', '_ws.malformed || _ws.lua.error')).toEqual([]);
  });
});
