/** How the command ends: the exit codes, and which one a failure gets. They are part of the interface: scripts branch on
 *  them. */
import { HostError } from '../../src-core/host-error.ts';
import { RemoteError } from '../../src-core/rpc.ts';

export const EXIT = {
  ok: 0,
  /** Findings at or over the wanted severity. */
  findings: 1,
  /** Unknown command, option, value or filter. */
  usage: 2,
  /** A file that was to be read cannot be, or is of another version. */
  unreadable: 3,
  /** Socket, port, permission, platform. */
  cannotAttach: 4,
  /** Entries or PCM were lost, or the capture could not be saved. */
  incomplete: 5,
  /** Audio that was to be the same is not. */
  notIdentical: 6,
  /** A latency budget was exceeded. */
  budget: 7,
  /** A guest or an event did not come in time. */
  timedOut: 8,
  /** A modified capture where an unmodified one is required. */
  modified: 9,
  internal: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Which code wins when several apply. */
const PRECEDENCE: readonly ExitCode[] = [
  EXIT.internal,
  EXIT.unreadable,
  EXIT.incomplete,
  EXIT.notIdentical,
  EXIT.budget,
  EXIT.findings,
];

/** The one code of a command to which several apply; codes that the precedence does not name count less. */
export function exitCodeFor(applying: readonly ExitCode[]): ExitCode {
  const others: ExitCode[] = applying.filter((code) => code !== EXIT.ok);
  return PRECEDENCE.find((code) => others.includes(code)) ?? others[0] ?? EXIT.ok;
}

/** Ends the command: what to print on standard error, and the code to exit with. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly action: string | undefined;

  constructor(exitCode: ExitCode, code: string, message: string, action?: string) {
    super(message);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
    this.code = code;
    this.action = action;
  }
}

/** What the host refused because of how the command was written. */
const USAGE_CODES: ReadonlySet<string> = new Set([
  'unknown-scenario',
  'bad-topology',
  'bad-sink',
  'bad-source',
  'bad-device',
  'bad-ring',
]);
const INTERNAL_CODES: ReadonlySet<string> = new Set([
  'internal-error',
  'unknown-request',
  'link-gone',
]);

/** Any thrown value as a failure; `otherwise` is the code of a mendable one that no list names. */
export function failureOf(
  thrown: unknown,
  otherwise: ExitCode = EXIT.cannotAttach,
): CommandFailure {
  if (thrown instanceof CommandFailure) return thrown;
  if (thrown instanceof HostError || thrown instanceof RemoteError) {
    const { code, message, action } = thrown;
    return new CommandFailure(exitCodeOf(code, otherwise), code, message, action);
  }
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  const action = 'This is a fault of Ringside; please report it.';
  return new CommandFailure(EXIT.internal, 'internal-error', message, action);
}

/** One failure in at most three lines: what is wrong, what to do, the code for a search. Nothing for a quiet end. */
export function failureText({ message, action, code }: CommandFailure): string {
  if (message === '') return '';
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return `ringside: ${sentence}\n${action === undefined ? '' : `  ${action}\n`}  (${code})\n`;
}

function exitCodeOf(code: string, otherwise: ExitCode): ExitCode {
  if (USAGE_CODES.has(code)) return EXIT.usage;
  if (INTERNAL_CODES.has(code)) return EXIT.internal;
  return otherwise;
}
