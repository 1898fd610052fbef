// The fences between folders: each is tried with an import that it has to refuse and one that it has to let through.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Fence {
  file: string;
  refused: string[];
  allowed: string[];
}

const FENCES: Fence[] = [
  {
    file: 'src-core/spec/x.ts',
    refused: ['../queue/chain.ts', '../clock.ts', 'node:fs', 'react'],
    allowed: ['./layout.ts', '../units.ts', '../limits.ts'],
  },
  {
    file: 'src-core/queue/x.ts',
    refused: ['../device/probe.ts', '../audio/wav.ts', '../clock.ts', 'chevrotain'],
    allowed: ['../spec/ring.ts', './chain.ts', '../units.ts'],
  },
  {
    file: 'src-core/audio/x.ts',
    refused: ['../capture/entry.ts', '../queue/chain.ts', 'koffi'],
    allowed: ['../spec/formats.ts', './wav.ts', '../clock.ts'],
  },
  {
    file: 'src-core/capture/importers/x.ts',
    refused: ['../../device/probe.ts', '../../queue/chain.ts', '../../session.ts'],
    allowed: ['../../spec/sound.ts', '../../audio/wav.ts', '../../codec.ts', '../entry.ts'],
  },
  {
    file: 'src-core/analysis/x.ts',
    refused: ['../session.ts', '../device/probe.ts', '../transport/transport.ts'],
    allowed: ['../spec/rules.ts', '../audio/wav.ts', '../capture/messages.ts', 'chevrotain'],
  },
  {
    file: 'src-core/transport/x.ts',
    refused: ['../device/probe.ts', '../capture/entry.ts', '../audio/wav.ts'],
    allowed: ['../spec/ring.ts', '../queue/chain.ts', '../clock.ts'],
  },
  {
    file: 'src-core/device/x.ts',
    refused: ['../capture/messages.ts', '../transport/transport.ts', '../host.ts'],
    allowed: ['../capture/entry.ts', '../queue/chain.ts', '../audio/wav.ts', '../clock.ts'],
  },
  {
    file: 'src-core/contract.ts',
    refused: ['./host.ts', './session.ts', './capture/capture.ts', './device/probe.ts'],
    allowed: ['./rpc.ts', './codec.ts', './capture/entry.ts'],
  },
  {
    file: 'src-core/host.ts',
    refused: ['./device/probe.ts', './queue/chain.ts', 'ws'],
    allowed: ['./session.ts', './contract.ts', './capture/capture.ts', './analysis/findings.ts'],
  },
  {
    file: 'src-core/session.ts',
    refused: ['./host.ts', './contract.ts', './rpc.ts'],
    allowed: ['./device/probe.ts', './capture/capture.ts', './clock.ts'],
  },
  {
    file: 'renderer/panels/rings/x.tsx',
    refused: [
      '../../../src-core/device/probe.ts',
      '../../../src-core/queue/chain.ts',
      '../../../src-core/session.ts',
      '../../../src-core/host.ts',
      '../../../electron/cli.ts',
      'node:fs',
      'electron',
      'chevrotain',
    ],
    allowed: ['../../store/session.ts', '../../../src-core/contract.ts', 'react', 'zustand'],
  },
  {
    file: 'renderer/link.ts',
    refused: ['../src-core/device/probe.ts', 'ws'],
    allowed: ['../src-core/host.ts', '../src-core/rpc.ts'],
  },
  {
    file: 'electron/main.ts',
    refused: ['../renderer/link.ts', 'koffi', 'react', '../tests/x.ts', '../build/x.ts'],
    allowed: ['electron', '../src-core/host.ts', 'node:fs'],
  },
  {
    file: 'electron/cli.ts',
    refused: ['electron', 'koffi'],
    allowed: ['commander', './native/libc.ts'],
  },
  { file: 'electron/audio/x.ts', refused: ['koffi', 'electron'], allowed: ['../native/libc.ts'] },
  { file: 'electron/native/x.ts', refused: ['electron'], allowed: ['koffi', 'node:fs'] },
];

const root = join(import.meta.dirname, '..', '..');
let folder = '';
let refusals = new Set<string>();

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringside-fences-')));
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  for (const name of ['biome.json', 'package.json', '.gitignore']) {
    copyFileSync(join(root, name), join(folder, name));
  }
  for (const fence of FENCES) writeImports(fence);
  refusals = lint();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the fence around', () => {
  for (const fence of FENCES) {
    test(`${fence.file} refuses what the table forbids and nothing else`, () => {
      const found = importsOf(fence).filter((_, at) => refusals.has(`${fence.file}:${at + 1}`));
      expect(found).toEqual(fence.refused);
    });
  }
});

/** One import a line, so that the line of a diagnostic names the import. */
function writeImports(fence: Fence): void {
  const path = join(folder, fence.file);
  mkdirSync(dirname(path), { recursive: true });
  const lines = importsOf(fence).map((name, at) => `export { a as a${at} } from '${name}';`);
  writeFileSync(path, `${lines.join('\n')}\n`);
}

function importsOf({ refused, allowed }: Fence): string[] {
  return [...refused, ...allowed];
}

/** The places, `file:line`, at which Biome reports a restricted import. */
function lint(): Set<string> {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const { stdout } = spawnSync(
    process.execPath,
    [
      biome,
      'lint',
      '--only=style/noRestrictedImports',
      '--reporter=github',
      '--max-diagnostics=none',
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  const places = stdout.matchAll(/noRestrictedImports,file=([^,]+),line=(\d+)/g);
  return new Set([...places].map(([, file, line]) => `${relative(folder, file ?? '')}:${line}`));
}
