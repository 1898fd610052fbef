import { screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { advance, click, hookPanels, showPanel } from '../panel-harness.tsx';

hookPanels();

describe('the streams panel', () => {
  test('says that there is no session', async () => {
    await showPanel('streams');
    expect(screen.getByText('No session')).toBeTruthy();
  });

  test('shows a running stream: state, counts, parameters, what is where', async () => {
    await showPanel('streams', 'clean');
    expect(
      screen.getByRole('img', { name: /^State RUNNING, .*prepared to running 1 times/ }),
    ).toBeTruthy();
    expect(screen.getByText(/^S16 \(16 bits\)$/)).toBeTruthy();
    expect(screen.getByText('Where the buffer is')).toBeTruthy();
    expect(screen.getByText(/^runs dry in/)).toBeTruthy();
  });

  test('shows refused commands as red edges with their count', async () => {
    await showPanel('streams', 'wrong-order', 4000);
    const [diagram] = screen.getAllByRole('img', { name: /^State/ });
    expect(diagram?.getAttribute('aria-label')).toMatch(/refused in \w+ \d+ times/);
    expect(diagram?.textContent).toMatch(/✕ (START|STOP|RELEASE)/);
  });

  test('folds a stream that never ran while another one does, and opens it on request', async () => {
    await showPanel('streams', 'record');
    const [idle, busy] = screen.getAllByRole('button', { name: /Stream \d/ });
    expect(idle?.getAttribute('aria-expanded')).toBe('false');
    expect(busy?.getAttribute('aria-expanded')).toBe('true');
    await click(idle as Element);
    expect(screen.getByText('No control message seen yet for this stream.')).toBeTruthy();
    expect(screen.getByText('No SET_PARAMS yet: its size is not known.')).toBeTruthy();
  });

  test('counts underruns', async () => {
    await showPanel('streams', 'underrun', 4000);
    await advance(1000);
    expect(screen.getByText(/✕ \d+ underruns?/)).toBeTruthy();
  });
});
