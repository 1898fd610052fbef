import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  foldedTimes,
  keepFolds,
  openFold,
  setFolding,
  tellIdleTimes,
  toggleNearestFold,
  useFolds,
} from '../../../renderer/store/folds.ts';
import { useSession } from '../../../renderer/store/session.ts';
import { centreView, middleOfView, panView } from '../../../renderer/store/time-range.ts';
import { resetView, setFollow, sharedView } from '../../../renderer/store/view.ts';

const S = 1e9;
let stop: () => void;

beforeEach(() => {
  resetView();
  useSession.setState({ changed: { messages: 1, entries: 1, endNs: 92 * S } });
  setFolding(true);
  stop = keepFolds();
  tellIdleTimes(Float64Array.of(10 * S, 70 * S, 80 * S, 90 * S));
});

afterEach(() => stop());

test('nothing folds while a live end is followed; after that what stood at the right edge is as large as it was', () => {
  sharedView.setState({ range: { fromNs: 69 * S, toNs: 71 * S } });
  expect(foldedTimes()).toEqual([]);
  setFollow(false);
  expect(foldedTimes().length).toBe(2);
  // a second of the view is busy, a share of it a fold, and the rest what was before it
  const { fromNs, toNs } = sharedView.getState().range;
  expect(toNs).toBe(71 * S);
  expect(fromNs).toBeCloseTo(10 * S - (1 - 0.06 * 2) * S, 0);
  setFollow(true);
  expect(sharedView.getState().range.fromNs).toBeCloseTo(69 * S, 0);
  expect(foldedTimes()).toEqual([]);
});

test('what is opened is shown in full, and what is left of it stays; a key opens the next and folds all again', () => {
  setFollow(false);
  sharedView.setState({ range: { fromNs: 9 * S, toNs: 71 * S }, cursorNs: 9 * S });
  const [first, second] = foldedTimes();
  if (first === undefined || second === undefined) throw new Error('two are told');
  openFold(first);
  expect(foldedTimes()).toEqual([second]);
  const { fromNs, toNs } = sharedView.getState().range;
  expect(fromNs).toBeCloseTo(9 * S, 0);
  expect(toNs).toBeCloseTo(9 * S + (2 / 0.94) * S, 0);
  sharedView.setState({ range: { fromNs: 79 * S, toNs: 91 * S } });
  toggleNearestFold();
  expect(foldedTimes()).toEqual([]);
  toggleNearestFold();
  expect(foldedTimes()).toEqual([first, second]);
  setFolding(false);
  expect(foldedTimes()).toEqual([]);
  expect(useFolds.getState().isOn).toBe(false);
});

test('centre and pan go along the folded axis', () => {
  setFollow(false);
  sharedView.setState({ range: { fromNs: 9 * S, toNs: 71 * S } });
  centreView(9.9 * S);
  expect(middleOfView()).toBeCloseTo(9.9 * S, 0);
  panView(0.5);
  expect(sharedView.getState().range.fromNs).toBeCloseTo(9.9 * S, 0);
});

test('what was folded in one session is not folded in the next', () => {
  setFollow(false);
  expect(foldedTimes()).toHaveLength(2);
  const { sessionId } = useSession.getState();
  useSession.setState({ sessionId: sessionId + 1 });
  expect(foldedTimes()).toEqual([]);
});
