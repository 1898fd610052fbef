import { beforeEach, describe, expect, test } from 'vitest';
import {
  resetView,
  select,
  selectBack,
  selectedMessage,
  selectForward,
  selectMessage,
  setFollow,
  sharedView,
} from '../../../renderer/store/view.ts';

beforeEach(() => resetView());

describe('the selection', () => {
  test('turns Follow off: what the user reads must not move', () => {
    expect(sharedView.getState().follow).toBe(true);
    selectMessage(3, 'messages');
    expect(sharedView.getState().follow).toBe(false);
  });

  test('has a history that goes back and forward', () => {
    for (const index of [1, 2, 3]) selectMessage(index, 'timeline');
    selectBack();
    selectBack();
    expect(selectedMessage(sharedView.getState())).toBe(1);
    selectBack();
    expect(selectedMessage(sharedView.getState())).toBe(1);
    selectForward();
    expect(sharedView.getState().selection).toEqual({ kind: 'message', index: 2 });
    selectMessage(9);
    selectForward();
    expect(selectedMessage(sharedView.getState())).toBe(9);
  });

  test('of the same message again is no step of the history', () => {
    selectMessage(1);
    selectMessage(1, 'timeline');
    expect(sharedView.getState().past).toEqual([]);
  });

  test('keeps a bounded history', () => {
    for (let index = 0; index < 500; index++) selectMessage(index);
    expect(sharedView.getState().past.length).toBe(100);
  });

  test('may be an area', () => {
    select({ kind: 'range', fromNs: 1, toNs: 5 });
    expect(selectedMessage(sharedView.getState())).toBeUndefined();
  });
});

describe('the view', () => {
  test('unfreezes when Follow goes on', () => {
    sharedView.setState({ frozen: { messages: 1, entries: 1, endNs: 1 } });
    setFollow(true);
    expect(sharedView.getState().frozen).toBeUndefined();
  });

  test('keeps what outlives a reload, and writes it only when it has changed', () => {
    sharedView.setState({ themeChoice: 'light' });
    const kept = localStorage.getItem('ringside.view');
    expect(JSON.parse(kept ?? '{}').state).toMatchObject({ themeChoice: 'light' });
    localStorage.removeItem('ringside.view');
    sharedView.setState({ range: { fromNs: 5, toNs: 6 }, cursorNs: 5 });
    expect(localStorage.getItem('ringside.view')).toBeNull();
  });
});
