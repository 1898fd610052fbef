import { screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { useMessageChoices } from '../../../../renderer/panels/messages/messages-choices.ts';
import { lendRingActions } from '../../../../renderer/panels/rings/rings-commands.ts';
import { keepFilter, useSavedFilters } from '../../../../renderer/store/saved-filters.ts';
import { sharedView } from '../../../../renderer/store/view.ts';
import { advance, click, hookPanels, press, showPanel, stopDemo } from '../panel-harness.tsx';

hookPanels();

describe('the navigator', () => {
  test('shows queues and streams of the device, and turns all panels to one that is clicked', async () => {
    await showPanel('navigator', 'two-streams');
    for (const name of ['controlq', 'txq', 'tx 0', 'tx 1']) {
      expect(screen.getByRole('treeitem', { name: new RegExp(name) })).toBeTruthy();
    }
    const config = screen.getByRole('treeitem', { name: /Configuration/ });
    await click(config);
    await press('ArrowRight', config);
    expect(screen.getByRole('treeitem', { name: /streams\W*2/ }).textContent).toBe('streams2');
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

  test('has a menu for each row by the keyboard: only its messages, all but them, together with the filter', async () => {
    await showPanel('navigator', 'two-streams');
    const row = screen.getByRole('treeitem', { name: /tx 1/ });
    row.focus();
    const choose = async (name: RegExp) => {
      await advance(300);
      await click(screen.getByRole('menuitem', { name }));
      await advance(300);
    };
    await press('ContextMenu', row);
    expect(screen.getByRole('menuitem', { name: /Together with the filter.*no filter is on/ }));
    for (const name of [/Break on/, /Hold/]) {
      const item = screen.getByRole('menuitem', { name });
      expect(item.getAttribute('aria-disabled')).toBe('true');
      expect(item.textContent).toMatch(/needs a device that can stop/);
    }
    await choose(/^Exclude this/);
    expect(sharedView.getState().filter).toEqual({ expression: '!(stream == 1)' });
    expect(sharedView.getState().tab).toBe('messages');
    await press('F10', row, { shiftKey: true });
    await choose(/^Filter to this/);
    expect(sharedView.getState().filter).toEqual({ streamId: 1 });
    await press('Enter', row, { ctrlKey: true });
    await choose(/^Pin its track/);
    expect(sharedView.getState().pinned).toContain('2/1');
  });

  test('leaves Shift+F10 to the rings while they are shown, and a menu keeps the keys pressed in it', async () => {
    await showPanel('navigator', 'two-streams');
    const row = screen.getByRole('treeitem', { name: /tx 0/ });
    await click(row);
    row.focus();
    const stop = lendRingActions(() => ({
      toggleCircle: () => {},
      openMessage: undefined,
      toggleWatch: () => {},
    }));
    await press('F10', row, { shiftKey: true });
    await advance(300);
    expect(screen.queryByRole('menu')).toBeNull();
    stop();
    await press('F10', row, { shiftKey: true });
    await advance(300);
    await press('v', screen.getByRole('menu'));
    expect(useMessageChoices.getState().depth).toBe('messages');
  });

  test('stays when the guest is gone, and says when it was last seen', async () => {
    await showPanel('navigator', 'clean', 2000);
    expect(screen.getByRole('treeitem', { name: /Device.*DRIVER_OK/ })).toBeTruthy();
    await stopDemo();
    await advance(600);
    expect(screen.getByRole('treeitem', { name: /Device.*last seen 00:00:0\d/ })).toBeTruthy();
    expect(screen.getByRole('treeitem', { name: /tx 0/ })).toBeTruthy();
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
