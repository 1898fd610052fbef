import { beforeEach, expect, test } from 'vitest';
import { dragEdge, holdEdge, releaseEdge, withEdge } from '../../../renderer/store/area-edges.ts';
import { resetView, sharedView } from '../../../renderer/store/view.ts';

beforeEach(() => resetView());

test('edges that pass each other change places', () => {
  const area = { fromNs: 10, toNs: 20 };
  expect(withEdge(area, 'from', 5)).toEqual({ area: { fromNs: 5, toNs: 20 }, edge: 'from' });
  expect(withEdge(area, 'from', 30)).toEqual({ area: { fromNs: 20, toNs: 30 }, edge: 'to' });
  expect(withEdge(area, 'to', 4)).toEqual({ area: { fromNs: 4, toNs: 10 }, edge: 'from' });
});

test('an edge that is held goes along with the pointer until it is let go', () => {
  sharedView.setState({ hoverNs: 1e9 });
  holdEdge('from');
  dragEdge(0.5e9);
  expect(sharedView.getState().selection).toMatchObject({ kind: 'range', fromNs: 0.5e9 });
  releaseEdge();
  dragEdge(0.1e9);
  expect(sharedView.getState().selection).toMatchObject({ fromNs: 0.5e9 });
});

test('without a pointer both edges are set from the cursor, by keys alone', () => {
  sharedView.setState({ cursorNs: 0.2e9 });
  holdEdge('from');
  sharedView.setState({ cursorNs: 0.9e9 });
  holdEdge('to');
  const { selection, heldEdge } = sharedView.getState();
  expect(selection).toEqual({ kind: 'range', fromNs: 0.2e9, toNs: 0.9e9 });
  expect(heldEdge).toBeUndefined();
});
