/** Whether what is shown can still grow. */
import type { SessionStatus } from '../../src-core/contract-data.ts';

/** A trace that was read to its end, or given up: nothing more comes, so there is no end to follow. */
export function isReadWhole({ trace, phase }: SessionStatus): boolean {
  return trace !== undefined && phase === 'ended';
}
