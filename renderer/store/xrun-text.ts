/** How often a stream ran dry, in words. */
import type { StreamStatus } from '../../src-core/contract-data.ts';
import { formatPlural } from '../ui/format.ts';

/** `2 underruns`; `isTraced`: a trace shows when messages moved, not what was heard, so `2 suspected underruns`. */
export function xrunText(
  { direction, underruns }: Pick<StreamStatus, 'direction' | 'underruns'>,
  isTraced: boolean,
): string {
  const word = `${isTraced ? 'suspected ' : ''}${direction === 'output' ? 'underrun' : 'overrun'}`;
  return underruns === 0 ? `no ${word}s` : formatPlural(underruns, word);
}
