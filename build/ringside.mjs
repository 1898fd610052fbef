#!/usr/bin/env node
// The command `ringside`. In the repository it builds dist/ when a source is newer; installed, dist/ is what came along.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

const isRepository = existsSync(join(import.meta.dirname, '..', 'electron', 'cli.ts'));

process.exitCode = await run(process.argv.slice(2));

async function run(argv) {
  if (!isRepository) return runCommand(argv);
  const { ensureBuilt, note } = await import('./repository.mjs');
  try {
    ensureBuilt(needsPage(argv) ? ['host', 'page'] : ['host']);
  } catch (error) {
    note(error.message);
    return 1;
  }
  if (argv.length > 0) return runCommand(argv);
  const { openApp } = await import('./open-app.mjs');
  return openApp(argv, runCommand);
}

async function runCommand(argv) {
  const { main } = await import('../dist/cli.js');
  return main(argv);
}

/** The page is for the app (no sub-command, or a file to open) and for what is served to a browser. */
function needsPage([first, ...rest]) {
  const isSubCommand = first !== undefined && /^[a-z][a-z-]*$/.test(first);
  const isQuestion = /^(-h|--help|-V|--version)$/.test(first ?? '');
  return !(isSubCommand || isQuestion) || rest.some((word) => /^--(serve|browser)\b/.test(word));
}
