/** Whether the latency panel shows its list of blame: the tour opens it from outside. */
import { create } from 'zustand';

export const useBlameView = create<{ readonly isShown: boolean }>(() => ({ isShown: false }));

export function showBlame(isShown: boolean): void {
  useBlameView.setState({ isShown });
}
