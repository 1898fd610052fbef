import { act, fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { goTo } from '../../../../renderer/frame/go-to.tsx';
import { closeTray } from '../../../../renderer/panels/messages/compare-store.ts';
import { useMessageChoices } from '../../../../renderer/panels/messages/messages-choices.ts';
import { useColourRules, useFind } from '../../../../renderer/store/colour-rules.ts';
import { useSession } from '../../../../renderer/store/session.ts';
import { selectedMessages, selectMessage, sharedView } from '../../../../renderer/store/view.ts';
import { advance, click, hookPanels, host, press, showPanel, stopDemo } from '../panel-harness.tsx';

hookPanels();

const rows = (name: string) => within(screen.getByRole('grid', { name })).getAllByRole('row');
const chosen = (name: string) =>
  rows(name).find((row) => row.getAttribute('aria-selected') === 'true')?.textContent ?? '';

test('V goes through the depths, and what is selected stays in place', async () => {
  await showPanel('messages', 'clean', 4000);
  await stopDemo();
  selectMessage(90);
  await advance(600);
  expect(chosen('Messages')).toMatch(/^90.*PCM write/);
  await press('v');
  await advance(600);
  expect(chosen('Events')).toMatch(/^90.*popped/);
  await press('v');
  await advance(600);
  expect(chosen('Conversations')).toContain('Playback, run 1');
  await press('v');
  await advance(600);
  expect(chosen('Messages')).toMatch(/^90.*PCM write/);
});

test('runs are one line, a field is a column, and messages are compared', async () => {
  await showPanel('messages', 'clean', 4000);
  await stopDemo();
  useMessageChoices.setState({ collapse: true, fields: ['period'] });
  await advance(600);
  expect(rows('Messages').some((row) => /× \d+, all under/.test(row.textContent ?? ''))).toBe(true);
  expect(screen.getByRole('columnheader', { name: 'period' })).toBeTruthy();
  useMessageChoices.setState({ collapse: false, fields: [] });
  for (const index of [90, 91]) {
    selectMessage(index);
    await advance(200);
    await press('c');
  }
  await advance(600);
  const tray = screen.getByRole('region', { name: 'Compare tray' });
  expect(within(tray).getByRole('rowheader', { name: /number/ })).toBeTruthy();
  closeTray();
});

test('what is found and what colour rules mean is marked, and nothing is hidden', async () => {
  await showPanel('messages', 'clean', 2000);
  await stopDemo();
  selectMessage(3);
  await advance(600);
  const before = rows('Messages').length;
  useColourRules.setState({ rules: [{ expression: 'queue == tx', colour: 2 }] });
  useFind.setState({ text: 'PCM_PREPARE' });
  await advance(900);
  expect(rows('Messages')).toHaveLength(before);
  const marksOf = (text: RegExp) =>
    rows('Messages')
      .filter((row) => text.test(row.textContent ?? ''))
      .map((row) => /mark(\d)/.exec(row.className)?.[1]);
  const notes = rows('Messages').map((row) => row.dataset.note);
  expect(new Set(notes)).toEqual(new Set([undefined, '2', '▸']));
  expect(new Set(marksOf(/PCM write/))).toEqual(new Set(['2']));
  expect(new Set(marksOf(/PCM_PREPARE/))).toEqual(new Set(['0']));
  expect(new Set(marksOf(/PCM_SET_PARAMS/))).toEqual(new Set([undefined]));
  expect(document.querySelector('search')?.textContent).toMatch(/1 found/);
  useColourRules.setState({ rules: [] });
  useFind.setState({ text: undefined });
});

test('Shift with the arrows selects several rows, also under a filter, and they are copied', async () => {
  await showPanel('messages', 'clean', 2000);
  await stopDemo();
  sharedView.setState({ filter: { expression: 'queue == tx' } });
  await advance(600);
  const grid = screen.getByRole('grid', { name: 'Messages' });
  await press('Home', grid);
  await advance(300);
  const first = selectedMessages(sharedView.getState())[0] ?? -1;
  for (let n = 0; n < 3; n++) await press('ArrowDown', grid, { shiftKey: true });
  await advance(300);
  const chosen = selectedMessages(sharedView.getState());
  expect(chosen).toHaveLength(4);
  expect(chosen[0]).toBe(first);
  expect(screen.getAllByRole('row', { selected: true })).toHaveLength(4);
  await press('ArrowUp', grid, { shiftKey: true });
  await advance(300);
  expect(selectedMessages(sharedView.getState())).toEqual(chosen.slice(0, 3));
  const copied: string[] = [];
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: { writeText: async (text: string) => void copied.push(text) },
  });
  await press('c', document.body, { ctrlKey: true });
  const lines = (copied.at(-1) ?? '').slice(0, -1).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^number\ttime\tqueue\tstream/);
  await press('C', document.body, { ctrlKey: true, shiftKey: true });
  const objects = (copied.at(-1) ?? '')
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(objects).toHaveLength(3);
  expect(objects[0]).toMatchObject({ queue: 'tx', kind: 'write' });
});

