/** How many errors and warnings there are, behind the panel's title. */
import { useSession } from '../../store/session.ts';
import { CountBadge } from '../../ui/count-badge.tsx';

export function FindingsBadge() {
  const findings = useSession((session) => session.status?.findings);
  return <CountBadge count={(findings?.error ?? 0) + (findings?.warning ?? 0)} />;
}
