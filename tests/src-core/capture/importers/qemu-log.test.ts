import { expect, test } from 'vitest';
import { openCapture } from '../../../../src-core/capture/capture-reader.ts';
import { sniff } from '../../../../src-core/capture/importers/sniff.ts';
import { TraceImport } from '../../../../src-core/capture/importers/trace-import.ts';
import { MemoryStore } from '../../../../src-core/capture/store.ts';
import {
  captureLines,
  expectGolden,
  fixture,
  importTrace,
  SETUP,
  traceText,
} from './trace-text.ts';

test('a log with time stamps gives the story that the guest lived through', () => {
  const imported = importTrace(fixture('qemu-10.0-timestamps.log'));
  expectGolden(traceText(imported), 'qemu-10.0-timestamps.txt');
});

test('a log without time stamps gives the same kind of story, in steps of a line', () => {
  expectGolden(traceText(importTrace(fixture('qemu-10.0-plain.log'))), 'qemu-10.0-plain.txt');
});

test('what is saved of an import opens again as the same tables', () => {
  const store = new MemoryStore(1 << 28);
  const { capture, writer } = importTrace(fixture('qemu-10.0-timestamps.log'), { store });
  expect(capture.unwritten).toBe(capture.entries);
  for (let more = true; more; ) more = writer.writeBehind(100);
  capture.flush();
  expect(capture.unwritten).toBe(0);

  const read = openCapture(store);
  if ('error' in read) throw new Error(read.error);
  const opened = read.capture;
  expect(captureLines(opened)).toEqual(captureLines(capture));
  expect(
    Array.from({ length: opened.messages.rows }, (_, row) => opened.messages.grades.get(row)),
  ).toEqual(
    Array.from({ length: opened.messages.rows }, (_, row) => capture.messages.grades.get(row)),
  );
});

test('a log that is fed in pieces of any length gives the same', () => {
  const bytes = fixture('qemu-10.0-timestamps.log');
  const whole = traceText(importTrace(bytes));
  for (const width of [1, 83, 4097]) {
    const kind = sniff(bytes);
    if (kind.kind !== 'log') throw new Error(kind.kind);
    const imported = new TraceImport(kind, SETUP());
    imported.learn(bytes);
    for (let at = 0; at < bytes.length; at += width) imported.feed(bytes.subarray(at, at + width));
    imported.finish();
    expect(traceText(imported)).toBe(whole);
  }
});