test('the menu of a cell filters to its value, excludes it, colours by it, and copies rows as a filter', async () => {
  await showPanel('messages', 'clean', 2000);
  await stopDemo();
  sharedView.setState({ follow: false, filter: {} });
  selectMessage(3);
  await advance(600);
  const cell = (row: RegExp, text: string) => {
    const found = rows('Messages').find((each) => row.test(each.textContent ?? ''));
    return within(found as HTMLElement).getByText(text);
  };
  const choose = async (target: Element, ...names: readonly RegExp[]) => {
    await act(async () => void fireEvent.contextMenu(target));
    await advance(400);
    for (const name of names) {
      await click(screen.getByRole('menuitem', { name }));
      await advance(400);
    }
  };
  await choose(cell(/PCM_PREPARE/, 'PCM_PREPARE'), /^Filter to this$/);
  expect(sharedView.getState().filter).toEqual({ expression: 'code == PCM_PREPARE' });
  expect(selectedMessages(sharedView.getState())).toHaveLength(1);
  await choose(cell(/PCM_PREPARE/, 'controlq'), /^Together with/, /^…or not this/);
  expect(sharedView.getState().filter.expression).toBe(
    'code == PCM_PREPARE || !(queue == control)',
  );
  await choose(cell(/PCM write/, 'PCM write'), /^Colour by/, /^its stream: stream == 0/);
  expect(useColourRules.getState().rules.map(({ expression }) => expression)).toEqual([
    'stream == 0',
  ]);
  useColourRules.setState({ rules: [] });
  const copied: string[] = [];
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: { writeText: async (text: string) => void copied.push(text) },
  });
  await choose(cell(/PCM write/, 'PCM write'), /^Copy/, /^As a filter that finds it/);
  expect(copied).toEqual([expect.stringMatching(/^number == \d+$/)]);
  sharedView.setState({ filter: {} });
});

test('a message that the filter hides is told of, with the way to see it', async () => {
  await showPanel('messages', 'clean', 2000);
  await stopDemo();
  sharedView.setState({ filter: { expression: 'queue == tx' } });
  selectMessage(3);
  await advance(600);
  const told = screen.getByText(/^The filter hides message 3:/);
  await click(within(told.parentElement as HTMLElement).getByRole('button'));
  await advance(600);
  expect(sharedView.getState().filter).toEqual({});
  expect(screen.queryByText(/^The filter hides/)).toBeNull();
  expect(chosen('Messages')).toMatch(/^3/);
});

test('Go to finds the message that carried a frame, of the stream that is shown', async () => {
  await showPanel('messages', 'clean', 2000);
  await stopDemo();
  await act(async () => goTo({ kind: 'frame', frame: 5000 }));
  await advance(300);
  const index = selectedMessages(sharedView.getState())[0] ?? -1;
  const { fromFrame, frames } = await host().client.call('messages', { first: index, count: 1 });
  expect(fromFrame[0]).toBeLessThanOrEqual(5000);
  expect((fromFrame[0] ?? 0) + (frames[0] ?? 0)).toBeGreaterThan(5000);
  await act(async () => goTo({ kind: 'frame', frame: 1e9 }));
  expect(selectedMessages(sharedView.getState())).toEqual([index]);
  expect(useSession.getState().notices.at(-1)?.what).toMatch(/^No message of stream 0 carried/);
});

test('the states panel leads from an edge to its messages', async () => {
  await showPanel('states', 'clean');
  await advance(600);
  expect(rows('Control exchanges').some((row) => row.textContent?.includes('PCM_START'))).toBe(
    true,
  );
  const [edge] = screen.getAllByRole('button', { name: 'Show the PCM_START messages' });
  await click(edge as Element);
  expect(sharedView.getState().filter.expression).toMatch(/^number in \{\d+\}$/);
  expect(sharedView.getState().tab).toBe('messages');
});
