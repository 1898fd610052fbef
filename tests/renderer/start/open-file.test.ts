import { beforeEach, expect, test } from 'vitest';
import { openFile } from '../../../renderer/start/open-file.ts';
import { useSession } from '../../../renderer/store/session.ts';
import type { SessionStatus } from '../../../src-core/contract-data.ts';
import type { Client } from '../../../src-core/rpc.ts';

const asked: string[] = [];

function page(status: Partial<SessionStatus> | null, refuse?: unknown): void {
  const call = (method: string) => {
    asked.push(method);
    if (refuse !== undefined) return Promise.reject(refuse);
    return Promise.resolve({ file: 1, isWanted: true });
  };
  const client = { call } as unknown as Client;
  useSession.setState({ client, status: status as SessionStatus | null, notices: [] });
}

const notices = () => useSession.getState().notices.map(({ code }) => code);

beforeEach(() => {
  asked.length = 0;
});

test('a file is handed over where the page does not know its path', async () => {
  page(null);
  await openFile(new File(['x'], 'a.log'));
  expect(asked).toEqual(['beginHanded', 'handSlice']);
  expect(notices()).toEqual([]);
});

test('a guest that is attached keeps its device whatever is dropped', async () => {
  page({ kind: 'vhost-user', phase: 'live', streams: [] });
  await openFile(new File(['x'], 'a.log'));
  expect(asked).toEqual([]);
  expect(notices()).toEqual(['guest-attached']);
});

test('what the browser cannot read is told apart from what the host refuses', async () => {
  page(null, new DOMException('gone', 'NotReadableError'));
  await openFile(new File(['x'], 'a.log'));
  expect(notices()).toEqual(['file-unreadable']);
});
