/** A trace as an import tells it, as text: for goldens that a person can read row by row. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Capture } from '../../../../src-core/capture/capture.ts';
import type { ImportReport } from '../../../../src-core/capture/importers/import-report.ts';
import {
  importBytes,
  type TraceImport,
  type TraceSetup,
} from '../../../../src-core/capture/importers/trace-import.ts';
import { MemoryStore } from '../../../../src-core/capture/store.ts';
import { GRADED, gradeIn } from '../../../../src-core/spec/grades.ts';
import { QUEUE_NAMES, requestKind } from '../../../../src-core/spec/sound.ts';

const TESTS = join(import.meta.dirname, '..', '..', '..');
const encoder = new TextEncoder();

export function fixture(name: string): Uint8Array {
  return readFileSync(join(TESTS, 'fixtures', name));
}

export const SETUP = (): TraceSetup => ({
  title: 'a trace',
  application: 'Ringside test',
  store: new MemoryStore(1 << 28),
  unixMs: 1_790_000_000_000,
});

/** Imports all of it; fails the test when it is no trace. */
export function importTrace(
  bytes: Uint8Array | string,
  rest: Partial<TraceSetup> = {},
): TraceImport {
  const trace = typeof bytes === 'string' ? encoder.encode(bytes) : bytes;
  const imported = importBytes(trace, { ...SETUP(), ...rest });
  if ('error' in imported) throw new Error(imported.error);
  return imported;
}

export function traceText(imported: TraceImport): string {
  return [...captureLines(imported.capture), '', ...reportLines(imported.report()), ''].join('\n');
}

/** Compares with tests/golden/NAME; UPDATE_GOLDEN=1 writes it. */
export function expectGolden(text: string, name: string): void {
  const path = join(TESTS, 'golden', name);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
  expect(text).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '');
}

export function captureLines(capture: Capture): string[] {
  const { messages, story, facts } = capture;
  const rows = Array.from({ length: messages.rows }, (_, row) => messageLine(capture, row));
  return [
    `${facts.trace?.format}, times by ${facts.trace?.times}, began ${new Date(facts.startedAtUnixMs).toISOString()}`,
    `${capture.entries} entries, ${messages.rows} messages: ${JSON.stringify(messages.counts)}`,
    '',
    'set-up',
    ...story.setup.map(({ atNs, step }) => `  ${ms(atNs)}  ${JSON.stringify(step, bigintText)}`),
    '',
    'states',
    ...story.states.map(
      ({ atNs, streamId, state }) => `  ${ms(atNs)}  stream ${streamId} ${state}`,
    ),
    '',
    'findings',
    ...[...story.tallies.values()].flatMap(({ findings }) =>
      findings.map(({ rule, atNs, row, detail }) => `  ${ms(atNs)}  ${rule} row ${row}: ${detail}`),
    ),
    '',
    'messages: line, popped at ms, kind, stream and its grade, pieces out+in; after kick, used, interrupt µs; used.len',
    ...rows,
  ];
}

function messageLine({ messages }: Capture, row: number): string {
  const queue = messages.queue.get(row);
  const code = requestKind(messages.code.get(row))?.label ?? '';
  const grades = messages.grades.get(row);
  const stream = messages.streamId.get(row);
  const streamText = stream < 0 ? '-' : String(stream);
  const graded = GRADED.filter((what) => what === 'stream' || what === 'queue')
    .map((what) => gradeIn(grades, what))
    .filter((grade) => grade !== 'observed');
  const us = (afterNs: number) =>
    Number.isNaN(afterNs) ? '-' : String(Math.round(afterNs / 1000));
  return [
    String(messages.line.get(row)).padStart(6),
    ms(messages.poppedNs.get(row)),
    `${QUEUE_NAMES[queue]} ${code}`.padEnd(24),
    `${streamText} ${graded.join(' ')}`.padEnd(10),
    `${messages.readable.get(row)}+${messages.writable.get(row)}`,
    us(-messages.kickAfterNs.get(row)).padStart(6),
    us(messages.usedAfterNs.get(row)).padStart(7),
    us(messages.interruptAfterNs.get(row)).padStart(7),
    String(messages.writtenBytes.get(row)).padStart(3),
  ]
    .join('  ')
    .trimEnd();
}

function reportLines(report: ImportReport): string[] {
  const { devices, items, ...counts } = report;
  return [
    'report',
    `  ${JSON.stringify(counts)}`,
    ...devices.map(
      ({ address, shown, lines }) => `  ${address}${shown ? ', shown' : ''}: ${lines} lines`,
    ),
    ...items.map(({ kind, line, text }) => `  line ${line}: ${kind}: ${text}`),
  ];
}

function ms(ns: number): string {
  return (ns / 1e6).toFixed(3).padStart(10);
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `0x${value.toString(16)}` : value;
}
