// npm run bench: bundles and runs the benches, tests/bench/*.bench.ts, one after the other, each in a process of its own.
// `npm run bench -- NAME…` runs those whose file name contains a NAME.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, root } from './repository.mjs';

const folder = join(root, 'tests', 'bench');
const suffix = '.bench.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(names) {
  const benches = existsSync(folder) ? readdirSync(folder).filter(isChosen(names)).sort() : [];
  if (benches.length === 0) {
    console.log(names.length > 0 ? `no benchmark named ${names.join(', ')}` : 'no benchmark yet');
    return names.length > 0 ? 2 : 0;
  }
  ensureBuilt();
  let failed = 0;
  for (const bench of benches) {
    const script = await bundle(bench);
    console.log(`\n--- ${bench.slice(0, -suffix.length)}`);
    const { status } = spawnSync(process.execPath, ['--expose-gc', script], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) failed += 1;
  }
  return failed > 0 ? 1 : 0;
}

function isChosen(names) {
  return (file) =>
    file.endsWith(suffix) && (names.length === 0 || names.some((name) => file.includes(name)));
}

/** Node 20 runs no TypeScript; the same bundler that makes dist/ makes one file of the bench. */
async function bundle(bench) {
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  const outDir = join(root, '.cache', 'bench');
  process.env.RINGSIDE_OUT = outDir;
  process.env.RINGSIDE_FROM = 'tests/bench';
  const mode = bench.slice(0, -'.ts'.length);
  await build({
    configFile: join(root, 'build', 'vite.node.config.ts'),
    mode,
    logLevel: 'warn',
  });
  return join(outDir, `${mode}.js`);
}
