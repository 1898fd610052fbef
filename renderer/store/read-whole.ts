/** Whether what is shown can still grow. */
import type { SessionStatus } from '../../src-core/contract-data.ts';

/** A capture that was opened, and a trace that was read to its end, or given up: nothing more comes, so there is no end to
 *  follow, and reading begins at the start. */
export function isReadWhole({ kind, trace, phase }: SessionStatus): boolean {
  return kind === 'file' || (trace !== undefined && phase === 'ended');
}
