/** `ringside device`: a real guest's sound device on a vhost-user socket. */
import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { Client } from '../../../src-core/rpc.ts';
import { given, type LiveCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import * as value from '../option-values.ts';
import { qemuText } from '../report.ts';
import {
  JSON_AT_END,
  LAYOUT,
  NO_LATE_WRITES,
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

interface DeviceOptions extends SessionOptions {
  readonly socket?: string;
  readonly playback?: number;
  readonly capture?: number;
  readonly config?: string;
  readonly source?: string;
  readonly once?: boolean;
}

export const DEVICE: LiveCommand = {
  group: 'Live sessions:',
  usage: 'device',
  summary: "be a guest's sound device, on a vhost-user socket (Linux)",
  options: [
    new Option('--socket <PATH>', 'socket to listen on; QEMU connects to it').makeOptionMandatory(),
    new Option('--playback <N>', 'playback streams; 1 if not said').argParser(
      value.parseStreamCount,
    ),
    new Option('--capture <N>', 'capture streams; 1 if not said').argParser(value.parseStreamCount),
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
    QUOTA,
    RING,
    RING_ON,
    SERVE,
    LAYOUT,
    new Option('--once', 'end when the guest goes away'),
    NO_LATE_WRITES,
    JSON_AT_END,
  ],
  notes: `Examples:
  ringside device --socket /tmp/snd.sock
  ringside device --socket /tmp/snd.sock --sink wav:out --once --json
  ringside device --socket /tmp/snd.sock --serve --record session.pcapng
  ringside device --socket /tmp/snd.sock --record crackle.pcapng --ring 60s/20s --on xrun

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
};

function runDevice(running: Running, options: DeviceOptions): Promise<ExitCode> {
  const { socket: socketPath = '', playback, capture, sink, source, config } = options;
  const once = options.once === true;
  const start = async (client: Client) => {
    const topologyJson = config === undefined ? undefined : readConfig(config);
    await client.call('attachDevice', {
      socketPath,
      once,
      comparesPosted: options.lateWrites !== false,
      ...given({ playback, capture, topologyJson, sink, source, ...recordPart(options) }),
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
    { start, ...sessionPart(options), endsWithSession: once, endsByInterrupt: !once },
    running,
  );
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
