import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { guardContents, guardSession } from '../../electron/page-guard.ts';

describe('the guard of the page', () => {
  function guarded() {
    const contents = new EventEmitter() as EventEmitter & {
      setWindowOpenHandler(handler: (details: { url: string }) => unknown): void;
      opens: (details: { url: string }) => unknown;
    };
    contents.setWindowOpenHandler = (handler) => {
      contents.opens = handler;
    };
    const asked: string[] = [];
    guardContents(contents as unknown as Parameters<typeof guardContents>[0], (name) =>
      asked.push(name),
    );
    const isLet = (name: string, details: object) => {
      let isStopped = false;
      const preventDefault = () => {
        isStopped = true;
      };
      contents.emit(name, { ...details, preventDefault });
      return !isStopped;
    };
    return { contents, isLet, asked };
  }

  test('lets the page load itself again and go nowhere else', () => {
    const { isLet } = guarded();
    expect(isLet('will-navigate', { url: 'app://ringside/' })).toBe(true);
    expect(isLet('will-frame-navigate', { url: 'app://ringside/', isMainFrame: true })).toBe(true);
    for (const url of [
      'https://example.org/',
      'file:///etc/passwd',
      'app://ringside.evil/',
      'app://ringside/other',
      'data:text/html,x',
      'javascript:alert(1)',
    ]) {
      expect(isLet('will-navigate', { url })).toBe(false);
      expect(isLet('will-redirect', { url })).toBe(false);
    }
  });

  test('refuses frames, other windows and webviews', () => {
    const { contents, isLet } = guarded();
    expect(isLet('will-frame-navigate', { url: 'app://ringside/', isMainFrame: false })).toBe(
      false,
    );
    expect(isLet('will-attach-webview', {})).toBe(false);
    expect(contents.opens({ url: 'https://example.org/' })).toEqual({ action: 'deny' });
  });

  test('opens a window of its own for a page that asks for one, and for nobody else', () => {
    const { contents, asked } = guarded();
    for (const url of [
      'app://ringside/?window=ab12',
      'https://example.org/?window=evil',
      'app://ringside/',
    ]) {
      expect(contents.opens({ url })).toEqual({ action: 'deny' });
    }
    expect(asked).toEqual(['ab12']);
  });

  test('lets a panel have a window of its own, without a way to the host', () => {
    const { contents } = guarded();
    expect(contents.opens({ url: 'app://ringside/popout.html' })).toMatchObject({
      action: 'allow',
      overrideBrowserWindowOptions: { webPreferences: { preload: '', sandbox: true } },
    });
  });

  test('grants the clipboard for copying, and no other permission, device or request', () => {
    const decided: Record<string, boolean> = {};
    let check = (_contents: null, _permission: string) => true;
    let device = () => true;
    let isCancelled = false;
    const session = {
      setPermissionRequestHandler(
        handler: (contents: null, permission: string, decide: (is: boolean) => void) => void,
      ) {
        for (const name of [
          'media',
          'geolocation',
          'clipboard-read',
          'clipboard-sanitized-write',
        ]) {
          handler(null, name, (isGranted) => {
            decided[name] = isGranted;
          });
        }
      },
      setPermissionCheckHandler: (handler: typeof check) => {
        check = handler;
      },
      setDevicePermissionHandler: (handler: typeof device) => {
        device = handler;
      },
      webRequest: {
        onBeforeRequest: (
          _filter: object,
          handler: (details: object, decide: (answer: { cancel: boolean }) => void) => void,
        ) =>
          handler({}, ({ cancel }) => {
            isCancelled = cancel;
          }),
      },
    };
    guardSession(session as unknown as Parameters<typeof guardSession>[0]);
    expect(Object.entries(decided).filter(([, isGranted]) => isGranted)).toEqual([
      ['clipboard-sanitized-write', true],
    ]);
    expect([check(null, 'media'), device(), isCancelled]).toEqual([false, false, true]);
  });
});
