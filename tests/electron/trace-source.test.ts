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
import { bytesSource } from '../../src-core/trace-bytes.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-trace-'));
  path = join(folder, 'trace.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const LINES = Array.from({ length: 20_000 }, (_, nth) => `virtqueue_pop line ${nth}\n`).join('');
const decoder = new TextDecoder();

/** Lines that do not pack well. */
const NOISE = Array.from({ length: 20_000 }, (_, nth) => {
  const word = Math.imul(nth + 1, 0x9e3779b1) >>> 0;
  return `${word.toString(36)} ${(Math.imul(word, 0x85ebca6b) >>> 0).toString(36)}\n`;
}).join('');

/** Reads as long as something comes, and on while `isMissing` says so. */
async function until(source: TraceSource, isMissing: (text: string) => boolean): Promise<string> {
  const into = new Uint8Array(50_000);
  let text = '';
  for (let idle = 0; idle < 5 || isMissing(text); ) {
    const count = source.read(into);
    if (count < 0) return text;
    if (count > 0) text += decoder.decode(into.subarray(0, count));
    else await new Promise((resolve) => setTimeout(resolve, 10));
    idle = count === 0 ? idle + 1 : 0;
  }
  return text;
}

/** Reads to the end, which another thread may have a part in. */
async function readAll(source: TraceSource): Promise<string> {
  const into = new Uint8Array(50_000);
  const parts: Uint8Array[] = [];
  for (;;) {
    const count = source.read(into);
    if (count < 0) break;
    if (count > 0) parts.push(into.slice(0, count));
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }
  source.close();
  return Buffer.concat(parts).toString();
}

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
  test('is unpacked from gzip, from a file and from memory', async () => {
    const packed = gzipSync(LINES);
    writeFileSync(path, packed);
    expect(await readAll(openTraceFile(path, false))).toBe(LINES);
    expect(await readAll(unpackTrace(bytesSource(packed)))).toBe(LINES);
  });

  test('of several members is read through', async () => {
    const packed = Buffer.concat([gzipSync('one\n'), gzipSync(LINES), gzipSync('three\n')]);
    expect(await readAll(unpackTrace(bytesSource(packed)))).toBe(`one\n${LINES}three\n`);
  });

  test('that is torn gives what came before the tear', async () => {
    const packed = gzipSync(LINES);
    const text = await readAll(unpackTrace(bytesSource(packed.subarray(0, packed.length >> 1))));
    expect(text.length).toBeGreaterThan(LINES.length / 10);
    expect(LINES.startsWith(text)).toBe(true);
  });

  test('that is damaged gives what came before the damage', async () => {
    const packed = gzipSync(NOISE);
    packed.fill(0xff, packed.length >> 1);
    const text = await readAll(unpackTrace(bytesSource(packed)));
    expect(text.length).toBeGreaterThan(NOISE.length / 10);
    expect(NOISE.startsWith(text.slice(0, NOISE.length / 4))).toBe(true);
  });

  test('that unpacks to a thousand times its size comes in pieces', async () => {
    const zeros = 'x'.repeat(4 << 20);
    const source = unpackTrace(bytesSource(gzipSync(zeros)));
    expect((await readAll(source)).length).toBe(zeros.length);
  });

  test('that grows gives what is whole of it', async () => {
    const packed = gzipSync(NOISE);
    writeFileSync(path, packed.subarray(0, 50_000));
    const source = openTraceFile(path, true);
    let text = await until(source, (more) => more.length < 20_000);
    appendFileSync(path, packed.subarray(50_000));
    text += await until(source, (more) => text.length + more.length < NOISE.length);
    expect(text).toBe(NOISE);
    source.close();
  });

  test('whose zstd frame is damaged ends without an error', () => {
    const frame = new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    expect(drain(unpackTrace(bytesSource(frame)))).toEqual({ text: '', isOver: true });
  });
});
