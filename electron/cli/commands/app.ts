/** `ringside app [FILE]`, the default: the window, or the page in a browser. */
import { Option } from 'commander';
import { runApp } from '../app-command.ts';
import { given, type LiveCommand } from '../command-row.ts';
import * as value from '../option-values.ts';
import { LAYOUT } from '../session-options.ts';
import type { Running } from '../with-host.ts';

interface AppOptions {
  readonly browser?: boolean;
  readonly demo?: boolean;
  readonly port?: number;
  readonly layout?: string;
  readonly layer?: readonly string[];
  /** False for `--no-open`. */
  readonly open?: boolean;
}

export const APP: LiveCommand = {
  group: 'Live sessions:',
  usage: 'app [FILE]',
  summary: 'open the window (the default); FILE is a capture to look at',
  options: [
    new Option('--browser', 'as a page in the browser instead of a window of its own'),
    new Option('--demo', 'with the demo guest playing already'),
    new Option('--port <PORT>', 'port of that page; a free one if not said').argParser(
      value.parsePort,
    ),
    LAYOUT,
    new Option(
      '--layer <FILE>',
      'guest ftrace (snd_pcm) or `pw-top -b` text to lay beside FILE; with --browser',
    ).argParser((path, before: readonly string[] = []) => [...before, path]),
    new Option('--no-open', 'only print the address of the page'),
  ],
  notes: `Examples:
  ringside
  ringside session.pcapng
  ringside --browser

The page is for this machine alone: it is served on 127.0.0.1, and its address holds a secret.`,
  run(running: Running, { port, layout, layer, open = true, demo = false }: AppOptions, [file]) {
    return runApp(
      { ...given({ file, port, layout, layers: layer }), opensBrowser: open, playsDemo: demo },
      running,
    );
  },
};
