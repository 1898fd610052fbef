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
  const operands = windowOperands(argv);
  if (!operands) return runCommand(argv);
  const { openApp } = await import('./open-app.mjs');
  return openApp(operands, runCommand);
}

async function runCommand(argv) {
  const { main } = await import('../dist/cli.js');
  return main(argv);
}

/** What follows the word `app`, or stands for it, where it asks for a window: at most a capture to open. */
function windowOperands([first, ...rest]) {
  const words = first === undefined || first === 'app' ? rest : [first, ...rest];
  const isApp = first === undefined || first === 'app' || !isCommandWord(first);
  return isApp && words.length < 2 && !words.some((word) => word.startsWith('-'))
    ? words
    : undefined;
}

function isCommandWord(word) {
  return /^[a-z][a-z-]*$/.test(word);
}

/** The page is for the app (no sub-command, or a file to open) and for what is served to a browser. */
function needsPage([first, ...rest]) {
  const isSubCommand = first !== undefined && first !== 'app' && isCommandWord(first);
  const isQuestion = /^(-h|--help|-V|--version)$/.test(first ?? '');
  return !(isSubCommand || isQuestion) || rest.some((word) => /^--(serve|browser)\b/.test(word));
}
