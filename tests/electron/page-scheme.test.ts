import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { servePageScheme } from '../../electron/page-scheme.ts';

test('the page’s scheme serves the page’s files with the policy, and nothing of another host', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-scheme-'));
  writeFileSync(join(folder, 'index.html'), 'the page');
  let answer: (request: Request) => Promise<Response> = () => Promise.reject(new Error('unset'));
  const protocol = {
    handle: (_scheme: string, handler: typeof answer) => {
      answer = handler;
    },
  };
  servePageScheme(protocol as unknown as Parameters<typeof servePageScheme>[0], folder);
  const ask = (url: string, method = 'GET') => answer({ url, method } as Request);
  const page = await ask('app://ringside/');
  expect([page.status, await page.text()]).toEqual([200, 'the page']);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await ask('app://other/')).status).toBe(404);
  expect((await ask('app://ringside/', 'POST')).status).toBe(405);
  expect((await ask('app://ringside/%2e%2e/x')).status).toBe(404);
  rmSync(folder, { recursive: true });
});
