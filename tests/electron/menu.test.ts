import { describe, expect, test } from 'vitest';
import { type MenuActions, menuTemplate } from '../../electron/menu.ts';

describe('the menu', () => {
  const NOTHING = () => undefined;
  const ACTIONS: MenuActions = {
    newWindow: NOTHING,
    openCapture: NOTHING,
    saveCapture: NOTHING,
    startDemo: NOTHING,
    stopSession: NOTHING,
    closeSession: NOTHING,
  };

  test('has a way to quit on every platform', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      const text = JSON.stringify(menuTemplate(ACTIONS, platform, []));
      expect(text).toMatch(platform === 'darwin' ? /"appMenu"/ : /"quit"/);
    }
  });

  test('starts the demo that is chosen', () => {
    const started: string[] = [];
    const actions = { ...ACTIONS, startDemo: (name: string) => started.push(name) };
    const scenarios = [{ name: 'clean', title: 'Clean & even', description: '' }];
    const session = menuTemplate(actions, 'linux', scenarios)[1]?.submenu as {
      submenu?: { label: string; click: () => void }[];
    }[];
    const demo = session[0]?.submenu?.[0];
    demo?.click();
    expect([demo?.label, started]).toEqual(['Clean && even', ['clean']]);
  });
});
