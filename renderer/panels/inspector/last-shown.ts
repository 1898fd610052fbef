/** The message that an inspector showed last, for when nothing is selected. */
import { create } from 'zustand';
import { useSession } from '../../store/session.ts';

interface LastShown {
  readonly sessionId: number;
  readonly index: number;
  readonly name: string;
  readonly sentence: string;
}

export const useLastShown = create<{ readonly last: LastShown | undefined }>(() => ({
  last: undefined,
}));

export function rememberShown(index: number, name: string, sentence: string): void {
  const { sessionId } = useSession.getState();
  useLastShown.setState({ last: { sessionId, index, name, sentence } });
}
