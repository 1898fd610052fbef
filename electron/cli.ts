/** The command `ringside`: finds the sub-command's row, runs it, and says how it ended. No Electron needed. The bundle of
 *  this file is started by build/ringside.mjs, which opens the window itself where there is one. */
import { Command, CommanderError } from 'commander';
import type { CommandRow, LiveCommand } from './cli/command-row.ts';
import { commandsFor } from './cli/commands.ts';
import { EXIT, type ExitCode, failureOf, failureText } from './cli/exit-codes.ts';
import { withOffline } from './cli/offline.ts';
import { type Output, openOutput } from './cli/output.ts';
import { type HostThread, startHostThread } from './host-thread.ts';

/** Runs the command to its end; gives the exit code. Returns when everything is closed. */
export async function main(argv: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  const output = openOutput(process.stdout, process.stderr);
  const startHost = () => startHostThread({ carrier: 'browser', version: RINGSIDE_VERSION });
  return runCommand(argv, output, startHost);
}

/** As `main`, with what it prints to and the host that it starts handed in. */
export async function runCommand(
  argv: readonly string[],
  output: Output,
  startHost: () => HostThread,
  stdin: () => AsyncIterable<Uint8Array> = () => process.stdin,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const words = withDefaultCommand(argv);
  const rows = await commandsFor(words[0]);
  const program = makeProgram(rows, output, async (row, options, operands) => {
    exitCode =
      'run' in row
        ? await runLive(row, startHost, output, options, operands)
        : await withOffline(output, stdin, (offline) => row.runOffline(offline, options, operands));
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const failure = failureOf(thrown);
    output.say(failureText(failure));
    return failure.exitCode;
  }
}

async function runLive(
  row: LiveCommand,
  startHost: () => HostThread,
  output: Output,
  options: object,
  operands: string[],
): Promise<ExitCode> {
  const [{ withHost }, { openHostPool }] = await Promise.all([
    import('./cli/with-host.ts'),
    import('./host-pool.ts'),
  ]);
  return withHost(openHostPool(startHost), output, (running) =>
    row.run(running, options, operands),
  );
}

type RunRow = (row: CommandRow, options: object, operands: string[]) => Promise<void>;

function makeProgram(rows: readonly CommandRow[], output: Output, run: RunRow): Command {
  const program = new Command('ringside')
    .description('A debugger and visualizer for virtio-sound.')
    .version(RINGSIDE_VERSION, '-V, --version')
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.data(text),
      writeErr: (text) => output.say(text),
    })
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', '\n`ringside COMMAND --help` shows examples and exit codes.');
  for (const row of rows) {
    const command = program
      .command(row.usage)
      .helpGroup(row.group)
      .description(row.summary)
      .addHelpText('after', `\n${row.notes}`);
    for (const option of row.options) command.addOption(option);
    command.action((...given: unknown[]) => {
      const operands = given
        .slice(0, -2)
        .flat()
        .filter((operand) => operand !== undefined);
      return run(row, command.opts<object>(), operands.map(String));
    });
  }
  return program;
}

/** `ringside`, `ringside --browser` and `ringside FILE` are short for `ringside app …`. */
function withDefaultCommand(argv: readonly string[]): string[] {
  const [first] = argv;
  const isQuestion = first !== undefined && /^(-h|--help|-V|--version)$/.test(first);
  const isCommand = first !== undefined && /^[a-z][a-z-]*$/.test(first);
  return isQuestion || isCommand ? [...argv] : ['app', ...argv];
}

/** `ringside … | grep -m1 READY`: nobody reads any more, which is no reason to drop a guest. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
