// How the tests run: one project for each kind of test, with the time that one test of that kind may take.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { defines } from './defines.ts';

const root = join(import.meta.dirname, '..');
const seconds = 1000;

// Vitest takes a project's defines out of the object that it is given: each gets a copy.

/** A project that runs in Node, its files one after the other when they share a machine-wide resource. */
function project(name: string, include: string[], timeoutMs: number, oneAtATime = false) {
  return {
    define: { ...defines },
    test: {
      name,
      include,
      environment: 'node',
      isolate: false, // a process loads a module once: loading all anew for each file took as long as the tests
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      ...(oneAtATime ? { fileParallelism: false, sequence: { groupOrder: 1 } } : {}),
    },
  };
}

/** Its files share a Chromium: starting one takes longer than many a test. */
function browserProject() {
  const { define, test } = project('browser', ['tests/e2e/**/*.test.ts'], 90 * seconds, true);
  return { define, test: { ...test, globalSetup: 'tests/e2e/one-chromium.ts' } };
}

export default defineConfig({
  root,
  cacheDir: '.cache/vitest',
  test: {
    passWithNoTests: true,
    maxWorkers: availableParallelism(), // vitest leaves one processor idle, which on two is half of them
    projects: [
      project(
        'core',
        [
          'tests/*.test.ts',
          'tests/src-core/**/*.test.ts',
          'tests/electron/**/*.test.ts',
          'tests/build/**/*.test.ts',
        ],
        20 * seconds,
      ),
      {
        plugins: [react()],
        define: { ...defines },
        test: {
          name: 'renderer',
          include: ['tests/renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          isolate: false,
          setupFiles: 'tests/renderer/fresh-page.ts',
          testTimeout: 20 * seconds,
          hookTimeout: 20 * seconds,
        },
      },
      project('guest', ['tests/guest/**/*.test.ts'], 180 * seconds, true),
      project('sound', ['tests/sound/**/*.test.ts'], 60 * seconds, true),
      browserProject(),
    ],
  },
});
