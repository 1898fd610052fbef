// npm run package: installers and archives of the desktop app, by electron-builder; what follows `--` is for it.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensurePackages, root } from './repository.mjs';

ensurePackages();
ensureBuilt();
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'electron-builder', 'cli.js'),
    `--config=${join('build', 'electron-builder.yml')}`,
    '--publish=never',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
