// npm start: from a fresh clone to the open app. Installs the packages and builds where that is needed.

import { openApp } from './open-app.mjs';
import { ensureBuilt, ensurePackages, note } from './repository.mjs';

/** The demo guest plays when nothing else was asked for. */
const argv = process.argv.slice(2);

process.exitCode = await start(argv.length > 0 ? argv : ['--demo']);

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
