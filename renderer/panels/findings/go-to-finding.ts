/** Where a finding leads: to its message, or, where it has none, to its time. */
import type { FindingRow } from '../../../src-core/contract-data.ts';
import type { RuleId } from '../../../src-core/spec/rules.ts';
import { ask } from '../../store/session.ts';
import { centreView } from '../../store/time-range.ts';
import { selectMessage, sharedView } from '../../store/view.ts';

/** A rule may be broken a few times before a message is part of it. */
const LOOKED_AT = 50;

export function goToFinding({ index, atNs }: Pick<FindingRow, 'index' | 'atNs'>): void {
  if (index >= 0) {
    selectMessage(index, 'findings');
    return;
  }
  sharedView.setState({ cursorNs: atNs, follow: false });
  centreView(atNs);
}

/** To the first finding of a rule that a message is part of. */
export async function goToFirst(rule: RuleId): Promise<void> {
  const rows = (await ask('finding', { rule, first: 0, count: LOOKED_AT })) ?? [];
  const row = rows.find(({ index }) => index >= 0) ?? rows[0];
  if (row !== undefined) goToFinding(row);
}
