/** Says new errors to who cannot see them: "2 new errors on tx stream 0". Nothing else speaks by itself. */
import { useEffect, useRef, useState } from 'react';
import type { FindingGroup, FindingRow } from '../../src-core/contract-data.ts';
import type { Client } from '../../src-core/rpc.ts';
import { useSession } from '../store/session.ts';
import { formatPlural } from '../ui/format.ts';

/** What comes within that time is said together. */
const GATHER_MS = 2000;

export function NewErrors() {
  const errors = useSession(({ status }) => status?.findings.error ?? 0);
  const sessionId = useSession((session) => session.sessionId);
  const isLive = useSession(({ status }) => status?.phase === 'live');
  const said = useRef({ sessionId, errors });
  const [text, setText] = useState('');
  useEffect(() => {
    if (said.current.sessionId !== sessionId || !isLive) said.current = { sessionId, errors };
    if (errors <= said.current.errors) return;
    const timer = setTimeout(() => {
      const { client, status } = useSession.getState();
      const now = status?.findings.error ?? 0;
      const count = now - said.current.errors;
      said.current = { sessionId, errors: now };
      if (client === undefined || count <= 0) return;
      void newestError(client).then((newest) => setText(errorsText(count, newest)));
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [errors, sessionId, isLive]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}

export function errorsText(count: number, newest: FindingRow | undefined): string {
  const errors = formatPlural(count, 'new error');
  if (newest === undefined || newest.streamId < 0) return errors;
  return `${errors} on ${newest.queue === 3 ? 'rx' : 'tx'} stream ${newest.streamId}`;
}

async function newestError(client: Client): Promise<FindingRow | undefined> {
  try {
    const groups = await client.call('findings', {});
    const group = lastOf(groups.filter(({ severity }) => severity === 'error'));
    if (group === undefined) return undefined;
    const first = Math.max(0, group.count - 1);
    return (await client.call('finding', { rule: group.rule, first, count: 1 })).at(-1);
  } catch {
    return undefined; // the session ended meanwhile: the number is said without a place
  }
}

function lastOf(groups: readonly FindingGroup[]): FindingGroup | undefined {
  return groups.reduce<FindingGroup | undefined>(
    (last, group) => (last !== undefined && last.lastNs >= group.lastNs ? last : group),
    undefined,
  );
}
