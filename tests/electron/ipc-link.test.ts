import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { joinContents, type LinkedContents, PACKET_CHANNEL } from '../../electron/ipc-link.ts';
import { type Link, linkPair } from '../../src-core/rpc.ts';

const PAGE = { origin: 'app://ringside' };

/** What Electron's window contents do here. */
class Contents extends EventEmitter {
  readonly mainFrame = PAGE;
  readonly sent: unknown[] = [];
  gone = false;
  send(channel: string, packet: unknown): void {
    this.sent.push([channel, packet]);
  }
  isDestroyed(): boolean {
    return this.gone;
  }
}

function joined() {
  const ipc = new EventEmitter();
  const contents = new Contents();
  const hosts: { link: Link; heard: Uint8Array[]; isClosed: boolean }[] = [];
  const connect = () => {
    const [view, link] = linkPair();
    const host = { link, heard: [] as Uint8Array[], isClosed: false };
    link.onMessage((packet) => host.heard.push(packet));
    link.onClose(() => {
      host.isClosed = true;
    });
    hosts.push(host);
    return view;
  };
  joinContents(
    ipc as unknown as Parameters<typeof joinContents>[0],
    contents as unknown as LinkedContents,
    connect,
  );
  const say = (packet: unknown, senderFrame: unknown = PAGE) =>
    ipc.emit(PACKET_CHANNEL, { senderFrame }, packet);
  return { ipc, contents, hosts, say };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the link of a window', () => {
  test('passes packets both ways', async () => {
    const { contents, hosts, say } = joined();
    say(new Uint8Array([1, 2]));
    await turn();
    expect(hosts[0]?.heard).toEqual([new Uint8Array([1, 2])]);
    hosts[0]?.link.send(new Uint8Array([3]));
    await turn();
    expect(contents.sent).toEqual([[PACKET_CHANNEL, new Uint8Array([3])]]);
  });

  test('takes nothing from another frame, another origin, a frame that is gone, or of another kind', async () => {
    const { hosts, say } = joined();
    say(new Uint8Array([1]), { origin: 'app://ringside' });
    say(new Uint8Array([1]), null);
    say('text');
    say({ length: 3 });
    say(undefined);
    await turn();
    expect(hosts).toEqual([]);
  });

  test('takes nothing from the main frame when it stands elsewhere', async () => {
    const { contents, hosts, say } = joined();
    const elsewhere = { origin: 'https://evil.example' };
    Object.assign(contents, { mainFrame: elsewhere });
    say(new Uint8Array([1]), elsewhere);
    await turn();
    expect(hosts).toEqual([]);
  });

  test('is a new one for a page that is loaded again, and the old one’s answers stay away', async () => {
    const { contents, hosts, say } = joined();
    say(new Uint8Array([1]));
    await turn();
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(hosts[0]?.isClosed).toBe(true);
    hosts[0]?.link.send(new Uint8Array([7]));
    say(new Uint8Array([2]));
    await turn();
    expect(contents.sent).toEqual([]);
    expect(hosts[1]?.heard).toEqual([new Uint8Array([2])]);
  });

  test('stays through navigation inside the document', async () => {
    const { contents, hosts, say } = joined();
    say(new Uint8Array([1]));
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    await turn();
    expect(hosts[0]?.isClosed).toBe(false);
  });

  test('ends with the crash of the page and with the window', async () => {
    const { ipc, contents, hosts, say } = joined();
    say(new Uint8Array([1]));
    contents.emit('render-process-gone');
    expect(hosts[0]?.isClosed).toBe(true);
    say(new Uint8Array([1]));
    contents.gone = true;
    contents.emit('destroyed');
    expect(hosts[1]?.isClosed).toBe(true);
    expect(ipc.listenerCount(PACKET_CHANNEL)).toBe(0);
  });
});

test('the preload script names the same channel and stays within thirty lines', () => {
  const path = join(import.meta.dirname, '..', '..', 'electron', 'preload.ts');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(`const CHANNEL = '${PACKET_CHANNEL}'`);
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
});
