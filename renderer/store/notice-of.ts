/** What was thrown, as the parts that a notice has: what failed, what still works, the raw message, what to do. */
import type { Notice } from '../../src-core/contract.ts';
import type { SessionStatus } from '../../src-core/contract-data.ts';
import { RemoteError } from '../../src-core/rpc.ts';

const BROKEN = 'Something broke inside Ringside. That is our mistake.';
const REPORT = 'Try it again; if it stays so, please report it with the text below.';

export function noticeOf(thrown: unknown): Notice {
  if (!(thrown instanceof RemoteError)) {
    const raw = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { severity: 'error', code: 'internal', what: BROKEN, raw, action: REPORT };
  }
  const { code, message, action } = thrown;
  // its message is the stack
  if (code === 'internal-error') {
    return { severity: 'error', code, what: BROKEN, raw: message, action: REPORT };
  }
  return {
    severity: 'error',
    code,
    what: message,
    ...(action === undefined ? {} : { action }),
  };
}

/** What an error did not touch. `status` as the session stood when it came. */
export function stillWorks(status: SessionStatus | null | undefined, isConnected: boolean): string {
  if (!isConnected) return 'What is shown is from before, and connecting is tried again.';
  if (status === null || status === undefined) return 'Everything else on this page works.';
  if (status.phase === 'loading') return 'Reading goes on, and what is read is shown.';
  if (status.phase === 'ended') return 'What was captured is still here.';
  return 'The session runs on.';
}
