/** What an open rule tells: what it asks, what breaking it does to the ear, the remedy, how it is computed; and what this
 *  project thinks of it. */
import { useState } from 'react';
import type { BaselineRow } from '../../../src-core/analysis/baseline.ts';
import { type RuleId, ruleOf } from '../../../src-core/spec/rules.ts';
import { useSession } from '../../store/session.ts';
import { Button } from '../../ui/button.tsx';
import styles from './findings.module.css';
import { STANDARD_URL } from './findings-model.ts';
import { goToFirst } from './go-to-finding.ts';

interface FindingDetailProps {
  readonly rule: RuleId;
  readonly known: BaselineRow | undefined;
}

export function FindingDetail({ rule, known }: FindingDetailProps) {
  const { ear, remedy, how, section } = ruleOf(rule);
  return (
    <div className={styles.told}>
      <dl className="selectable">
        <dt>To the ear</dt>
        <dd>{ear}</dd>
        <dt>Remedy</dt>
        <dd>{remedy}</dd>
        <dt>How it is found</dt>
        <dd>{how}</dd>
        <dt>In the standard</dt>
        <dd>
          <a href={STANDARD_URL} target="_blank" rel="noreferrer">
            Virtio 1.3, section {section}
          </a>
        </dd>
      </dl>
      <Judgement rule={rule} known={known} />
    </div>
  );
}

/** Mutes or acknowledges all findings of the rule, with a reason that CI shows. */
function Judgement({ rule, known }: FindingDetailProps) {
  const client = useSession((session) => session.client);
  const [reason, setReason] = useState(known?.reason ?? '');
  const mark = (state: 'new' | 'acknowledged' | 'muted') =>
    void client?.call('markFindings', { rule, state, reason });
  const needsReason = reason.trim() === '';
  const tip = needsReason ? 'Say why first: CI shows the reason' : undefined;
  return (
    <div className={styles.judgement}>
      <Button tone="primary" onClick={() => void goToFirst(rule)}>
        Go to the first
      </Button>
      <input
        aria-label={`Why ${rule} is known here`}
        placeholder="Why it is known here"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Button
        disabled={needsReason}
        {...(tip === undefined ? {} : { tip })}
        onClick={() => mark('acknowledged')}
      >
        Acknowledge
      </Button>
      <Button
        disabled={needsReason}
        {...(tip === undefined ? {} : { tip })}
        onClick={() => mark('muted')}
      >
        Mute
      </Button>
      {known === undefined ? null : <Button onClick={() => mark('new')}>Count it again</Button>}
    </div>
  );
}
