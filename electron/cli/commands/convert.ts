/** `ringside convert FILE -o OUT`: a part of a capture as a capture of its own, with or without the sound. */
import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { FIELDS } from '../../../src-core/analysis/fields.ts';
import type { CompiledFilter } from '../../../src-core/analysis/filter.ts';
import { RowScan } from '../../../src-core/analysis/row-scan.ts';
import type { Capture } from '../../../src-core/capture/capture.ts';
import { u8 } from '../../../src-core/capture/columns.ts';
import { Excerpt, type ExcerptPlan } from '../../../src-core/capture/excerpt.ts';
import { sentence } from '../../../src-core/units.ts';
import { DiskStore } from '../../capture-disk.ts';
import { counted, grouped } from '../../status-line.ts';
import { checkIfAsked } from '../check-opened.ts';
import type { OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import { parseFilterOption } from '../filter-option.ts';
import { jsonLine } from '../json-output.ts';
import type { Offline } from '../offline.ts';
import { openCaptureFile } from '../open-capture-file.ts';
import { parseRange, type TimeRange } from '../option-values.ts';

interface ConvertOptions {
  readonly output?: string;
  readonly range?: TimeRange;
  readonly filter?: CompiledFilter;
  readonly stripPayload?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const BYTES_AT_ONCE = 4 << 20;

export const CONVERT: OfflineCommand = {
  group: 'Captures:',
  usage: 'convert <FILE>',
  summary: 'write a part of a capture, or one without its sound, as a capture',
  options: [
    new Option('-o, --output <OUT>', 'file to write (.pcapng)'),
    new Option(
      '--range <A..B>',
      'messages taken by the device from A on and before B: 1.5s..2s, 300ms.., ..1min',
    ).argParser(parseRange),
    new Option('-Y, --filter <FILTER>', 'only messages that pass').argParser(parseFilterOption),
    new Option('--strip-payload', 'lengths, hashes and levels stand in place of the sound'),
    new Option('--force', 'replace OUT if it exists'),
    new Option('--json', 'what was done as one JSON object (ringside.convert/1)'),
  ],
  notes: `Examples:
  ringside convert long.pcapng -o moment.pcapng --range 62.5s..64s
  ringside convert session.pcapng -o tx.pcapng -Y 'queue == tx && latency > 0.5P'
  ringside convert session.pcapng -o share.pcapng --strip-payload

Each message keeps all that belongs to it, from kick to interrupt; set-up, states and runs of streams are kept from the
beginning on. Times stay, entries and messages are numbered anew. What was left out is told in the file: ringside check
of messages that were filtered tells what was recorded and finds nothing new. Titles, notes and paths in them stay.

Exit codes: 0 written, 2 wrong usage or filter, 3 no readable capture, 4 cannot write, 5 the capture is cut, damaged or
lost something (written all the same), 10 fault of Ringside, 130 interrupted.`,
  runOffline: runConvert,
};

async function runConvert(
  offline: Offline,
  options: ConvertOptions,
  [path = '']: readonly string[],
): Promise<ExitCode> {
  const target = targetOf(path, options);
  const opened = await openCaptureFile(path, offline);
  try {
    const { capture, damage } = opened;
    await checkIfAsked(capture, [], options.filter, offline);
    const plan = await planOf(capture, options, offline);
    const excerpt = await write(capture, target, plan, offline);
    offline.output.endStatus();
    tell(offline, options, target, excerpt);
    return damage === undefined && capture.lostEntries() === 0 ? EXIT.ok : EXIT.incomplete;
  } finally {
    opened.close();
  }
}

function targetOf(path: string, { output, force }: ConvertOptions): string {
  if (output === undefined) {
    throw new CommandFailure(EXIT.usage, 'usage', 'Say where to write.', 'Name a file with -o.');
  }
  if (resolve(path) === resolve(output)) {
    const what = 'A capture is not converted in place.';
    throw new CommandFailure(EXIT.usage, 'same-file', what, 'Name another file with -o.');
  }
  if (existsSync(output) && force !== true) {
    const action = 'Name another file with -o, or replace it with --force.';
    throw new CommandFailure(EXIT.usage, 'exists', `${output} exists.`, action);
  }
  return output;
}

async function planOf(
  capture: Capture,
  { range, filter, stripPayload }: ConvertOptions,
  offline: Offline,
): Promise<ExcerptPlan> {
  const plan = { ...range, ...(stripPayload === true ? { stripsPayload: true } : {}) };
  if (filter === undefined) return plan;
  const passing = u8();
  const scan = new RowScan(capture, FIELDS.slice(0, 1), filter);
  const { rows } = capture.messages;
  for (let row = 0; row < rows; ) {
    row = scan.scan(row, rows, (passed) => {
      passing.set(passed.row, 1);
      return true;
    });
    await offline.pause();
  }
  return { ...plan, filter: filter.text, passes: (row) => passing.get(row) === 1 };
}

async function write(
  capture: Capture,
  target: string,
  plan: ExcerptPlan,
  offline: Offline,
): Promise<Excerpt> {
  const part = `${target}.part`;
  const store = createStore(part);
  const excerpt = new Excerpt(capture, store, `Ringside ${RINGSIDE_VERSION}`, plan);
  try {
    while (excerpt.copySome(BYTES_AT_ONCE)) {
      const percent = Math.floor((100 * excerpt.readBytes()) / capture.heldBytes());
      offline.output.status(
        `writing ${target} · ${percent} % · ${counted(excerpt.messages, 'message')}`,
      );
      await offline.pause();
    }
    if (excerpt.error !== undefined) throw cannotWrite(target, excerpt.error);
    store.close();
    DiskStore.rename(part, target);
    return excerpt;
  } catch (thrown) {
    store.close();
    rmSync(part, { force: true });
    throw thrown;
  }
}

function createStore(part: string): DiskStore {
  try {
    return DiskStore.create(part);
  } catch (thrown) {
    throw cannotWrite(part, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function tell(
  { output }: Offline,
  { json }: ConvertOptions,
  file: string,
  { entries, messages }: Excerpt,
): void {
  const told = { file, messages, entries };
  if (json === true) output.data(jsonLine('ringside.convert/1', told));
  else
    output.data(`${file}: ${counted(messages, 'message')}, ${grouped(entries)} entries written\n`);
}

function cannotWrite(target: string, why: string): CommandFailure {
  const action = 'Choose a folder that you can write to, with room in it.';
  const message = `Cannot write ${target}: ${sentence(why)}`;
  return new CommandFailure(EXIT.cannotAttach, 'cannot-write', message, action);
}
