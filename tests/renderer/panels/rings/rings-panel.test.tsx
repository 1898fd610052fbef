import { render, screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { addressesGiven } from '../../../../renderer/panels/rings/rings-empty.tsx';
import { FrozenPane, useFrozen } from '../../../../renderer/panels/rings/rings-frozen.tsx';
import { readSplitRing } from '../../../../renderer/panels/rings/rings-split.ts';
import { selectedMessage, sharedView } from '../../../../renderer/store/view.ts';
import type { RingView } from '../../../../src-core/contract-data.ts';
import { advance, click, hookPanels, press, showPanel, stopDemo } from '../panel-harness.tsx';
import { splitView } from './ring-fixture.ts';

hookPanels();

function Kept({ view }: { readonly view: RingView }) {
  const frozen = useFrozen(readSplitRing(view));
  return frozen === undefined ? null : <FrozenPane frozen={frozen} />;
}

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

  test('shows the indirect table of the chosen chain, marks it in memory, and counts for a watch', async () => {
    await showPanel('rings', 'clean');
    const busy = rows('Descriptor table').find((row) => row.textContent?.includes('⤷'));
    await click(busy as Element);
    await advance(200);
    const table = screen.getByRole('region', { name: 'Indirect table' });
    expect(table.textContent).toMatch(/Slot \d+.*R → 1/);
    await click(screen.getByRole('button', { name: 'Watch' }));
    await advance(600);
    expect(screen.getByRole('region', { name: 'Watch' }).textContent).toContain('not once so far');
    await click(screen.getByRole('button', { name: 'Stop watching' }));
    await click(screen.getByRole('button', { name: 'Address ranges in guest memory' }));
    expect(screen.getByRole('region', { name: 'Address ranges' }).textContent).toContain(
      'Region 1',
    );
  });

  test('keeps an inconsistent ring beside the one that goes on, until it is given up', async () => {
    const good = splitView({ descriptors: { 1: {} }, avail: [1], lastAvail: 1, inFlight: [1] });
    const bad = { ...good, driverArea: splitView({ availIdx: 500 }).driverArea };
    const { rerender } = render(<Kept view={good} />);
    expect(screen.queryByRole('region', { name: 'Frozen ring' })).toBeNull();
    rerender(<Kept view={bad} />);
    const pane = () => screen.queryByRole('region', { name: 'Frozen ring' });
    expect(pane()?.textContent).toMatch(/500 is \d+ ahead.*VQ-16/);
    rerender(<Kept view={good} />);
    expect(pane()?.textContent).toContain('VQ-16');
    await click(screen.getByRole('button', { name: 'Give the frozen ring up' }));
    expect(pane()).toBeNull();
  });

  test('names the addresses that a queue lacks, or had', () => {
    expect(addressesGiven([], 2)).toEqual({});
    const queue = { what: 'queue', queue: 2, size: 8, packed: false, availIdx: 0 } as const;
    const areas = { descriptorArea: 1n, driverArea: 2n, deviceArea: 3n };
    const steps = [
      { seq: 1, atNs: 1e9, step: { ...queue, ...areas } },
      { seq: 2, atNs: 2e9, step: { what: 'reset' } },
    ] as const;
    const { given, note } = addressesGiven(steps, 2);
    expect(given).toEqual([1n, 2n, 3n]);
    expect(note).toContain('the device was reset');
    expect(addressesGiven(steps, 3)).toEqual({});
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
