import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dissectorText } from '../../../electron/wireshark/dissector.ts';
import {
  dissectorState,
  installDissector,
  wiresharkFolders,
} from '../../../electron/wireshark/install.ts';
import { RULES } from '../../../src-core/spec/rules.ts';
import { REQUESTS } from '../../../src-core/spec/sound.ts';
import { ringsideOffline } from '../cli/offline-rig.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-wireshark-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const folders = () => ({
  plugins: join(folder, 'plugins'),
  configuration: join(folder, 'configuration'),
  asked: true,
});

describe('the dissector', () => {
  test('knows every request and every rule that Ringside knows', () => {
    const text = dissectorText('1.2.3');
    expect(text).toMatch(/^-- Ringside 1\.2\.3\n/);
    for (const { name } of REQUESTS) expect(text).toContain(`"${name}"`);
    for (const id of Object.keys(RULES)) expect(text).toContain(`["${id}"]`);
    expect(text).not.toContain('@TABLES@');
  });

  test('has the standard’s offsets and widths', () => {
    const text = dissectorText('1');
    expect(text).toContain('{ "period_bytes", 12, 4 }');
    expect(text).toContain('{ "hda_fn_nid", 0, 4 }');
    expect(text).toMatch(/\["virtio_snd_pcm_info"\] = \{.*width = 32 \}/);
  });

  test('is plain ASCII, which every Lua and every locale reads', () => {
    const [tables] = dissectorText('1').split('local TAGS');
    expect([...(tables ?? '')].every((letter) => letter < '\u007f')).toBe(true);
  });
});

describe('installing it', () => {
  test('writes dissector and profile, and tells when they are out of date', () => {
    expect(dissectorState('1', folders())).toBe('absent');
    const paths = installDissector('1', folders());
    expect(paths.map((path) => path.slice(folder.length + 1))).toEqual([
      'plugins/virtio-snd.lua',
      'configuration/profiles/virtio-snd/colorfilters',
      'configuration/profiles/virtio-snd/preferences',
      'configuration/profiles/virtio-snd/dfilter_buttons',
    ]);
    expect(dissectorState('1', folders())).toBe('installed');
    expect(dissectorState('2', folders())).toBe('outdated');
    const rules = readFileSync(paths[1] ?? '', 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    for (const line of rules) expect(line).toMatch(/^@[^@]+@[^@]+@\[\d+,\d+,\d+]\[\d+,\d+,\d+]$/);
  });

  test('takes the usual folders where no tshark can be asked', () => {
    const found = wiresharkFolders('no-such-tshark');
    expect(found.asked).toBe(false);
    expect(found.plugins).toMatch(/plugins$/);
  });
});

describe('ringside dissector', () => {
  test('prints the program', async () => {
    const { code, out } = await ringsideOffline(['dissector']);
    expect(code).toBe(0);
    expect(out).toContain('Proto("virtio_snd", "Virtio sound")');
  });

  test('installs it where it is told, and says what was written', async () => {
    const { plugins, configuration } = folders();
    const args = ['dissector', '--plugins', plugins, '--configuration', configuration, '--json'];
    const { code, out } = await ringsideOffline(args);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'ringside.dissector/1',
      profile: 'virtio-snd',
    });
  });

  test('says what to do when it cannot write there', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const args = ['dissector', '--plugins', join(file, 'x'), '--configuration', folder];
    const { code, err } = await ringsideOffline(args);
    expect(code).toBe(5);
    expect(err).toMatch(/cannot be written.*\n.*--plugins/);
  });
});
