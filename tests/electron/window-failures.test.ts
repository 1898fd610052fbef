import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { watchWindow } from '../../electron/window-failures.ts';

function watched(response: number) {
  const asked: string[] = [];
  const done: string[] = [];
  const webContents = Object.assign(new EventEmitter(), {
    reload: () => done.push('reload'),
    forcefullyCrashRenderer() {
      done.push('crash');
      webContents.emit('render-process-gone', {}, { reason: 'killed' });
    },
  });
  const window = Object.assign(new EventEmitter(), { webContents, isDestroyed: () => false });
  const dialog = {
    showMessageBox: async (_window: object, { message }: { message: string }) => {
      asked.push(message);
      return { response };
    },
  };
  type Parameters2 = Parameters<typeof watchWindow>;
  watchWindow(window as unknown as Parameters2[0], dialog as unknown as Parameters2[1]);
  return { window, webContents, asked, done };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a window whose view fails', () => {
  test('is loaded again after a crash, if one wants', async () => {
    const wanted = watched(0);
    wanted.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    await turn();
    expect([wanted.asked.length, wanted.done]).toEqual([1, ['reload']]);
    const left = watched(1);
    left.webContents.emit('render-process-gone', {}, { reason: 'oom' });
    await turn();
    expect([left.asked.length, left.done]).toEqual([1, []]);
  });

  test('says nothing when it ends in order', async () => {
    const { webContents, asked } = watched(0);
    webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    await turn();
    expect(asked).toEqual([]);
  });

  test('that hangs is asked about once, and its end for loading again is no crash', async () => {
    const { window, asked, done } = watched(0);
    window.emit('unresponsive');
    window.emit('unresponsive');
    await turn();
    expect([asked.length, done]).toEqual([1, ['crash', 'reload']]);
  });
});
