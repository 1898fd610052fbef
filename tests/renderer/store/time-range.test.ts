import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { useSession } from '../../../renderer/store/session.ts';
import {
  fitView,
  keepFollowing,
  panView,
  revealTime,
  zoomView,
} from '../../../renderer/store/time-range.ts';
import { resetView, setFollow, sharedView } from '../../../renderer/store/view.ts';

let stop = () => {};
beforeEach(() => {
  resetView();
  useSession.setState({ changed: { messages: 1, entries: 1, endNs: 0 }, status: null });
  stop = keepFollowing();
});
afterEach(() => stop());

const capturedUntil = (endNs: number) =>
  useSession.setState({ changed: { messages: 1, entries: 1, endNs } });
const range = () => sharedView.getState().range;

describe('the time range', () => {
  test('follows the end of the capture with its width kept', () => {
    capturedUntil(10e9);
    expect(range().toNs).toBeGreaterThan(10e9);
    expect(range().toNs).toBeLessThan(10.2e9);
    expect(range().toNs - range().fromNs).toBe(2e9);
  });

  test('begins at the start while the capture is shorter than it', () => {
    capturedUntil(0.5e9);
    expect(range().fromNs).toBe(0);
  });

  test('stands still once it was panned, and follows again when told to', () => {
    capturedUntil(10e9);
    panView(-0.5);
    const kept = range();
    capturedUntil(20e9);
    expect(range()).toEqual(kept);
    setFollow(true);
    expect(range().toNs).toBeGreaterThan(20e9);
  });

  test('stands still while frozen', () => {
    capturedUntil(10e9);
    const kept = range();
    sharedView.setState({ frozen: { messages: 1, entries: 1, endNs: 10e9 } });
    capturedUntil(20e9);
    expect(range()).toEqual(kept);
  });

  test('zooms at the cursor while that is in view', () => {
    sharedView.setState({ range: { fromNs: 0, toNs: 10e9 }, cursorNs: 2e9, follow: false });
    capturedUntil(10e9);
    zoomView(0.5);
    expect(range()).toEqual({ fromNs: 1e9, toNs: 6e9 });
  });

  test('shows the whole capture on request', () => {
    capturedUntil(100e9);
    fitView();
    expect(range().fromNs).toBeLessThanOrEqual(0);
    expect(range().toNs).toBeGreaterThanOrEqual(100e9);
  });

  test('moves to a time only if that is not in view', () => {
    sharedView.setState({ range: { fromNs: 0, toNs: 10e9 }, follow: false });
    revealTime(3e9, 4e9);
    expect(range()).toEqual({ fromNs: 0, toNs: 10e9 });
    revealTime(50e9, 51e9);
    expect(range().fromNs).toBeCloseTo(45.5e9);
  });
});
