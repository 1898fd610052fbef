import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { diskFileStore, fileBytes } from '../../../electron/audio/wav-files.ts';
import type { FileStore, WritableFile } from '../../../src-core/audio/file-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringside-wav-'));
afterAll(() => rmSync(folder, { recursive: true }));

function storeIn(directory: string): FileStore {
  const store = diskFileStore(directory);
  if ('kind' in store) throw new Error(store.detail);
  return store;
}

function created(store: FileStore, name: string): WritableFile {
  const file = store.create(name);
  if (file.kind === 'problem') throw new Error(file.detail);
  return file;
}

describe('files of the WAV sink', () => {
  test('are written at the end and over what is there, in a folder that is made', () => {
    const directory = join(folder, 'a', 'b');
    const file = created(storeIn(directory), 'x.wav');
    expect(file.path).toBe(join(directory, 'x.wav'));
    expect(file.write(Uint8Array.from([1, 2, 3]))).toBeUndefined();
    expect(file.writeAt(0, Uint8Array.from([9]))).toBeUndefined();
    expect(file.write(Uint8Array.from([4]))).toBeUndefined();
    expect([...readFileSync(file.path)]).toEqual([9, 2, 3, 4]);
    expect(file.close()).toBeUndefined();
  });

  test('replace those of the same name', () => {
    writeFileSync(join(folder, 'old.wav'), 'old and long');
    created(storeIn(folder), 'old.wav').close();
    expect(readFileSync(join(folder, 'old.wav'))).toHaveLength(0);
  });

  test('come with a sentence when they cannot be had or written', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(diskFileStore(join(folder, 'file', 'x'))).toMatchObject({ kind: 'problem' });
    mkdirSync(join(folder, 'taken.wav'));
    expect(storeIn(folder).create('taken.wav')).toMatchObject({
      kind: 'problem',
      detail: expect.stringMatching(/taken\.wav cannot be written: .*EISDIR/),
    });
    const file = created(storeIn(folder), 'closed.wav');
    file.close();
    expect(file.write(Uint8Array.from([1]))?.detail).toMatch(/writing to .*closed\.wav has ended/);
  });
});

describe('a file to read from', () => {
  test('gives bytes from any place, as far as they go', () => {
    const path = join(folder, 'bytes');
    writeFileSync(path, Uint8Array.from([1, 2, 3, 4, 5]));
    const file = fileBytes(path);
    if (file.kind === 'problem') throw new Error(file.detail);
    expect(file.totalBytes).toBe(5);
    expect([...file.read(1, 2)]).toEqual([2, 3]);
    expect([...file.read(4, 100)]).toEqual([5]);
    expect([...file.read(50, 2)]).toEqual([]);
    expect([...file.read(0, -1)]).toEqual([]);
    rmSync(path);
    expect([...file.read(0, 2)]).toEqual([]);
  });

  test('is refused with its reason', () => {
    expect(fileBytes(join(folder, 'none'))).toMatchObject({
      kind: 'problem',
      detail: expect.stringContaining('cannot be read'),
    });
    expect(fileBytes(folder)).toEqual({ kind: 'problem', detail: `${folder} is not a file` });
  });
});
