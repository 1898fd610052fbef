/** The sub-commands, one row each: what a user may type, what the help says, and what runs. */
import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { ScenarioInfo } from '../../src-core/contract.ts';
import type { Client } from '../../src-core/rpc.ts';
import { runApp } from './app-command.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.ts';
import * as value from './option-values.ts';
import type { Output } from './output.ts';
import { qemuText } from './report.ts';
import { runSession } from './session-run.ts';
import type { Running } from './with-host.ts';

/** Options as commander hands them over: by camel-case name; absent ones are missing. */
export interface GivenOptions {
  readonly scenario?: string;
  readonly seed?: number;
  readonly seconds?: number;
  readonly list?: boolean;
  readonly socket?: string;
  readonly playback?: number;
  readonly capture?: number;
  readonly config?: string;
  readonly source?: string;
  readonly once?: boolean;
  readonly sink?: string;
  readonly record?: string;
  /** `true` without a port. */
  readonly serve?: true | number;
  readonly json?: boolean;
  readonly browser?: boolean;
  readonly demo?: boolean;
  readonly port?: number;
  /** False for `--no-open`. */
  readonly open?: boolean;
}

export interface CommandRow {
  /** Name and operands, as in the help. */
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** Follows the options in the help. */
  readonly notes: string;
  readonly run: (
    running: Running,
    options: GivenOptions,
    operand: string | undefined,
  ) => Promise<ExitCode>;
}

const SINK = new Option(
  '--sink <SINK>',
  'where played sound goes: native[:DEVICE], wav:DIR (one file for each run of a stream) or null',
).argParser(value.parseSink);
const RECORD = new Option('--record <FILE>', 'record the session to a .pcapng capture');
const SERVE = new Option(
  '--serve [PORT]',
  'open the session to a browser of this machine; goes on until Ctrl-C',
).argParser(value.parsePort);
const JSON_AT_END = new Option('--json', 'print the summary as one JSON object, at the end');

export const COMMANDS: readonly CommandRow[] = [
  {
    usage: 'app [FILE]',
    summary: 'open the window (the default); FILE is a capture to look at',
    options: [
      new Option('--browser', 'as a page in the browser instead of a window of its own'),
      new Option('--demo', 'with the demo guest playing already'),
      new Option('--port <PORT>', 'port of that page; a free one if not said').argParser(
        value.parsePort,
      ),
      new Option('--no-open', 'only print the address of the page'),
    ],
    notes: `Examples:
  ringside
  ringside session.pcapng
  ringside --browser

The page is for this machine alone: it is served on 127.0.0.1, and its address holds a secret.`,
    run: (running, { port, open = true, demo = false }, file) =>
      runApp({ ...given({ file, port }), opensBrowser: open, playsDemo: demo }, running),
  },
  {
    usage: 'demo',
    summary: 'run a demo guest: no QEMU needed',
    options: [
      new Option('--scenario <NAME>', 'what the guest does; --list shows them'),
      new Option('--seed <N>', 'seed of its chances; the same seed, the same session').argParser(
        value.parseSeed,
      ),
      new Option('--seconds <N>', 'end after that time; without it Ctrl-C ends it').argParser(
        value.parseSeconds,
      ),
      SINK,
      RECORD,
      SERVE,
      JSON_AT_END,
      new Option('--list', 'list the scenarios and end'),
    ],
    notes: `Examples:
  ringside demo
  ringside demo --scenario bad-chains --serve
  ringside demo --seconds 5 --sink wav:out --json

Exit codes: 0 ended, 2 wrong usage, 4 cannot start, 5 capture incomplete, 10 fault of Ringside,
130 interrupted before --seconds were over.`,
    run: runDemo,
  },
  {
    usage: 'device',
    summary: "be a guest's sound device, on a vhost-user socket (Linux)",
    options: [
      new Option(
        '--socket <PATH>',
        'socket to listen on; QEMU connects to it',
      ).makeOptionMandatory(),
      new Option('--playback <N>', 'playback streams; 1 if not said').argParser(
        value.parseStreamCount,
      ),
      new Option('--capture <N>', 'capture streams; 1 if not said').argParser(
        value.parseStreamCount,
      ),
      new Option(
        '--config <FILE>',
        'streams, formats, rates, jacks and channel maps, as JSON',
      ).conflicts(['playback', 'capture']),
      SINK,
      new Option(
        '--source <SOURCE>',
        'what a recording guest hears: silence, tone:HZ, wav:FILE or loopback',
      ).argParser(value.parseSource),
      RECORD,
      SERVE,
      new Option('--once', 'end when the guest goes away'),
      JSON_AT_END,
    ],
    notes: `Examples:
  ringside device --socket /tmp/snd.sock
  ringside device --socket /tmp/snd.sock --sink wav:out --once --json
  ringside device --socket /tmp/snd.sock --serve --record session.pcapng

What --config may say, everything having a default:
  {"playback": 2, "capture": 0, "formats": ["S16", "FLOAT"], "rates": [44100, 48000], "channelsMax": 6}
  {"streams": [{"direction": "output", "channelsMax": 8}, {"direction": "output", "hdaFnNid": 1}],
   "jacks": [{"kind": "headphone", "connected": false}], "ringFeatures": ["RING_PACKED", "EVENT_IDX", "INDIRECT_DESC"]}

The QEMU arguments and then the line READY PATH appear on standard output once the socket listens (with --json the
arguments go to standard error). Guests may come and go; without --once, Ctrl-C is the way to end: the files are
finished, the summary is printed and the exit code is 0. A second Ctrl-C ends at once.

Exit codes: 0 ended, 2 wrong usage, 3 --config unreadable, 4 cannot attach, 5 capture incomplete, 10 fault of Ringside,
130 interrupted with --once.`,
    run: runDevice,
  },
];

