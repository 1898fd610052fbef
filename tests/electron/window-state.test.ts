import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fitWindowState, keepWindowState, readWindowState } from '../../electron/window-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringside-window-'));
const SCREEN = { x: 0, y: 27, width: 1920, height: 1053 };
const USUAL = { width: 1440, height: 900, isMaximized: false };

afterAll(() => rmSync(folder, { recursive: true }));

describe('the place of the window', () => {
  test('is the same after a restart', () => {
    const path = join(folder, 'kept.json');
    keepWindowState(path, { x: 100, y: 50, width: 1500, height: 800 }, true);
    expect(readWindowState(path, [SCREEN])).toEqual({
      place: { x: 100, y: 50 },
      ...{ width: 1500, height: 800, isMaximized: true },
    });
  });

  test('is the usual one without a file, with a damaged one and with nonsense in it', () => {
    const path = join(folder, 'damaged.json');
    writeFileSync(path, '{"x": 1');
    expect(readWindowState(path, [SCREEN])).toEqual(USUAL);
    expect(readWindowState(join(folder, 'none.json'), [SCREEN])).toEqual(USUAL);
    for (const kept of [null, 7, [], {}, { width: -5, height: 9 }, { width: 1e99, height: 1 }]) {
      expect(fitWindowState(kept, [SCREEN])).toEqual(USUAL);
    }
  });

  test('is given up when that screen is no longer there', () => {
    const kept = { x: 2500, y: 100, width: 1200, height: 800, isMaximized: false };
    expect(fitWindowState(kept, [SCREEN]).place).toBeUndefined();
    const second = { x: 1920, y: 0, width: 1920, height: 1080 };
    expect(fitWindowState(kept, [SCREEN, second]).place).toEqual({ x: 2500, y: 100 });
  });

  test('is given up when its title bar would be out of reach', () => {
    const kept = { x: 0, y: -300, width: 1200, height: 800 };
    expect(fitWindowState(kept, [SCREEN]).place).toBeUndefined();
  });

  test('is never smaller than what can be worked in', () => {
    const { width, height } = fitWindowState({ x: 0, y: 40, width: 10, height: 10 }, [SCREEN]);
    expect([width, height]).toEqual([1100, 700]);
  });

  test('that cannot be written is no failure', () => {
    const path = join(folder, 'no', 'such', 'folder.json');
    keepWindowState(path, SCREEN, false);
    expect(() => readFileSync(path)).toThrow();
  });
});
