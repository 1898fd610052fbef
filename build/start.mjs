// npm start: from a fresh clone to the open app. Installs the packages and builds where that is needed.

import { openApp } from './open-app.mjs';
import { ensureBuilt, ensurePackages, note } from './repository.mjs';

process.exitCode = await start(process.argv.slice(2));

async function start(argv) {
  try {
    ensurePackages();
    ensureBuilt();
  } catch (error) {
    note(error.message);
    return 1;
  }
  return argv.includes('--browser') ? runCommand(argv) : openApp(argv, runCommand);
}

async function runCommand(argv) {
  const { main } = await import('../dist/cli.js');
  return main(argv);
}
