import { fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { sharedView } from '../../../../renderer/store/view.ts';
import { advance, hookPanels, showPanel } from '../panel-harness.tsx';

hookPanels();

test('the panel splits messages into stages, with counts', async () => {
  await showPanel('latency', 'clean', 2000);
  await advance(600);
  const row = screen.getByRole('row', { name: /^queued/ });
  expect(row.textContent).toMatch(/^queued\d+/);
  fireEvent.click(screen.getByRole('button', { name: 'queued' }));
  await advance(400);
  expect(screen.getByRole('img', { name: /^Histogram of queued: \d+ messages/ })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'CDF' }));
  expect(screen.getByText(/^p50 .*, p90 .*, p99 .* Point to read others off/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Histogram' }));
  fireEvent.click(screen.getByRole('button', { name: 'announcing' }));
  await advance(400);
  expect(screen.getByText('Nothing known of “announcing”')).toBeTruthy();
});

test('a budget that cannot be says why, and one that is broken marks the stage', async () => {
  await showPanel('latency', 'clean', 1500);
  await advance(600);
  const field = screen.getByPlaceholderText('total=2P, pop=1ms');
  fireEvent.change(field, { target: { value: 'speed=1P' } });
  expect(screen.getByText(/There is no stage "speed"/)).toBeTruthy();
  fireEvent.change(field, { target: { value: 'wait=1ms' } });
  await advance(400);
  expect(screen.getByRole('row', { name: /^queued.*✕/ })).toBeTruthy();
});

test('blame leads to the message', async () => {
  await showPanel('latency', 'stalls', 3000);
  await advance(600);
  fireEvent.click(screen.getByRole('button', { name: /^Blame/ }));
  await advance(400);
  const total = screen.getAllByRole('listitem').length;
  const [stage] = screen.getAllByRole('button', { name: /^guest’s turn \d+$/ });
  expect(stage).toBeDefined();
  fireEvent.click(stage ?? document.body);
  for (const ms of [400, 400]) await advance(ms); // asked at most every 300 ms, shown with a redraw after that
  expect(screen.getAllByRole('listitem').length).toBeLessThan(total);
  fireEvent.click(screen.getByRole('button', { name: /^\d+ incidents?$/ }));
  await advance(400);
  const line = screen.getAllByText(/was held up, and the buffer covered it/)[0];
  fireEvent.click(line?.closest('button') ?? document.body);
  await advance(100);
  expect(sharedView.getState().selection).toMatchObject({ kind: 'message', by: 'latency' });
  expect(screen.getByRole('list', { name: 'The messages that prove it' })).toBeTruthy();
});
