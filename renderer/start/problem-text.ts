/** What went wrong, for a line in a card. */
import { RemoteError } from '../../src-core/rpc.ts';

/** The sentence, and what to do about it. */
export function problemText(thrown: unknown): string {
  if (!(thrown instanceof RemoteError)) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
  return thrown.action === undefined ? thrown.message : `${thrown.message} ${thrown.action}`;
}
