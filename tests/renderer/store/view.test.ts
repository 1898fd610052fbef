import { beforeEach, describe, expect, test } from 'vitest';
import {
  resetView,
  select,
  selectBack,
  selectedMessage,
  selectForward,
  selectMessage,
  setFollow,
  useView,
} from '../../../renderer/store/view.ts';

beforeEach(resetView);

describe('the selection', () => {
  test('turns Follow off: what the user reads must not move', () => {
    expect(useView.getState().follow).toBe(true);
    selectMessage(3, 'messages');
    expect(useView.getState().follow).toBe(false);
  });

  test('has a history that goes back and forward', () => {
    for (const index of [1, 2, 3]) selectMessage(index, 'timeline');
    selectBack();
    selectBack();
    expect(selectedMessage(useView.getState())).toBe(1);
    selectBack();
    expect(selectedMessage(useView.getState())).toBe(1);
    selectForward();
    expect(useView.getState().selection).toEqual({ kind: 'message', index: 2 });
    selectMessage(9);
    selectForward();
    expect(selectedMessage(useView.getState())).toBe(9);
  });

  test('of the same message again is no step of the history', () => {
    selectMessage(1);
    selectMessage(1, 'timeline');
    expect(useView.getState().past).toEqual([]);
  });

  test('keeps a bounded history', () => {
    for (let index = 0; index < 500; index++) selectMessage(index);
    expect(useView.getState().past.length).toBe(100);
  });

  test('may be an area', () => {
    select({ kind: 'range', fromNs: 1, toNs: 5 });
    expect(selectedMessage(useView.getState())).toBeUndefined();
  });
});

describe('the view', () => {
  test('unfreezes when Follow goes on', () => {
    useView.setState({ frozen: { messages: 1, entries: 1, endNs: 1 } });
    setFollow(true);
    expect(useView.getState().frozen).toBeUndefined();
  });

  test('keeps what outlives a reload, and writes it only when it has changed', () => {
    useView.setState({ themeChoice: 'light' });
    const kept = localStorage.getItem('ringside.view');
    expect(JSON.parse(kept ?? '{}').state).toMatchObject({ themeChoice: 'light' });
    localStorage.removeItem('ringside.view');
    useView.setState({ range: { fromNs: 5, toNs: 6 }, cursorNs: 5 });
    expect(localStorage.getItem('ringside.view')).toBeNull();
  });
});
