/** `ringside --browser`: the app as a page of the browser that is there. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { FIRST_SCENARIO } from '../first-scenario.ts';
import { EXIT, type ExitCode, failureOf } from './exit-codes.ts';
import { withLayout } from './session-options.ts';
import type { Running } from './with-host.ts';

export interface AppJob {
  /** Capture to open. */
  readonly file?: string;
  readonly port?: number;
  /** Layout that the page opens with. */
  readonly layout?: string;
  /** Files to lay beside it. */
  readonly layers?: readonly string[];
  /** Show the demo guest playing, unless there is a capture to show. */
  readonly playsDemo: boolean;
  /** Start the browser that the desktop has. */
  readonly opensBrowser: boolean;
}

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  linux: ['xdg-open'],
};

/** Serves the page until Ctrl-C; its address is the one line on standard output. */
export async function runApp(job: AppJob, running: Running): Promise<ExitCode> {
  const { client, output } = running;
  if (job.file !== undefined) {
    try {
      await client.call('openCapture', { path: resolve(job.file) });
    } catch (thrown) {
      throw failureOf(thrown, EXIT.unreadable);
    }
  } else if (job.playsDemo) await client.call('startDemo', { scenario: FIRST_SCENARIO });
  for (const path of job.layers ?? []) {
    try {
      await client.call('addLayer', { path: resolve(path) });
    } catch (thrown) {
      throw failureOf(thrown, EXIT.unreadable);
    }
  }
  const url = withLayout((await running.serve(job.port)).url, job.layout);
  output.data(`${url}\n`);
  output.say('ringside: open this address in a browser of this machine; Ctrl-C ends Ringside\n');
  if (job.opensBrowser) openBrowser(url);
  await running.interrupted;
  return EXIT.ok;
}

/** Does its best: where there is no desktop or no browser, the address was printed. */
function openBrowser(url: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? [];
  const hasDesktop = process.platform !== 'linux' || Boolean(displayName());
  if (command === undefined || !hasDesktop) return;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function displayName(): string | undefined {
  return process.env.WAYLAND_DISPLAY || process.env.DISPLAY;
}
