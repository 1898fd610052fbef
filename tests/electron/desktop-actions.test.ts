import { describe, expect, test } from 'vitest';
import { type ActionParts, desktopActions } from '../../electron/desktop-actions.ts';
import { RemoteError } from '../../src-core/rpc.ts';

describe('the desktop’s actions', () => {
  function acting(options: { guest?: boolean; response?: number; failure?: Error } = {}) {
    const calls: unknown[] = [];
    const shown: { message: string; detail?: string }[] = [];
    const parts = {
      client: {
        call: async (method: string, params: object) => {
          calls.push([method, params]);
          if (options.failure !== undefined) throw options.failure;
          return {};
        },
      },
      dialog: {
        showMessageBox: async (box: { message: string }) => {
          shown.push(box);
          return { response: options.response ?? 0 };
        },
        showOpenDialog: async () => ({ canceled: false, filePaths: ['/tmp/a.pcapng'] }),
        showSaveDialog: async () => ({ canceled: true, filePath: '' }),
      },
      hasGuest: () => options.guest === true,
    };
    return { actions: desktopActions(parts as unknown as ActionParts), calls, shown };
  }

  test('opens the capture that is picked', async () => {
    const { actions, calls } = acting();
    actions.openCapture();
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual([['openCapture', { path: '/tmp/a.pcapng' }]]);
  });

  test('asks before a guest loses its device, and leaves it alone unless told', async () => {
    const kept = acting({ guest: true, response: 0 });
    await kept.actions.openPath('/tmp/b.pcapng');
    expect([kept.calls, kept.shown.length]).toEqual([[], 1]);
    const ended = acting({ guest: true, response: 1 });
    await ended.actions.openPath('/tmp/b.pcapng');
    expect(ended.calls).toHaveLength(1);
  });

  test('saves nothing when no name is given', async () => {
    const { actions, calls } = acting();
    actions.saveCapture();
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual([]);
  });

  test('shows what went wrong and what to do', async () => {
    const failure = new RemoteError('capture-unreadable', 'It is no capture.', 'Open another.');
    const { actions, shown } = acting({ failure });
    await actions.openPath('/tmp/b.pcapng');
    expect(shown).toMatchObject([{ message: 'It is no capture.', detail: 'Open another.' }]);
  });
});
