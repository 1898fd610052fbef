// Before the first of the browser tests and after the last: one Chromium for all files, which each connect to it.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';

const PLACES = [process.env.RINGSIDE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the Chromium of this run. */
    readonly chromium: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));
  const isRoot = process.getuid?.() === 0;
  const server = await chromium.launchServer({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
  project.provide('chromium', server.wsEndpoint());
  return () => server.close();
}
