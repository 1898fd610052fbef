import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentSecurityPolicy, readPageFile } from '../../electron/page-files.ts';

let base = '';
let folder = '';

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'ringside-page-'));
  folder = join(base, 'page');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'main.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'main-DyhpJWlP.js'), 'export {};');
  writeFileSync(join(base, 'secret.txt'), 'not for the page');
  mkdirSync(join(base, 'page-other'));
  writeFileSync(join(base, 'page-other', 'x.js'), 'a neighbour whose name begins alike');
});

afterAll(() => rmSync(base, { recursive: true }));

async function statusOf(pathname: string): Promise<number> {
  return (await readPageFile(folder, pathname, "'self'")).status;
}

describe('the files of the page', () => {
  test('the root is index.html, with its type and the policy', async () => {
    const answer = await readPageFile(folder, '/', "'self'");
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toBe(contentSecurityPolicy("'self'"));
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test('a script is served with the type that nosniff asks for', async () => {
    const { headers } = await readPageFile(folder, '/assets/main.js', "'self'");
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  test('what is named by its content is kept by the browser, all else is asked for anew', async () => {
    const cacheOf = async (path: string) =>
      (await readPageFile(folder, path, "'self'")).headers['cache-control'];
    expect(await cacheOf('/assets/main-DyhpJWlP.js')).toContain('immutable');
    expect(await cacheOf('/assets/main.js')).toBe('no-cache');
    expect(await cacheOf('/')).toBe('no-cache');
  });

  test.each([
    ['/../secret.txt'],
    ['/%2e%2e/secret.txt'],
    ['/..%2fsecret.txt'],
    ['/assets/../../secret.txt'],
    ['/..%5csecret.txt'],
    ['/../page-other/x.js'],
    ['/%00'],
    ['/%'],
    ['/assets'],
    ['/assets/'],
    ['/missing.js'],
  ])('%s is not there', async (pathname) => {
    expect(await statusOf(pathname)).toBe(404);
  });

  test('a refusal carries the policy too', async () => {
    const { headers } = await readPageFile(folder, '/nothing', "'none'");
    expect(headers['content-security-policy']).toContain("connect-src 'none'");
  });

  test('the policy allows no inline code and no code from elsewhere', () => {
    const policy = contentSecurityPolicy("'self'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|blob:/);
  });
});
