// npm run references: renews tests/e2e/references/*.png, the pictures that tests/e2e/references.test.ts compares the window
// with. Look at each before it is committed.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, root } from './repository.mjs';

ensureBuilt();
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    `--config=${join(root, 'build', 'vitest.config.ts')}`,
    '--project=browser',
    join('tests', 'e2e', 'references.test.ts'),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, UPDATE_GOLDEN: '1' } },
);
process.exitCode = status ?? 1;
