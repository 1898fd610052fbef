import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { closeTray } from '../../../../renderer/panels/messages/compare-store.ts';
import { useMessageChoices } from '../../../../renderer/panels/messages/messages-choices.ts';
import { selectMessage, useView } from '../../../../renderer/store/view.ts';
import { advance, click, hookPanels, press, showPanel, stopDemo } from '../panel-harness.tsx';

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

test('the states panel leads from an edge to its messages', async () => {
  await showPanel('states', 'clean');
  await advance(600);
  expect(rows('Control exchanges').some((row) => row.textContent?.includes('PCM_START'))).toBe(
    true,
  );
  const [edge] = screen.getAllByRole('button', { name: 'Show the PCM_START messages' });
  await click(edge as Element);
  expect(useView.getState().filter.expression).toContain('code == PCM_START');
  expect(useView.getState().tab).toBe('messages');
});
