import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTraceFile, unpackTrace } from '../../electron/trace-source.ts';
import type { TraceSource } from '../../src-core/host-ports.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-trace-'));
  path = join(folder, 'trace.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const LINES = Array.from({ length: 20_000 }, (_, nth) => `virtqueue_pop line ${nth}\n`).join('');
const decoder = new TextDecoder();

/** Reads until the source has nothing, or nothing more. */
function drain(source: TraceSource, most = 1000): { text: string; isOver: boolean } {
  const into = new Uint8Array(50_000);
  let text = '';
  for (let turn = 0; turn < most; turn++) {
    const count = source.read(into);
    if (count <= 0) return { text, isOver: count < 0 };
    text += decoder.decode(into.subarray(0, count));
  }
  throw new Error('the source never ends');
}

describe('a trace that is a file', () => {
  test('is read to its end, and then it is over', () => {
    writeFileSync(path, LINES);
    const source = openTraceFile(path, false);
    expect(drain(source)).toEqual({ text: LINES, isOver: true });
    expect(source.progress()).toEqual({ doneBytes: LINES.length, totalBytes: LINES.length });
    source.close();
  });

  test('goes on where it is appended to, when it is followed', () => {
    writeFileSync(path, 'one\n');
    const source = openTraceFile(path, true);
    expect(drain(source)).toEqual({ text: 'one\n', isOver: false });
    appendFileSync(path, 'two\n');
    expect(drain(source)).toEqual({ text: 'two\n', isOver: false });
    source.close();
  });

  test('is read from its start again when it was cut', () => {
    writeFileSync(path, 'a long first line\n');
    const source = openTraceFile(path, true);
    drain(source);
    truncateSync(path, 0);
    appendFileSync(path, 'new\n');
    drain(source); // notices it
    expect(drain(source).text).toBe('new\n');
    source.close();
  });

  test('is left for the one that took its name, when it was rotated', () => {
    writeFileSync(path, 'old\n');
    const source = openTraceFile(path, true);
    drain(source);
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, 'last of the old\n');
    writeFileSync(path, 'first of the new\n');
    expect(drain(source).text).toBe('last of the old\n');
    expect(drain(source).text).toBe('first of the new\n');
    source.close();
  });

  test('that is a folder, or is not there, says so', () => {
    expect(() => openTraceFile(folder, false)).toThrow(/it is a folder/);
    expect(() => openTraceFile(path, false)).toThrow(/Cannot read .*trace\.log/);
  });
});

describe('a packed trace', () => {
  test('is unpacked from gzip, from a file and from memory', () => {
    const packed = gzipSync(LINES);
    writeFileSync(path, packed);
    const source = openTraceFile(path, false);
    expect(drain(source)).toEqual({ text: LINES, isOver: true });
    source.close();
    expect(drain(unpackTrace(packed)).text).toBe(LINES);
  });

  test('that is torn gives what came before the tear', () => {
    const packed = gzipSync(LINES);
    const { text, isOver } = drain(unpackTrace(packed.subarray(0, packed.length >> 1)));
    expect(isOver).toBe(true);
    expect(text.length).toBeGreaterThan(1000);
    expect(LINES.startsWith(text)).toBe(true);
  });

  test('whose zstd frame is damaged ends without an error', () => {
    const frame = new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    expect(drain(unpackTrace(frame))).toEqual({ text: '', isOver: true });
  });
});
