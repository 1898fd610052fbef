/** `ringside check FILE`: which rules of the standard, and of practice, an exchange broke. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Option } from 'commander';
import { type BaselineRow, parseBaseline } from '../../../src-core/analysis/baseline.ts';
import { checkedCapture, checkerOf } from '../../../src-core/analysis/check-capture.ts';
import { SPEC_VERSIONS, type SpecVersion } from '../../../src-core/spec/rule.ts';
import type { Severity } from '../../../src-core/spec/rules.ts';
import { githubOf } from '../check-formats/github.ts';
import { jsonlOf, rulesJsonl } from '../check-formats/jsonl.ts';
import { junitOf } from '../check-formats/junit.ts';
import { markdownOf } from '../check-formats/markdown.ts';
import { type Format, type Outcome, reaches } from '../check-formats/outcome.ts';
import { sarifOf } from '../check-formats/sarif.ts';
import { rulesText, textOf } from '../check-formats/text.ts';
import type { OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode, exitCodeFor } from '../exit-codes.ts';
import type { Offline } from '../offline.ts';
import { type OpenedCapture, openCaptureFile } from '../open-capture-file.ts';

type FailOn = Severity | 'never';

interface CheckOptions {
  readonly rules?: boolean;
  readonly spec?: SpecVersion;
  readonly failOn?: FailOn;
  readonly baseline?: string;
  readonly format?: string;
  readonly output?: string;
}

const FORMATS: Readonly<Record<string, Format>> = {
  text: textOf,
  jsonl: jsonlOf,
  junit: junitOf,
  sarif: sarifOf,
  md: markdownOf,
  github: githubOf,
};
/** Entries between two pauses: a few milliseconds. */
const ENTRIES_AT_ONCE = 5000;

export const CHECK: OfflineCommand = {
  group: 'Captures:',
  usage: 'check [FILE]',
  summary: 'which rules of the standard, and of practice, an exchange broke',
  options: [
    new Option('--rules', 'list the rules instead; no FILE is needed'),
    new Option('--spec <VERSION>', 'version of the standard; 1.4 if not said').choices(
      SPEC_VERSIONS,
    ),
    new Option(
      '--fail-on <SEVERITY>',
      'exit with 1 for new findings of this severity or a worse one; error if not said',
    ).choices(['error', 'warning', 'note', 'never']),
    new Option('--baseline <FILE>', 'findings that are known: they are told, and do not count'),
    new Option('--format <FORMAT>', 'text if not said').choices(Object.keys(FORMATS)),
    new Option('-o, --output <FILE>', 'write to a file instead of standard output'),
  ],
  notes: `Examples:
  ringside check session.pcapng
  ringside check session.pcapng --fail-on warning --format sarif -o findings.sarif
  ringside check session.pcapng --baseline known.json --format junit -o check.xml
  ringside check --rules

Rules that could not run are told with the reason, and never as passed: an opened trace has no ring memory, and some clauses
no observer can check. A baseline is a JSON file that people review:
  {"schema": "ringside.baseline/1", "findings":
    [{"rule": "VS-I-21", "state": "muted", "reason": "the player is stopped by hand", "stream": 0}]}
state is muted or acknowledged; stream and detail (a part of the sentence) are optional.

Exit codes: 0 nothing new at --fail-on, 1 there is, 2 wrong usage, 3 a file is unreadable, 5 the capture is cut, damaged or
lost something (told all the same), 10 fault of Ringside, 130 interrupted.`,
  runOffline: runCheck,
};

async function runCheck(
  offline: Offline,
  options: CheckOptions,
  [path]: readonly string[],
): Promise<ExitCode> {
  if (options.rules === true) {
    deliver(offline, options, options.format === 'jsonl' ? rulesJsonl() : rulesText());
    return EXIT.ok;
  }
  if (path === undefined) {
    const action = 'Name a capture, or list the rules with --rules.';
    throw new CommandFailure(EXIT.usage, 'no-file', 'check needs a capture.', action);
  }
  const baseline = options.baseline === undefined ? [] : readBaseline(options.baseline);
  const opened = await openCaptureFile(path, offline);
  try {
    const outcome = await checkAll(opened, options, baseline, offline);
    const format = FORMATS[options.format ?? 'text'] ?? textOf;
    deliver(offline, options, format(outcome));
    return exitCodeFor([findingsCode(outcome), isWhole(outcome) ? EXIT.ok : EXIT.incomplete]);
  } finally {
    opened.close();
  }
}

async function checkAll(
  { capture, path, damage }: OpenedCapture,
  { spec = '1.4', failOn = 'error' }: CheckOptions,
  baseline: readonly BaselineRow[],
  offline: Offline,
): Promise<Outcome> {
  const checker = checkerOf(capture, { spec });
  while (checker.advance({ entries: ENTRIES_AT_ONCE })) {
    const percent = Math.floor((100 * checker.readBytes()) / Math.max(1, capture.heldBytes()));
    offline.output.status(`checking ${path} · ${percent} %`);
    await offline.pause();
  }
  checker.finish();
  const { title, simulated } = capture.facts;
  return {
    ...{ file: path, version: RINGSIDE_VERSION, title, simulated, lost: capture.lostEntries() },
    ...(damage === undefined ? {} : { damage }),
    ...(failOn === 'never' ? {} : { failOn }),
    checked: checkedCapture(checker, capture, baseline),
  };
}

function findingsCode({ checked, failOn }: Outcome): ExitCode {
  const isReached = checked.broken.some(
    ({ rule, newCount }) => newCount > 0 && reaches(rule.severity, failOn),
  );
  return isReached ? EXIT.findings : EXIT.ok;
}

function isWhole({ lost, damage }: Outcome): boolean {
  return lost === 0 && damage === undefined;
}

function readBaseline(path: string): readonly BaselineRow[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
  const parsed = parseBaseline(text);
  if ('error' in parsed) throw unreadable(path, parsed.error);
  return parsed;
}

function unreadable(path: string, why: string): CommandFailure {
  const action = '`ringside check --help` shows what a baseline looks like.';
  return new CommandFailure(EXIT.unreadable, 'baseline-unreadable', `${path}: ${why}.`, action);
}

function deliver(offline: Offline, { output }: CheckOptions, text: string): void {
  if (output === undefined) {
    offline.output.data(text);
    return;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const action = 'Take a folder that is there and writable.';
    throw new CommandFailure(EXIT.incomplete, 'cannot-write', `${output}: ${why}.`, action);
  }
}
