/** `ringside demo`: a session with the built-in guest. */
import { Option } from 'commander';
import type { ScenarioInfo } from '../../../src-core/contract.ts';
import type { Client } from '../../../src-core/rpc.ts';
import { given, type LiveCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import * as value from '../option-values.ts';
import type { Output } from '../output.ts';
import {
  JSON_AT_END,
  LAYOUT,
  QUOTA,
  RECORD,
  RING,
  RING_ON,
  recordPart,
  SERVE,
  type SessionOptions,
  SINK,
  sessionPart,
} from '../session-options.ts';
import { runSession } from '../session-run.ts';
import type { Running } from '../with-host.ts';

interface DemoOptions extends SessionOptions {
  readonly scenario?: string;
  readonly seed?: number;
  readonly seconds?: number;
  readonly fast?: boolean;
  readonly list?: boolean;
}

export const DEMO: LiveCommand = {
  group: 'Live sessions:',
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
    new Option('--fast', 'as fast as the machine can, in the demo’s own time; needs --seconds'),
    SINK,
    RECORD,
    QUOTA,
    RING,
    RING_ON,
    SERVE,
    LAYOUT,
    JSON_AT_END,
    new Option('--list', 'list the scenarios and end'),
  ],
  notes: `Examples:
  ringside demo
  ringside demo --scenario bad-chains --serve
  ringside demo --seconds 5 --sink wav:out --json
  ringside demo --scenario short-periods --seconds 10000 --fast --record ten-million.pcapng

Exit codes: 0 ended, 2 wrong usage, 4 cannot start, 5 capture incomplete, 10 fault of Ringside,
130 interrupted before --seconds were over.`,
  run: runDemo,
};

async function runDemo(running: Running, options: DemoOptions): Promise<ExitCode> {
  const { scenarios } = await running.client.call('hello', {});
  if (options.list === true) return listScenarios(scenarios, options, running.output);
  const { scenario = scenarios[0]?.name ?? '', seed, seconds, sink, fast } = options;
  if (fast === true && seconds === undefined) {
    const what = '--fast needs to know how much of the demo’s time to run.';
    throw new CommandFailure(
      EXIT.usage,
      'no-end',
      what,
      'Say it with --seconds N; `ringside demo --help` has an example.',
    );
  }
  const start = async (client: Client) => {
    await client.call('startDemo', {
      scenario,
      ...given({ seed, seconds, sink, fast, ...recordPart(options) }),
    });
    running.output.say(`ringside: demo “${scenario}”\n`);
  };
  const isTimed = seconds !== undefined;
  return runSession(
    { start, ...sessionPart(options), endsWithSession: isTimed, endsByInterrupt: !isTimed },
    running,
  );
}

function listScenarios(
  scenarios: readonly ScenarioInfo[],
  { json }: DemoOptions,
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
