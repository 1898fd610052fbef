/** Where a finding leads: to its message, or, where it has none, to its time. */
import type { FindingRow } from '../../../src-core/contract-data.ts';
import { centreView } from '../../store/time-range.ts';
import { selectMessage, sharedView } from '../../store/view.ts';

export function goToFinding({ index, atNs }: Pick<FindingRow, 'index' | 'atNs'>): void {
  if (index >= 0) {
    selectMessage(index, 'findings');
    return;
  }
  sharedView.setState({ cursorNs: atNs, follow: false });
  centreView(atNs);
}
