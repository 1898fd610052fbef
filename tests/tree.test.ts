// Rules about the tree as a whole, which no linter knows.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { treeText, withTree } from '../build/tree.mjs';

const root = join(import.meta.dirname, '..');
const maxLines = 400;

const files = trackedFiles();
const sources = files.filter((path) => /\.(ts|tsx|mjs|css|sh|c|yml)$/.test(path));

describe('the tree', () => {
  test('is the one that ARCHITECTURE.md shows (npm run tree writes it)', () => {
    const document = text('ARCHITECTURE.md');
    expect(document).toBe(withTree(document, treeText(root)));
  });

  test('has no source file longer than 400 lines', () => {
    const long = sources.filter((path) => text(path).trimEnd().split('\n').length > maxLines);
    expect(long).toEqual([]);
  });

  test('has nothing else at the top than the named folders and root files', () => {
    const folders = new Set(files.filter((path) => path.includes('/')).map(firstFolder));
    const visible = [...folders].filter((name) => !name.startsWith('.'));
    const known = ['build', 'electron', 'renderer', 'src-core', 'tests'];
    expect(visible.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('names no registry host and no path of one machine', () => {
    const found = files.filter(isText).flatMap((path) => forbiddenIn(path));
    expect(found).toEqual([]);
  });

  test('keeps download addresses out of the lock file', () => {
    expect(text('package-lock.json')).not.toContain('"resolved"');
  });

  test('lets the renderer take only types from capture and analysis', () => {
    const values = /^import (?!type\b)[^;]*?from '[^']*src-core\/(?:capture|analysis)\/[^']*'/gm;
    const faulty = sources
      .filter((path) => path.startsWith('renderer/'))
      .flatMap((path) => (text(path).match(values) ?? []).map((line) => `${path}: ${line}`));
    expect(faulty).toEqual([]);
  });

  test('lets src-core import only files of src-core, valibot, and chevrotain and pbf for analysis', () => {
    const isAllowed = (path: string, name: string) =>
      name === 'valibot' ||
      ((name === 'chevrotain' || name === 'pbf') && path.startsWith('src-core/analysis/'));
    const faulty = sources
      .filter((path) => path.startsWith('src-core/'))
      .flatMap((path) =>
        importsOf(path)
          .filter((name) => !isAllowed(path, name) && !isInside(path, name))
          .map((name) => `${path}: ${name}`),
      );
    expect(faulty).toEqual([]);
  });
});

/** Tracked files, and new ones that no .gitignore leaves out: what a commit of everything would hold. */
function trackedFiles(): string[] {
  const output = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8' },
  );
  const listed = output.split('\0').filter((path) => path !== '');
  return [...new Set(listed)].filter((path) => existsSync(join(root, path)));
}

function text(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function firstFolder(path: string): string {
  return path.slice(0, path.indexOf('/'));
}

function isText(path: string): boolean {
  return !/\.(png|jpg|ico|icns|wav|pcapng|bin|gz|xz|zst|woff2)$/.test(path);
}

/** Written in pieces, so that this file does not contain them. */
function forbiddenIn(path: string): string[] {
  const hosts = ['registry' + '.npmjs', 'registry' + '.yarnpkg', 'deb' + '.debian.org'];
  const folders = ['/ro' + 'ot/', '/wo' + 'rk/', '/home/' + 'runner'];
  const content = text(path);
  return [...hosts, ...folders]
    .filter((word) => content.includes(word))
    .map((word) => `${path}: ${word}`);
}

function importsOf(path: string): string[] {
  const pattern = /(?:\bfrom|^import|\bimport\()\s*'([^']+)'/gm;
  return [...text(path).matchAll(pattern)].map((match) => match[1] ?? '');
}

function isInside(path: string, name: string): boolean {
  return name.startsWith('.') && posix.join(posix.dirname(path), name).startsWith('src-core/');
}
