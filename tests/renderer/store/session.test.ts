import { afterEach, describe, expect, test, vi } from 'vitest';
import { RefusedError } from '../../../renderer/link.ts';
import {
  ask,
  dismissNotice,
  keepConnected,
  notify,
  useSession,
} from '../../../renderer/store/session.ts';
import { linkPair, openClient } from '../../../src-core/rpc.ts';
import { startHost } from '../../src-core/host-harness.ts';
import { type LinkedHost, linkHost, settle } from '../linked-host.ts';

let linked: LinkedHost | undefined;
afterEach(() => {
  linked?.disconnect();
  linked = undefined;
  vi.useRealTimers();
});

describe('the connection to the host', () => {
  test('says hello and what is going on', async () => {
    linked = await linkHost();
    const { hello, status, connection } = useSession.getState();
    expect(connection).toBe('open');
    expect(hello?.product).toBe('ringside');
    expect(status).toBeNull();
  });

  test('is tried again when it is lost, and says so meanwhile', async () => {
    vi.useFakeTimers();
    const { host } = startHost();
    const links: { close(): void }[] = [];
    const stop = keepConnected(() => {
      const [view, served] = linkPair();
      host.serve(served);
      links.push(view);
      return Promise.resolve({ client: openClient(view), carrier: 'page' as const });
    });
    await settle();
    links[0]?.close();
    expect(useSession.getState().connection).toBe('lost');
    expect(useSession.getState().trouble).toMatch(/is gone/);
    await vi.advanceTimersByTimeAsync(300);
    expect(useSession.getState().connection).toBe('open');
    expect(links.length).toBe(2);
    stop();
  });

  test('that is refused is not taken for one that nobody answers', async () => {
    vi.useFakeTimers();
    const stop = keepConnected(() => Promise.reject(new RefusedError('Eight windows are open.')));
    await settle();
    expect(useSession.getState()).toMatchObject({
      connection: 'refused',
      trouble: 'Eight windows are open.',
    });
    stop();
  });

  test('is tried more and more rarely while nothing answers', async () => {
    vi.useFakeTimers();
    let tries = 0;
    const stop = keepConnected(() => {
      tries++;
      return Promise.reject(new Error('Nothing answers.'));
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tries).toBeGreaterThan(10);
    expect(tries).toBeLessThan(25);
    expect(useSession.getState().trouble).toBe('Nothing answers.');
    stop();
  });
});

describe('what the host reports', () => {
  test('reaches a page that came while a session was running already', async () => {
    linked = await linkHost();
    await linked.client.call('startDemo', { scenario: 'clean' });
    await linked.advance(800);
    linked.disconnect();
    const { host } = linked;
    vi.useFakeTimers();
    useSession.setState({ status: undefined, sessionId: 0 });
    useSession.setState({ changed: { messages: 0, entries: 0, endNs: 0 } });
    const stop = keepConnected(() => {
      const [view, served] = linkPair();
      host.serve(served);
      return Promise.resolve({ client: openClient(view), carrier: 'page' as const });
    });
    await settle();
    expect(useSession.getState().changed.messages).toBeGreaterThan(10);
    expect(useSession.getState().status?.kind).toBe('demo');
    stop();
  });

  test('counts every announcement of the running session', async () => {
    linked = await linkHost();
    await linked.client.call('startDemo', { scenario: 'clean' });
    await linked.advance(500);
    const { changed, status } = useSession.getState();
    expect(changed.messages).toBeGreaterThan(0);
    expect(status?.messages).toBe(changed.messages);
  });
});

describe('notices', () => {
  test('tell what the host refused and what to do about it', async () => {
    linked = await linkHost();
    expect(await ask('openCapture', { path: '/nowhere' })).toBeUndefined();
    const [notice] = useSession.getState().notices;
    expect(notice).toMatchObject({
      severity: 'error',
      code: 'cannot-read',
      action: 'Check the path.',
    });
    dismissNotice(notice?.id ?? -1);
    expect(useSession.getState().notices).toEqual([]);
  });

  test('are bounded in number', () => {
    for (let n = 0; n < 100; n++) notify({ severity: 'info', code: 'n', what: String(n) });
    const { notices } = useSession.getState();
    expect(notices.length).toBeLessThanOrEqual(20);
    expect(notices.at(-1)?.what).toBe('99');
    useSession.setState({ notices: [] });
  });
});
