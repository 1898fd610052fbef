/** `ringside read FILE`: messages as text. */
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Option } from 'commander';
import type { Field } from '../../../src-core/analysis/field.ts';
import type { CompiledFilter } from '../../../src-core/analysis/filter.ts';
import {
  DEFAULT_FIELDS,
  LINE_FORMATS,
  type LineFormat,
  type LineWriter,
  lineWriter,
} from '../../../src-core/analysis/row-lines.ts';
import { RowScan } from '../../../src-core/analysis/row-scan.ts';
import { Capture } from '../../../src-core/capture/capture.ts';
import { readFacts } from '../../../src-core/capture/capture-file.ts';
import { CaptureReader } from '../../../src-core/capture/capture-reader.ts';
import { NS_PER_S, type Ns, sentence } from '../../../src-core/units.ts';
import { checkIfAsked } from '../check-opened.ts';
import type { OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import { fieldList, parseFieldOption, parseFilterOption } from '../filter-option.ts';
import { GrowingFile } from '../growing-file.ts';
import type { Offline } from '../offline.ts';
import { openCaptureFile } from '../open-capture-file.ts';
import { wholeNumber } from '../option-values.ts';

interface ReadOptions {
  readonly filter?: CompiledFilter;
  readonly format: LineFormat;
  readonly field?: readonly Field[];
  readonly count?: number;
  readonly follow?: boolean;
  readonly listFields?: boolean;
}

export const READ: OfflineCommand = {
  group: 'Captures:',
  usage: 'read [FILE]',
  summary: 'print messages',
  options: [
    new Option('-Y, --filter <FILTER>', 'only messages that pass').argParser(parseFilterOption),
    new Option('-T, --format <FORMAT>', 'how').choices([...LINE_FORMATS]).default('text'),
    new Option(
      '-e, --field <FIELD>',
      'print this field; again or joined by commas for more',
    ).argParser(parseFieldOption),
    new Option('-c, --count <N>', 'end after that many messages').argParser(
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    ),
    new Option(
      '--follow',
      'go on as the file grows, until Ctrl-C; each message when it is returned',
    ),
    new Option('--list-fields', 'list the fields with their units, and end'),
  ],
  notes: `Formats: text for people; fields are tab-separated; csv has a heading; the first line of jsonl is
{"schema": "ringside.messages/1", …}. Times are whole nanoseconds but in text; absent values are empty or left out.

Filters: fields, numbers with units (ns us ms s, P for periods, frames, B KiB MiB, Hz kHz), names of the standard;
  == != < <= > >= in {a, b..c} contains matches, + - * / %, && || ! (and or not), has(x), abs(x).
A comparison with a value that a message does not have is false. Findings are those of ringside check; with --follow only
those that were recorded; with -c and without -e those that show within a second of the last message printed.

Examples:
  ringside read session.pcapng -c 20
  ringside read session.pcapng -Y 'latency > 0.5P && stream == 0'
  ringside read session.pcapng -Y 'status != OK || has(finding)' -T jsonl
  ringside read session.pcapng -Y 'queue == tx' -T csv -e number,time,stage.sink > sink.csv
  ringside read live.pcapng --follow -Y problem

Exit codes: 0 printed, 2 wrong usage or filter, 3 no readable capture, 5 the capture is cut, damaged or lost something
(printed all the same), 10 fault of Ringside, 130 interrupted (without --follow).`,
  runOffline: runRead,
};

async function runRead(
  offline: Offline,
  options: ReadOptions,
  [path]: readonly string[],
): Promise<ExitCode> {
  if (options.listFields === true) {
    offline.output.data(fieldList());
    return EXIT.ok;
  }
  if (path === undefined) throw usage('Name a capture file, or - for standard input.');
  const fields = options.field ?? DEFAULT_FIELDS;
  const printer = new Printer(lineWriter(options.format, fields), options.count, offline);
  if (options.follow === true) return follow(path, fields, options, printer, offline);
  const opened = await openCaptureFile(path, offline);
  const { capture } = opened;
  await checkIfAsked(capture, fields, options.filter, offline, untilNs(capture, options));
  const scan = new RowScan(capture, fields, options.filter);
  for (let row = 0; row < capture.messages.rows && printer.wantsMore; ) {
    row = scan.scan(row, capture.messages.rows, ({ cells }) => printer.print(cells));
    printer.flush();
    await offline.pause();
  }
  printer.flush();
  opened.close();
  return opened.damage === undefined && capture.lostEntries() === 0 ? EXIT.ok : EXIT.incomplete;
}

/** Until when findings are looked for: of few messages, a little longer than until the last of them came back. */
function untilNs(capture: Capture, { count, filter, field }: ReadOptions): Ns {
  if (count === undefined || field !== undefined) return Number.POSITIVE_INFINITY;
  const { messages } = capture;
  const scan = new RowScan(capture, [], filter);
  let left = count;
  let last = -1;
  for (let row = 0; row < messages.rows && left > 0; ) {
    row = scan.scan(row, messages.rows, (passed) => {
      last = passed.row;
      return --left > 0;
    });
  }
  if (last < 0) return 0;
  return messages.poppedNs.get(last) + (messages.usedAfterNs.get(last) || 0) + FINDING_NS;
}

/** Gathers lines, and counts them. */
class Printer {
  private readonly writer: LineWriter;
  private readonly offline: Offline;
  private left: number;
  private text: string;

  constructor(writer: LineWriter, count: number | undefined, offline: Offline) {
    this.writer = writer;
    this.offline = offline;
    this.left = count ?? Number.POSITIVE_INFINITY;
    this.text = writer.heading;
  }

  get wantsMore(): boolean {
    return this.left > 0;
  }

  print(cells: Parameters<LineWriter['line']>[0]): boolean {
    if (!this.wantsMore) return false;
    this.text += this.writer.line(cells);
    this.left--;
    return this.wantsMore;
  }

  flush(): void {
    if (this.text !== '') this.offline.output.data(this.text);
    this.text = '';
  }
}

/** What is wrong with a message is nearly always known so long after it came back. */
const FINDING_NS = NS_PER_S;
const LOOK_EVERY_MS = 100;

/** Prints each message once it came back, and at the end those that did not. */
async function follow(
  path: string,
  fields: readonly Field[],
  { filter }: ReadOptions,
  printer: Printer,
  offline: Offline,
): Promise<ExitCode> {
  if (path === '-') throw usage('--follow takes a file, not standard input.');
  const growing = openGrowing(path);
  const { file, capture } = growing;
  const reader = new CaptureReader(capture, file);
  const scan = new RowScan(capture, fields, filter);
  const print = (row: number) => scan.scan(row, row + 1, ({ cells }) => printer.print(cells));
  let open: number[] = [];
  let seen = 0;
  let isOver = false;
  void offline.interrupted.then(() => {
    isOver = true;
  });
  while (!isOver && printer.wantsMore && !offline.output.isClosed()) {
    file.look();
    while (reader.readSome(1 << 20));
    for (; seen < capture.messages.rows; seen++) open.push(seen);
    const isBack = (row: number) => !Number.isNaN(capture.messages.usedAfterNs.get(row));
    for (const row of open.filter(isBack)) print(row);
    open = open.filter((row) => !isBack(row));
    printer.flush();
    await Promise.race([wait(LOOK_EVERY_MS), offline.interrupted]);
  }
  for (const row of open) print(row);
  printer.flush();
  capture.close();
  return EXIT.ok;
}

function openGrowing(path: string): { file: GrowingFile; capture: Capture } {
  if (!existsSync(path)) throw unreadable(path, 'There is no such file.');
  const file = new GrowingFile(path);
  const facts = readFacts(file);
  if ('error' in facts) throw unreadable(path, sentence(facts.error));
  return { file, capture: new Capture(facts, file) };
}

function unreadable(path: string, why: string): CommandFailure {
  const action = 'Name a .pcapng file that Ringside records at this moment.';
  return new CommandFailure(EXIT.unreadable, 'cannot-read', `Cannot read ${path}: ${why}`, action);
}

function usage(message: string): CommandFailure {
  return new CommandFailure(EXIT.usage, 'wrong-usage', message, '--help shows examples.');
}
