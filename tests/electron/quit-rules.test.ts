import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { applyQuitRules, type QuitParts, type QuitRules } from '../../electron/quit-rules.ts';

/** A desktop app whose dialogs are answered from a list. */
class Desktop extends EventEmitter {
  guest = true;
  readonly asked: string[] = [];
  readonly answers: string[] = [];
  stops = 0;
  isOver = false;
  open: Window[] = [];
  readonly rules: QuitRules;

  constructor(platform: NodeJS.Platform = 'linux') {
    super();
    const parts = {
      app: this,
      dialog: {
        showMessageBox: (options: { message: string; buttons: string[] }) => this.ask(options),
      },
      hosts: {
        hasGuest: () => this.guest,
        stop: async () => {
          this.stops++;
        },
      },
      platform,
      windows: () => this.open,
    };
    this.rules = applyQuitRules(parts as unknown as QuitParts);
  }

  openWindow(): Window {
    const window = new Window(this);
    this.open.push(window);
    const host = { hasGuest: () => this.guest };
    const guarded = window as unknown as Parameters<QuitRules['guardWindow']>[0];
    this.rules.guardWindow(guarded, host, () => this.open.length);
    return window;
  }

  /** As Electron: asks, closes the windows, and is over when nobody objects. */
  quit(): void {
    if (isPrevented(this, 'before-quit')) return;
    if ([...this.open].every((window) => window.close())) this.isOver = true;
  }

  private async ask({ message, buttons }: { message: string; buttons: string[] }) {
    this.asked.push(message);
    return { response: buttons.indexOf(this.answers.shift() ?? 'Cancel') };
  }
}

class Window extends EventEmitter {
  private readonly desktop: Desktop;
  constructor(desktop: Desktop) {
    super();
    this.desktop = desktop;
  }

  close(): boolean {
    if (isPrevented(this, 'close')) return false;
    this.destroy();
    return true;
  }

  destroy(): void {
    this.desktop.open = this.desktop.open.filter((window) => window !== this);
    if (this.desktop.open.length === 0) this.desktop.emit('window-all-closed');
  }
}

function isPrevented(emitter: EventEmitter, name: string): boolean {
  let isStopped = false;
  emitter.emit(name, {
    preventDefault: () => {
      isStopped = true;
    },
  });
  return isStopped;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const settled = () => vi.advanceTimersByTimeAsync(0);

describe('closing the last window', () => {
  test('without a guest ends the app, files finished first', async () => {
    const desktop = new Desktop();
    desktop.guest = false;
    desktop.openWindow().close();
    await settled();
    expect([desktop.asked, desktop.stops, desktop.isOver]).toEqual([[], 1, true]);
  });

  test('with a guest asks, and Cancel changes nothing', async () => {
    const desktop = new Desktop();
    desktop.openWindow().close();
    await settled();
    expect(desktop.asked).toHaveLength(1);
    expect([desktop.open.length, desktop.stops, desktop.isOver]).toEqual([1, 0, false]);
  });

  test('with a guest can keep the session, which ends when the guest has left', async () => {
    const desktop = new Desktop();
    desktop.answers.push('Keep Running');
    desktop.openWindow().close();
    await settled();
    expect([desktop.open.length, desktop.stops, desktop.isOver]).toEqual([0, 0, false]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(desktop.isOver).toBe(false);
    desktop.guest = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect([desktop.stops, desktop.isOver]).toEqual([1, true]);
  });

  test('a window that was opened again keeps the app after the guest has left', async () => {
    const desktop = new Desktop();
    desktop.answers.push('Keep Running');
    desktop.openWindow().close();
    await settled();
    desktop.openWindow();
    desktop.guest = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect(desktop.isOver).toBe(false);
  });

  test('with a guest can end the session', async () => {
    const desktop = new Desktop();
    desktop.answers.push('End Session and Quit');
    desktop.openWindow().close();
    await settled();
    expect([desktop.asked.length, desktop.stops, desktop.isOver]).toEqual([1, 1, true]);
  });

  test('asks once, however often one tries', async () => {
    const desktop = new Desktop();
    const window = desktop.openWindow();
    window.close();
    window.close();
    desktop.quit();
    await settled();
    expect(desktop.asked).toHaveLength(1);
  });

  test('of two windows the first closes without a question', async () => {
    const desktop = new Desktop();
    desktop.openWindow();
    expect(desktop.openWindow().close()).toBe(true);
    expect(desktop.asked).toEqual([]);
  });

  test('keeps the app on macOS', async () => {
    const desktop = new Desktop('darwin');
    desktop.guest = false;
    desktop.openWindow().close();
    await settled();
    expect(desktop.isOver).toBe(false);
  });
});

describe('quitting', () => {
  test('with a guest asks before anything closes', async () => {
    const desktop = new Desktop();
    desktop.openWindow();
    desktop.quit();
    await settled();
    expect([desktop.asked.length, desktop.open.length, desktop.stops]).toEqual([1, 1, 0]);
    desktop.answers.push('End Session and Quit');
    desktop.quit();
    await settled();
    expect([desktop.asked.length, desktop.stops, desktop.isOver]).toEqual([2, 1, true]);
    expect(desktop.rules.isEnding()).toBe(true);
  });
});
