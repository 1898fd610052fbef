/** `ringside qemu`: watches the sound device of a QEMU that runs already. */
import { InvalidArgumentError, Option } from 'commander';
import type { SessionStatus } from '../../../src-core/contract-data.ts';
import { QEMU_RATE } from '../../../src-core/qemu/sampling.ts';
import type { Client } from '../../../src-core/rpc.ts';
import { given, type LiveCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import {
  JSON_AT_END,
  RECORD,
  SERVE,
  type SessionOptions,
  sessionPart,
} from '../session-options.ts';
import { runSession } from '../session-run.ts';
import { watchStatus } from '../watch-status.ts';
import type { Running } from '../with-host.ts';

interface QemuOptions extends SessionOptions {
  readonly qmp?: string;
  readonly device?: string;
  readonly traceFile?: string;
  /** False for `--no-trace`. */
  readonly trace?: boolean;
  readonly rate?: number;
}

export const QEMU: LiveCommand = {
  group: 'Live sessions:',
  usage: 'qemu',
  summary: 'watch the sound device of a QEMU that runs already, over QMP (Linux)',
  options: [
    new Option(
      '--qmp <SOCKET>',
      'QMP socket of that QEMU: a path, or HOST:PORT',
    ).makeOptionMandatory(),
    new Option('--device <QOM-PATH>', 'which sound device, where there are several'),
    new Option('--trace-file <PATH>', 'file that QEMU’s log goes to; found out when not said'),
    new Option('--no-trace', 'leave QEMU’s trace events alone; times are those of looks then'),
    new Option(
      '--rate <HZ>',
      `how often QEMU is asked how many chains it holds: 0 (never) to ${QEMU_RATE.most} times a second`,
    )
      .argParser(rateOf)
      .default(QEMU_RATE.usual),
    RECORD,
    SERVE,
    JSON_AT_END,
  ],
  notes: `Examples:
  ringside qemu --qmp /tmp/qmp.sock
  ringside qemu --qmp /tmp/qmp.sock --record session.pcapng --json
  ringside qemu --qmp localhost:4444 --serve

QEMU needs nothing but a QMP socket: -qmp unix:/tmp/qmp.sock,server=on,wait=off. Its own virtio-sound-pci is watched; the guest
is never written to. What makes it better:
  -D qemu.log -msg timestamp=on         exact times: trace events are turned on while Ringside watches, and off again after
  -object memory-backend-memfd,id=mem,size=SIZE,share=on -machine memory-backend=mem
                                        memory that any program of the same user can look at

Looks at the rings cost QEMU nothing. Questions do: each of --rate takes it three commands, a few milliseconds of the thread that
also runs its devices, and is a dot in the timeline. What all of them cost stands in the session bar and in --json.

PCM is read out of guest memory and graded: observed where it is what the device had and all that went before it in its run is known,
derived where it may have changed, was used while it was copied, or may stand at other frames, assumed where it was copied after
its return. --json counts the bytes of each.

The line READY PATH appears on standard output once the device is found, PATH being its QOM path. The command ends with QEMU, or
with Ctrl-C.

Exit codes: 0 ended, 2 wrong usage (--device missing or wrong), 4 cannot watch, 5 capture incomplete, 10 fault of Ringside.`,
  run: runQemu,
};

function runQemu(running: Running, options: QemuOptions): Promise<ExitCode> {
  const { qmp: target = '', device, traceFile, trace: usesTrace = true, record } = options;
  const { rate: rateHz = QEMU_RATE.usual } = options;
  const start = async (client: Client) => {
    await client.call('watchQemu', {
      ...{ target, usesTrace, rateHz },
      ...given({ devicePath: device, tracePath: traceFile, recordPath: record }),
    });
    const status = await found(client, running.interrupted);
    if (status === undefined) return;
    running.output.say(`ringside: ${status.sentence}\n`);
    running.output.data(`READY ${status.watch?.devicePath ?? ''}\n`);
  };
  return runSession(
    { start, ...sessionPart(options), endsWithSession: true, endsByInterrupt: true },
    running,
  );
}

function rateOf(text: string): number {
  const rateHz = Number(text);
  if (text.trim() !== '' && rateHz >= 0 && rateHz <= QEMU_RATE.most) return rateHz;
  throw new InvalidArgumentError(`Take a number from 0 (never) to ${QEMU_RATE.most}.`);
}

/** The session once its device is found; `undefined` when Ctrl-C came first. Throws a CommandFailure when there is none. */
function found(client: Client, interrupted: Promise<void>): Promise<SessionStatus | undefined> {
  let stop = () => {};
  const decided = new Promise<SessionStatus | undefined>((resolve, reject) => {
    void interrupted.then(() => resolve(undefined));
    stop = watchStatus({
      client,
      everyMs: 20,
      alwaysPull: true,
      onFailure: reject,
      onStatus: (status) => {
        if (status === null) return;
        const failure = failureIn(status);
        if (failure !== undefined) reject(failure);
        else if (isFound(status)) resolve(status);
      },
    });
  });
  return decided.finally(() => stop());
}

/** The driver may not have come yet; that the device is known is enough. */
function isFound({ watch, phase, deviceStatus }: SessionStatus): boolean {
  return (
    phase === 'ended' || phase === 'live' || (watch?.devicePath !== undefined && deviceStatus > 0)
  );
}

function failureIn({ endCode, phase, sentence, watch }: SessionStatus): CommandFailure | undefined {
  if (watch?.mustPick === true) {
    const paths = watch.devices.filter(({ canWatch }) => canWatch).map(({ path }) => path);
    const what = 'This QEMU has several sound devices.';
    const action = `Take one with --device: ${paths.join(', ')}.`;
    return new CommandFailure(EXIT.usage, 'several-devices', what, action);
  }
  if (phase !== 'ended' || endCode === undefined) return undefined;
  const code = endCode === 'no-such-device' ? EXIT.usage : EXIT.cannotAttach;
  return new CommandFailure(code, endCode, sentence);
}
