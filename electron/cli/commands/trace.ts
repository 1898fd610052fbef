/** `ringside trace PATH`: a trace of QEMU as a session, followed while it grows. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import { qemuTraceArguments } from '../../../src-core/qemu-trace-arguments.ts';
import type { Client } from '../../../src-core/rpc.ts';
import { given, type LiveCommand } from '../command-row.ts';
import { EXIT, type ExitCode, failureOf } from '../exit-codes.ts';
import {
  JSON_AT_END,
  RECORD,
  SERVE,
  type SessionOptions,
  sessionPart,
} from '../session-options.ts';
import { runSession } from '../session-run.ts';
import { traceText } from '../trace-report.ts';
import type { Running } from '../with-host.ts';

interface TraceCommandOptions extends SessionOptions {
  readonly follow?: boolean;
  readonly device?: string;
  readonly events?: string;
}

export const TRACE: LiveCommand = {
  group: 'Live sessions:',
  usage: 'trace <PATH>',
  summary: 'read a trace of QEMU as it is written: a file, a pipe or -',
  options: [
    new Option('--follow', 'go on at the end: the file grows, is cut or is replaced'),
    new Option('--device <ADDR>', 'which of several sound devices, by its pointer in the trace'),
    new Option('--events <FILE>', 'trace-events-all of the QEMU that wrote a binary trace'),
    RECORD,
    SERVE,
    JSON_AT_END,
  ],
  notes: `Examples:
  ringside trace trace.log --follow --serve
  mkfifo pipe; ringside trace pipe --record session.pcapng
  ssh lab tail -f trace.log | ringside trace - --serve

QEMU writes such a trace with:
  ${qemuTraceArguments().join(' ')}

A pipe ends when its writer goes; with --follow Ctrl-C ends it, and the exit code is 0.

Exit codes: 0 ended, 2 wrong usage, 3 no readable trace, 5 capture incomplete, 10 fault of Ringside, 130 interrupted.`,
  run: runTrace,
};

function runTrace(
  running: Running,
  options: TraceCommandOptions,
  [path = '']: readonly string[],
): Promise<ExitCode> {
  const { follow = false, device, events, record } = options;
  const start = async (client: Client) => {
    const eventsPath = events === undefined ? undefined : resolve(events);
    const recordPath = record === undefined ? undefined : resolve(record);
    try {
      await client.call('openTrace', {
        path: path === '-' ? path : resolve(path),
        follow,
        ...given({ device, eventsPath, recordPath }),
      });
    } catch (thrown) {
      throw failureOf(thrown, EXIT.unreadable);
    }
    if (follow) running.output.say(`ringside: following ${path}; Ctrl-C ends\n`);
  };
  return runSession(
    {
      start,
      summarize,
      ...sessionPart(options),
      endsWithSession: options.serve === undefined,
      endsByInterrupt: follow || options.serve !== undefined,
    },
    running,
  );
}

async function summarize(client: Client) {
  const summary = await client.call('traceSummary', {});
  if (summary === null) return null;
  return { object: summary, text: traceText(summary, await client.call('importReport', {})) };
}
