/** `ringside export FILE`: a capture in the formats of other programs. */

import { Option } from 'commander';
import type { Field } from '../../../src-core/analysis/field.ts';
import { FIELDS } from '../../../src-core/analysis/fields.ts';
import type { CompiledFilter } from '../../../src-core/analysis/filter.ts';
import { checkIfAsked } from '../check-opened.ts';
import type { OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import { exportLines } from '../export-lines.ts';
import { exportParquet } from '../export-parquet.ts';
import { exportPerfetto } from '../export-perfetto.ts';
import { exportWav } from '../export-wav.ts';
import { parseFieldOption, parseFilterOption } from '../filter-option.ts';
import type { Offline } from '../offline.ts';
import { openCaptureFile } from '../open-capture-file.ts';

interface ExportOptions {
  readonly jsonl?: string;
  readonly csv?: string;
  readonly parquet?: string;
  readonly perfetto?: string;
  readonly wav?: string;
  readonly filter?: CompiledFilter;
  readonly field?: readonly Field[];
}

/** One row a format, in the order of the help. */
const TARGETS = [
  {
    name: 'jsonl',
    placeholder: 'OUT',
    doc: 'messages, one JSON object a line; - for standard output',
    run: exportLines('jsonl'),
  },
  {
    name: 'csv',
    placeholder: 'OUT',
    doc: 'messages, comma-separated; - for standard output',
    run: exportLines('csv'),
  },
  {
    name: 'parquet',
    placeholder: 'OUT',
    doc: 'messages as a table for DuckDB, pandas, polars; times as int64 ns',
    run: exportParquet,
  },
  {
    name: 'perfetto',
    placeholder: 'OUT',
    doc: 'the whole capture as a trace for ui.perfetto.dev: queues, streams, stages, headroom',
    run: exportPerfetto,
  },
  {
    name: 'wav',
    placeholder: 'DIR',
    doc: 'the sound of every run of every stream, as it moved',
    run: exportWav,
  },
] as const;

export const EXPORT: OfflineCommand = {
  group: 'Captures:',
  usage: 'export <FILE>',
  summary: 'write a capture in the formats of other programs',
  options: [
    ...TARGETS.map(({ name, placeholder, doc }) => new Option(`--${name} <${placeholder}>`, doc)),
    new Option('-Y, --filter <FILTER>', 'only messages that pass').argParser(parseFilterOption),
    new Option(
      '-e, --field <FIELD>',
      'this field; again or joined by commas for more; all if not said',
    ).argParser(parseFieldOption),
  ],
  notes: `Several formats may be written at once. ringside read --list-fields names the fields.

Examples:
  ringside export session.pcapng --parquet session.parquet
  ringside export session.pcapng --csv - -e number,time,latency -Y 'queue == tx'
  ringside export session.pcapng --wav sound --jsonl session.jsonl

Exit codes: 0 written, 2 wrong usage or filter, 3 no readable capture, 4 cannot write, 5 the capture is cut, damaged or
lost something (written all the same), 10 fault of Ringside, 130 interrupted.`,
  runOffline: runExport,
};

async function runExport(
  offline: Offline,
  options: ExportOptions,
  [path = '']: readonly string[],
): Promise<ExitCode> {
  const wanted = TARGETS.filter(({ name }) => options[name] !== undefined);
  if (wanted.length === 0) {
    const message = 'Say in which format: --jsonl, --csv, --parquet, --perfetto or --wav.';
    throw new CommandFailure(EXIT.usage, 'no-format', message);
  }
  const opened = await openCaptureFile(path, offline);
  const { filter, field: fields = FIELDS } = options;
  const hasMessages = wanted.some(({ name }) => name !== 'wav');
  if (hasMessages) await checkIfAsked(opened.capture, fields, filter, offline);
  for (const { name, run } of wanted) {
    await run({ opened, offline, to: options[name] ?? '', fields, filter });
  }
  opened.close();
  const isWhole = opened.damage === undefined && opened.capture.lostEntries() === 0;
  return isWhole ? EXIT.ok : EXIT.incomplete;
}