async function runDemo(running: Running, options: GivenOptions): Promise<ExitCode> {
  const { scenarios } = await running.client.call('hello', {});
  if (options.list === true) return listScenarios(scenarios, options, running.output);
  const { scenario = scenarios[0]?.name ?? '', seed, seconds, sink, record } = options;
  const start = async (client: Client) => {
    await client.call('startDemo', {
      scenario,
      ...given({ seed, seconds, sink, recordPath: record }),
    });
    running.output.say(`ringside: demo “${scenario}”\n`);
  };
  const isTimed = seconds !== undefined;
  return runSession(
    { start, ...session(options), endsWithSession: isTimed, endsByInterrupt: !isTimed },
    running,
  );
}

function listScenarios(
  scenarios: readonly ScenarioInfo[],
  { json }: GivenOptions,
  output: Output,
): ExitCode {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const lines = scenarios.map(
    ({ name, title, planted }) =>
      `${name.padEnd(width)}  ${title}${planted === undefined ? '' : ` (planted: ${planted})`}\n`,
  );
  output.data(json === true ? `${JSON.stringify(scenarios)}\n` : lines.join(''));
  return EXIT.ok;
}

function runDevice(running: Running, options: GivenOptions): Promise<ExitCode> {
  const { socket: socketPath = '', playback, capture, sink, source, record, config } = options;
  const once = options.once === true;
  const start = async (client: Client) => {
    const topologyJson = config === undefined ? undefined : readConfig(config);
    await client.call('attachDevice', {
      socketPath,
      once,
      ...given({ playback, capture, topologyJson, sink, source, recordPath: record }),
    });
    const status = await client.call('status', {});
    const { output } = running;
    output.say('ringside: listening; start QEMU with these arguments as well:\n');
    const text = qemuText(status?.qemuArguments ?? []);
    if (options.json === true) output.say(text);
    else output.data(text);
    output.data(`READY ${socketPath}\n`);
  };
  return runSession(
    { start, ...session(options), endsWithSession: once, endsByInterrupt: !once },
    running,
  );
}

function session({ serve, json }: GivenOptions) {
  const served = serve === undefined ? {} : { serve: serve === true ? {} : { port: serve } };
  return { ...served, json: json === true };
}

function readConfig(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const action = '--config takes a JSON file that describes the device.';
    throw new CommandFailure(EXIT.unreadable, 'config-unreadable', `${path}: ${why}.`, action);
  }
}

/** The members that have a value: an absent option is no member. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(members).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
