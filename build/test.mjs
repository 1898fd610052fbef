// npm test: sets up what it can, runs every suite that this machine can run and says why it cannot run another.
// `node build/test.mjs check unit` runs the named suites. With CI set, a suite that cannot run is a failure.
// The last line is the sum over all test cases: `N passed, N failed`, and `, N skipped` where some were.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureBuilt, ensurePackages, root } from './repository.mjs';
import { SUITES } from './suites.mjs';

const isCi = /^(1|true)$/i.test(process.env.CI ?? '');
const reportFolder = join(root, '.cache', 'test');
/** Colours are for a terminal; a log file is read as it is. */
const childEnvironment = process.stdout.isTTY ? process.env : withoutColours(process.env);
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

const NONE = { passed: 0, failed: 0, skipped: 0 };

process.exitCode = main(process.argv.slice(2));

function main(names) {
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(
      `No suite ${unknown.join(', ')}. Suites: ${SUITES.map((s) => s.name).join(', ')}`,
    );
    return 2;
  }
  const chosen = SUITES.filter((suite) => names.length === 0 || names.includes(suite.name));
  const setUpFailure = setUp(chosen);
  const results = setUpFailure
    ? [{ name: 'set-up', outcome: setUpFailure, seconds: 0, passed: 0, failed: 1, skipped: 0 }]
    : chosen.map(runSuite);
  return report(results);
}

function setUp(suites) {
  try {
    ensurePackages();
    if (suites.some((suite) => suite.needsBuild)) ensureBuilt();
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function runSuite(suite) {
  console.log(`\n--- ${suite.name}`);
  if (suite.folder && !hasTests(suite.folder)) {
    return { name: suite.name, outcome: 'no tests yet', seconds: 0, ...NONE };
  }
  const reason = suite.missing?.();
  if (reason) return cannotRun(suite.name, reason);
  const beganMs = Date.now();
  const counts = suite.commands ? runCommands(suite.commands) : runVitest(suite);
  const seconds = (Date.now() - beganMs) / 1000;
  return { name: suite.name, outcome: 'ran', seconds, ...counts };
}

function hasTests(folder) {
  const path = join(root, folder);
  return existsSync(path) && readdirSync(path, { recursive: true }).some(isTest);
}

function isTest(path) {
  return /\.test\.tsx?$/.test(path);
}

/** On a developer's machine it is skipped; in CI nobody would see that it never runs. */
function cannotRun(name, reason) {
  console.log(`cannot run: ${reason}`);
  const counts = { passed: 0, failed: isCi ? 1 : 0, skipped: isCi ? 0 : 1 };
  return { name, outcome: `not run: ${reason}`, seconds: 0, ...counts };
}

function runCommands(commands) {
  const counts = { ...NONE };
  for (const command of commands) {
    const { title, argv } = command(root);
    const { status } = spawnSync(process.execPath, argv, {
      cwd: root,
      stdio: 'inherit',
      env: childEnvironment,
    });
    console.log(`${status === 0 ? 'passed' : 'FAILED'}: ${title}`);
    counts[status === 0 ? 'passed' : 'failed'] += 1;
  }
  return counts;
}

function runVitest({ name, projects }) {
  const reportPath = join(reportFolder, `${name}.json`);
  mkdirSync(reportFolder, { recursive: true });
  rmSync(reportPath, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      vitest,
      'run',
      `--config=${join(root, 'build', 'vitest.config.ts')}`,
      ...projects.map((project) => `--project=${project}`),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportPath}`,
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: childEnvironment },
  );
  return countTests(reportPath, status);
}

/** A file that fails before its first test, and a run that dies without a report, count as one failure each. */
function countTests(reportPath, status) {
  if (!existsSync(reportPath)) return { passed: 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  const found = JSON.parse(readFileSync(reportPath, 'utf8'));
  const broken = found.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  for (const file of broken) console.log(`FAILED: ${relative(root, file.name)}: ${file.message}`);
  const failed = found.numFailedTests + broken.length;
  return {
    passed: found.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: found.numPendingTests + found.numTodoTests,
  };
}

function withoutColours({ FORCE_COLOR: _, ...environment }) {
  return { ...environment, NO_COLOR: '1' };
}

function report(results) {
  console.log('\n--- summary');
  for (const { name, outcome, seconds, passed, failed, skipped } of results) {
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
    console.log(`${name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${counts}  ${outcome}`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const skipped = sum('skipped');
  console.log('');
  console.log(
    `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  );
  return sum('failed') > 0 ? 1 : 0;
}
