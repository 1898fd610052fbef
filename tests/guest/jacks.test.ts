// Events reach a guest: what is plugged in the window's place shows in the guest's mixer.
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, openClient } from '../../src-core/rpc.ts';
import { bootGuest } from './boot-guest.ts';
import { guestReady } from './requirements.ts';
import { startDevice } from './ringside-device.ts';

const SHOW = "amixer -c 0 cget iface=CARD,name='Speaker Jack' | grep -o 'values=o.*'";

describe.skipIf(guestReady())('a guest with jacks', () => {
  test('sees one unplugged and plugged in again', async () => {
    const device = await startDevice({ args: ['--once', '--serve'] });
    const client = await connect(device.url);
    const guest = bootGuest({
      runScript: `while read word; do mark $word $(${SHOW}); [ $word = end ] && exit 0; done`,
      socketPath: device.socketPath,
    });
    await guest.waitFor(/run begins/, 100_000);
    const seen = [];
    for (const [word, connected] of [
      ['before', true],
      ['unplugged', false],
      ['end', true],
    ] as const) {
      await client.call('setJack', { jackId: 0, connected });
      guest.type(word);
      const [, value] = await guest.waitFor(new RegExp(`guest 1: ${word} values=(\\w+)\n`), 30_000);
      seen.push(value);
    }
    expect(seen).toEqual(['on', 'off', 'on']);
    await guest.exited;
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    expect(summary.messages.event).toBe(2);
  });
});

/** A client of the session, on the way that the page in a browser takes. */
async function connect(url: string): Promise<Client> {
  const { host, search, origin } = new URL(url);
  const socket = new WebSocket(`ws://${host}/link${search}`, { origin });
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return openClient({
    send: (packet) => socket.send(packet),
    onMessage: (listener) => {
      socket.on('message', (packet: Buffer) => listener(new Uint8Array(packet)));
    },
    onClose: (listener) => {
      socket.on('close', () => listener());
    },
    close: () => socket.close(),
  });
}
