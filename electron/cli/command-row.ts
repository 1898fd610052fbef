/** What a sub-command is: a heading for the help, and what runs. A command either runs with a host thread, as a client of it
 *  (live sessions), or offline: it opens files in this process, without a thread. */
import type { Option } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import type { Offline } from './offline.ts';
import type { Running } from './with-host.ts';

/** Under which heading of `ringside --help` a command stands. */
export type CommandGroup = 'Live sessions:' | 'Captures:' | 'Setting up:';

interface Heading {
  readonly group: CommandGroup;
  /** Name and operands, as in the help: `diff <A> <B>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** Follows the options in the help: examples and exit codes. */
  readonly notes: string;
}

/** Options as commander hands them over, by camel-case name; absent ones are missing. Each command declares its own
 *  interface of them. */
type Given = object;

export interface LiveCommand extends Heading {
  run(running: Running, options: Given, operands: readonly string[]): Promise<ExitCode>;
}

export interface OfflineCommand extends Heading {
  runOffline(offline: Offline, options: Given, operands: readonly string[]): Promise<ExitCode>;
}

export type CommandRow = LiveCommand | OfflineCommand;

/** The members that have a value: an absent option is no member. */
export function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(members).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
