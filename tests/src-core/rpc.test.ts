import { expect, test } from 'vitest';
import type { Announcement } from '../../src-core/contract.ts';
import { type Handlers, linkPair, openClient, RemoteError, serveLink } from '../../src-core/rpc.ts';

function serve(handlers: Partial<Handlers>) {
  const [view, host] = linkPair();
  const served = serveLink(host, handlers as Handlers, (thrown) =>
    thrown instanceof RemoteError ? thrown : new RemoteError('internal-error', String(thrown)),
  );
  return { client: openClient(view), served, view };
}

test('a request gets its own answer, whatever the order', async () => {
  const { client } = serve({
    messageAt: ({ atNs }) => Promise.resolve({ index: atNs + 1 }),
    status: () => null,
  });
  const answers = await Promise.all([
    client.call('messageAt', { atNs: 1 }),
    client.call('status', {}),
    client.call('messageAt', { atNs: 5 }),
  ]);
  expect(answers).toEqual([{ index: 2 }, null, { index: 6 }]);
});

test('a refusal crosses with its code, sentence and action', async () => {
  const { client } = serve({
    openCapture: () => {
      throw new RemoteError('cannot-read', 'no such file', 'Check the path.');
    },
  });
  await expect(client.call('openCapture', { path: 'x' })).rejects.toMatchObject({
    code: 'cannot-read',
    message: 'no such file',
    action: 'Check the path.',
  });
});

test('a request that the host does not know is refused by name', async () => {
  const { client } = serve({});
  await expect(client.call('hello', {})).rejects.toThrow('no request “hello”');
});

test('announcements reach every listener until it stops listening', async () => {
  const { client, served } = serve({ status: () => null });
  const heard: Announcement[] = [];
  const stop = client.onAnnouncement((announcement) => heard.push(announcement));
  served.announce({ kind: 'session', sessionId: 3 });
  await client.call('status', {});
  stop();
  served.announce({ kind: 'session', sessionId: 4 });
  await client.call('status', {});
  expect(heard).toEqual([{ kind: 'session', sessionId: 3 }]);
});

test('when the link closes, waiting and later calls are refused', async () => {
  const { client } = serve({ status: () => new Promise(() => {}) });
  const waiting = client.call('status', {});
  client.close();
  await expect(waiting).rejects.toMatchObject({ code: 'link-gone' });
  await expect(client.call('status', {})).rejects.toMatchObject({ code: 'link-gone' });
});

test('bytes that are no packet are passed over', async () => {
  const { client, view } = serve({ status: () => null });
  view.send(new Uint8Array([1, 2, 3]));
  view.send(new Uint8Array(40).fill(0xff));
  expect(await client.call('status', {})).toBeNull();
});
