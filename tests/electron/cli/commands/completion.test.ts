import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyCommand } from '../../../../electron/cli/commands.ts';
import { ringsideOffline } from '../offline-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringside-completion-'));
const script = join(folder, 'ringside.bash');
const hasBash = spawnSync('bash', ['--version']).status === 0;

beforeAll(async () => {
  writeFileSync(join(folder, 'x.pcapng'), '');
  writeFileSync(script, (await ringsideOffline(['completion', 'bash'])).out);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash proposes for the last of these words. */
function proposed(...words: string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  const run = `source ${script}; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _ringside; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', run], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

describe.skipIf(!hasBash)('completion in bash', () => {
  test('proposes every command, and captures to open', async () => {
    const names = (await everyCommand()).map(({ usage }) => usage.split(' ')[0]);
    expect(proposed('ringside', '')).toEqual(expect.arrayContaining([...names, 'x.pcapng']));
    expect(proposed('ringside', 'rea')).toEqual(['read']);
  });

  test('proposes options, their values, and files', () => {
    expect(proposed('ringside', 'read', '--fo')).toEqual(['--format', '--follow']);
    expect(proposed('ringside', 'read', '-T', 'js')).toEqual(['jsonl']);
    expect(proposed('ringside', 'read', 'x')).toEqual(['x.pcapng']);
    expect(proposed('ringside', 'completion', 'f')).toEqual(['fish']);
  });
});

test('zsh and fish get every command; another shell is told so', async () => {
  for (const shell of ['zsh', 'fish']) {
    const { code, out } = await ringsideOffline(['completion', shell]);
    expect(code).toBe(0);
    for (const { usage } of await everyCommand()) expect(out).toContain(usage.split(' ')[0]);
  }
  expect((await ringsideOffline(['completion', 'tcsh'])).code).toBe(2);
});
