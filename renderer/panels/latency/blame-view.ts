/** What the latency panel shows: its list of blame, which the tour opens from outside, and the shape of its chart. */
import { create } from 'zustand';
import type { Shape } from './latency-model.ts';

export const useBlameView = create<{ readonly isShown: boolean }>(() => ({ isShown: false }));

export function showBlame(isShown: boolean): void {
  useBlameView.setState({ isShown });
}

export const useLatencyShape = create<{ readonly shape: Shape }>(() => ({ shape: 'histogram' }));
