/** Whether what is shown can still grow. */
import type { SessionStatus } from '../../src-core/contract-data.ts';

/** A capture that was opened, and a trace that is read to its end: nothing more comes than is there, so there is no end to
 *  follow, and reading begins at the start. A trace that is followed grows until it is stopped. */
export function isReadWhole({ kind, trace, phase }: SessionStatus): boolean {
  const isReadOn = phase === 'loading' && trace?.isFollowed === false;
  return kind === 'file' || (trace !== undefined && phase === 'ended') || isReadOn;
}
