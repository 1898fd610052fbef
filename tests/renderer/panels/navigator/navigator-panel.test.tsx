import { screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { keepFilter, useSavedFilters } from '../../../../renderer/store/saved-filters.ts';
import { sharedView } from '../../../../renderer/store/view.ts';
import { advance, click, hookPanels, press, showPanel } from '../panel-harness.tsx';

hookPanels();

describe('the navigator', () => {
  test('shows queues and streams of the device, and turns all panels to one that is clicked', async () => {
    await showPanel('navigator', 'two-streams');
    for (const name of ['controlq', 'txq', 'tx 0', 'tx 1']) {
      expect(screen.getByRole('treeitem', { name: new RegExp(name) })).toBeTruthy();
    }
    await click(screen.getByRole('treeitem', { name: /tx 1/ }));
    expect(sharedView.getState()).toMatchObject({ streamId: 1, queue: 2, tab: 'streams' });
  });

  test('is walked by arrows, folds, and pins a lane with P', async () => {
    await showPanel('navigator', 'two-streams');
    const row = (name: RegExp) => screen.getByRole('treeitem', { name });
    row(/Device/).focus();
    await press('End', row(/Device/));
    await press('ArrowUp', document.activeElement ?? document.body);
    await press('Home', document.activeElement ?? document.body);
    expect(document.activeElement).toBe(row(/Device/));
    await press('ArrowLeft', row(/Device/));
    expect(screen.queryByRole('treeitem', { name: /Features/ })).toBeNull();
    await click(row(/tx 0/));
    await press('p', row(/tx 0/));
    expect(sharedView.getState().pinned).toEqual(['2/0']);
  });

  test('has a menu for each row by the keyboard: only these messages, or without them', async () => {
    await showPanel('navigator', 'two-streams');
    const row = screen.getByRole('treeitem', { name: /tx 1/ });
    row.focus();
    await click(row);
    await press('ContextMenu', row);
    await advance(300);
    await click(screen.getByRole('menuitem', { name: 'Without these messages' }));
    expect(sharedView.getState().filter).toEqual({ expression: '!(stream == 1)' });
    expect(sharedView.getState().tab).toBe('messages');
    await press('F10', row, { shiftKey: true });
    await advance(300);
    await click(screen.getByRole('menuitem', { name: 'Only these messages' }));
    expect(sharedView.getState().filter).toEqual({ streamId: 1 });
  });

  test('lists kept filters: a click applies one, Delete forgets it', async () => {
    keepFilter('slow "ones"', { queues: [2], expression: 'latency > 1P' });
    await showPanel('navigator', 'clean');
    const row = screen.getByRole('treeitem', { name: /slow "ones".*txq · latency > 1P/ });
    await click(row);
    expect(sharedView.getState().filter).toEqual({ queues: [2], expression: 'latency > 1P' });
    await press('Delete', row);
    expect(screen.queryByRole('treeitem', { name: /slow/ })).toBeNull();
    expect(useSavedFilters.getState().saved).toEqual([]);
  });
});
