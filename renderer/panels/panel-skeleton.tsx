/** The skeleton of a panel whose data is pulled: how far the file is read while it is read, and what was refused. */
import type { LoadProgress } from '../../src-core/contract-files.ts';
import { runCommand } from '../commands.ts';
import type { PullState } from '../store/pull.ts';
import { useSession } from '../store/session.ts';
import { formatBytes } from '../ui/format.ts';
import { Skeleton } from '../ui/skeleton.tsx';

interface Props {
  /** Begins the sentence "… is on its way". */
  readonly what: string;
  readonly pull?: Pick<PullState<unknown>, 'error' | 'askAgain'> | undefined;
}

export function PanelSkeleton({ what, pull }: Props) {
  const loading = useSession(({ status }) => status?.loading);
  return (
    <Skeleton
      what={what}
      progress={loading === undefined ? undefined : `${loadText(loading)} read`}
      onCancel={loading === undefined ? undefined : () => runCommand('session.stop')}
      error={pull?.error}
      onAgain={pull?.askAgain}
    />
  );
}

/** `31 MB of 192 MB · 85 MB/s`. */
export function loadText({ doneBytes, totalBytes, bytesPerS }: LoadProgress): string {
  return `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)} · ${formatBytes(bytesPerS)}/s`;
}
