import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  activeView,
  forEachView,
  isUnlinked,
  pinView,
  setUnlinked,
  subscribeTo,
  toggleLink,
  viewOf,
} from '../../../renderer/store/own-views.ts';
import { useSession } from '../../../renderer/store/session.ts';
import { showSelected } from '../../../renderer/store/show-selected.ts';
import {
  hoverMessage,
  resetView,
  selectBack,
  selectedMessage,
  selectMessage,
  setFollow,
  sharedView,
} from '../../../renderer/store/view.ts';

beforeEach(() => {
  resetView();
  sharedView.setState({ tab: 'messages' });
});
afterEach(() => setUnlinked([]));

const messageIn = (panel: Parameters<typeof viewOf>[0]) =>
  selectedMessage(viewOf(panel).getState());

describe('a panel that is unlinked', () => {
  test('begins as what it showed, and stays there while the others go on', () => {
    selectMessage(3);
    sharedView.setState({ cursorNs: 30, range: { fromNs: 0, toNs: 100 } });
    toggleLink('inspector');
    selectMessage(4);
    sharedView.setState({ cursorNs: 40, range: { fromNs: 50, toNs: 60 }, queue: 3 });
    expect(viewOf('inspector').getState()).toMatchObject({
      selection: { index: 3 },
      cursorNs: 30,
      range: { fromNs: 0, toNs: 100 },
      queue: 2,
    });
    expect(messageIn('messages')).toBe(4);
  });

  test('moves nothing elsewhere, and has a history of its own', () => {
    toggleLink('inspector');
    const own = viewOf('inspector');
    selectMessage(1, undefined, own);
    selectMessage(2, undefined, own);
    selectBack(own);
    expect(messageIn('inspector')).toBe(1);
    expect(messageIn('messages')).toBeUndefined();
    expect(sharedView.getState().follow).toBe(true);
  });

  test('shares what is pointed at, the filter, and Freeze', () => {
    toggleLink('messages');
    hoverMessage(7, 1);
    expect(viewOf('messages').getState()).toMatchObject({ hoverIndex: 7, hoverStreamId: 1 });
    viewOf('messages').setState({ filter: { queues: [2] }, hoverNs: 5, cursorNs: 6 });
    expect(sharedView.getState()).toMatchObject({ filter: { queues: [2] }, hoverNs: 5 });
    expect(sharedView.getState().cursorNs).toBeUndefined();
    sharedView.setState({ frozen: { messages: 1, entries: 1, endNs: 1 } });
    setFollow(true, viewOf('messages'));
    expect(sharedView.getState().frozen).toBeUndefined();
  });

  test('goes back to what the others show', () => {
    toggleLink('rings');
    selectMessage(5);
    expect(messageIn('rings')).toBeUndefined();
    toggleLink('rings');
    expect(isUnlinked('rings')).toBe(false);
    expect(messageIn('rings')).toBe(5);
  });

  test('has the commands while it was used last', () => {
    toggleLink('rings');
    expect(activeView()).toBe(sharedView);
    sharedView.setState({ tab: 'rings' });
    expect(activeView()).toBe(viewOf('rings'));
    sharedView.setState({ tab: 'inspector' });
    expect(activeView()).toBe(sharedView);
  });

  test('has nothing of another session', () => {
    toggleLink('inspector');
    selectMessage(1, undefined, viewOf('inspector'));
    useSession.setState(({ sessionId }) => ({ sessionId: sessionId + 1 }));
    expect(messageIn('inspector')).toBeUndefined();
    expect(isUnlinked('inspector')).toBe(true);
  });

  test('that is named again keeps what it shows', () => {
    toggleLink('inspector');
    selectMessage(1, undefined, viewOf('inspector'));
    setUnlinked(['rings', 'inspector']);
    expect(messageIn('inspector')).toBe(1);
  });
});

test('what is pinned is what the view showed, and takes the place of what was pinned before', () => {
  selectMessage(4);
  pinView('inspector-2', sharedView);
  selectMessage(5);
  expect(messageIn('inspector-2')).toBe(4);
  pinView('inspector-2', sharedView);
  selectMessage(6);
  expect(messageIn('inspector-2')).toBe(5);
  expect(viewOf('inspector-2').getState()).toMatchObject({ follow: false, past: [] });
  expect(messageIn('inspector')).toBe(6);
});

test('what leaves an unlinked panel on purpose goes to all others', () => {
  toggleLink('waveform');
  selectMessage(8, 'waveform', viewOf('waveform'));
  expect(messageIn('inspector')).toBeUndefined();
  showSelected('inspector', viewOf('waveform'));
  expect(messageIn('inspector')).toBe(8);
  expect(sharedView.getState().tab).toBe('inspector');
});

test('what is opened in an unlinked panel leaves it as it is, and says so', () => {
  selectMessage(1);
  toggleLink('inspector');
  selectMessage(2);
  showSelected('inspector', sharedView);
  expect(messageIn('inspector')).toBe(1);
  expect(useSession.getState().notices.at(-1)).toMatchObject({ code: 'unlinked' });
});

test('whoever hears a panel’s view hears the one that it looks at now', () => {
  const heard: (number | undefined)[] = [];
  const stop = subscribeTo('waveform', ({ cursorNs }, before) => {
    if (cursorNs !== before.cursorNs) heard.push(cursorNs);
  });
  sharedView.setState({ cursorNs: 1 });
  toggleLink('waveform');
  sharedView.setState({ cursorNs: 2 });
  viewOf('waveform').setState({ cursorNs: 3 });
  toggleLink('waveform');
  sharedView.setState({ cursorNs: 4 });
  stop();
  sharedView.setState({ cursorNs: 5 });
  expect(heard).toEqual([1, 3, 4]);
});

test('what every view needs is kept for each as long as it is there', () => {
  const kept: string[] = [];
  const stop = forEachView((view) => {
    const name = view === sharedView ? 'shared' : 'own';
    kept.push(`+${name}`);
    return () => kept.push(`-${name}`);
  });
  toggleLink('timeline');
  toggleLink('timeline');
  stop();
  expect(kept).toEqual(['+shared', '+own', '-own', '-shared']);
});
