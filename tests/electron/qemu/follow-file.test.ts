// A trace file that grows, and what people do to such files.
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
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followFile } from '../../../electron/qemu/follow-file.ts';
import type { FollowedFile } from '../../../src-core/qemu/watch-ports.ts';

let folder = '';
let path = '';
let nowMs = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-follow-'));
  path = join(folder, 'qemu.log');
  writeFileSync(path, 'old\n');
  nowMs = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was there before is not read, what comes is', () => {
  const file = followed();
  expect(text(file)).toBe('');
  appendFileSync(path, 'new\n');
  expect(text(file)).toBe('new\n');
  expect(text(file)).toBe('');
  file.close();
});

test('a file that is emptied is read from its beginning', () => {
  const file = followed();
  truncateSync(path, 0);
  expect(text(file)).toBe('');
  appendFileSync(path, 'a\n');
  expect(text(file)).toBe('a\n');
  file.close();
});

test('a file that is rotated is read to its end, and then the new one', () => {
  const file = followed();
  appendFileSync(path, 'last\n');
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'first\n');
  expect(text(file)).toBe('last\n');
  nowMs += 1000;
  expect(text(file)).toBe('first\n');
  appendFileSync(path, 'second\n');
  expect(text(file)).toBe('second\n');
  file.close();
});

test('a file that is removed is waited for, and does no harm', () => {
  const file = followed();
  rmSync(path);
  nowMs += 1000;
  expect(text(file)).toBe('');
  writeFileSync(path, 'again\n');
  nowMs += 1000;
  expect(text(file)).toBe('again\n');
  file.close();
});

test('a file that is not there is a sentence', () => {
  expect(followFile(join(folder, 'none'))).toMatch(/no such file/);
});

function followed(): FollowedFile {
  const file = followFile(path, () => nowMs);
  if (typeof file === 'string') throw new Error(file);
  return file;
}

function text(file: FollowedFile): string {
  return new TextDecoder().decode(file.read());
}
