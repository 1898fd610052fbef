import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { selectedMessage, sharedView } from '../../../../renderer/store/view.ts';
import { advance, click, hookPanels, press, showPanel, stopDemo } from '../panel-harness.tsx';

hookPanels();

const grid = (name: string) => screen.getByRole('grid', { name });
const rows = (name: string) => within(grid(name)).getAllByRole('row');

describe('the rings panel', () => {
  test('says that there is no session', async () => {
    await showPanel('rings');
    expect(screen.getByText('No session')).toBeTruthy();
  });

  test('shows the three tables of a split ring with what is in flight', async () => {
    await showPanel('rings', 'clean');
    expect(screen.getByText('guest memory, now')).toBeTruthy();
    expect(rows('Descriptor table').some((row) => row.textContent?.includes('desc'))).toBe(true);
    expect(rows('Avail ring').length).toBeGreaterThan(5);
    expect(rows('Used ring').some((row) => row.textContent?.includes('8 B'))).toBe(true);
    expect(screen.getByText('in flight', { selector: 'dt' })).toBeTruthy();
  });

  test('leads from a slot in flight to its message, by click and by key', async () => {
    await showPanel('rings', 'clean');
    const busy = rows('Descriptor table').find((row) => row.className.includes('service'));
    await click(busy as Element);
    const index = selectedMessage(sharedView.getState());
    expect(index).toBeGreaterThanOrEqual(0);
    expect(screen.getByText(/message \d.*Enter opens it/)).toBeTruthy();
    await press('Enter', grid('Descriptor table'));
    expect(sharedView.getState().tab).toBe('messages');
  });

  test('walks slots and tables with the arrow keys', async () => {
    await showPanel('rings', 'clean');
    await press('ArrowDown', grid('Descriptor table'));
    await press('ArrowDown', grid('Descriptor table'));
    await press('ArrowRight', grid('Descriptor table'));
    const [chosen] = rows('Used ring').filter(
      (row) => row.getAttribute('aria-selected') === 'true',
    );
    expect(chosen?.getAttribute('aria-rowindex')).toBe('2');
  });

  test('steps from one change of the ring to the next with F10, and back', async () => {
    await showPanel('rings', 'clean');
    await stopDemo();
    await press('F10', document.body, { shiftKey: true });
    const last = sharedView.getState().cursorNs ?? 0;
    expect(last).toBeGreaterThan(0);
    await press('F10', document.body, { shiftKey: true });
    const before = sharedView.getState().cursorNs ?? 0;
    expect(before).toBeLessThan(last);
    await press('F10');
    expect(sharedView.getState().cursorNs).toBe(last);
  });

  test('goes to the circle and back with T', async () => {
    await showPanel('rings', 'clean');
    await press('t');
    expect(screen.getByRole('img', { name: /^Ring of 64 slots/ })).toBeTruthy();
    await press('t');
    expect(grid('Avail ring')).toBeTruthy();
  });

  test('shows a packed ring as one table with its bits', async () => {
    await showPanel('rings', 'packed');
    expect(screen.getByRole('columnheader', { name: 'AVAIL' })).toBeTruthy();
    expect(screen.getAllByText('in flight').length).toBeGreaterThan(1);
  });

  test('goes on showing the last ring of a session that ended, and says when it was', async () => {
    await showPanel('rings', 'clean');
    await stopDemo();
    await advance(100);
    expect(screen.getByText(/as recorded at|Queue 2 not enabled/)).toBeTruthy();
  });
});
