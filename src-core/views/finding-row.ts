/** A finding as views get it. An underrun has no message of its own: it points at the one after whose PCM the gap came. */
import type { Capture } from '../capture/capture.ts';
import type { Finding, Mark } from '../capture/story.ts';
import type { FindingRow } from '../contract-data.ts';

/** Other marks that may stand between an underrun's mark and its finding. */
const MOST_BETWEEN = 8;

export function findingRow(capture: Capture, { row, ...finding }: Finding): FindingRow {
  const index = row < 0 && isXrun(finding.rule) ? xrunRow(capture.story.marks, finding.atNs) : row;
  return { ...finding, index };
}

function isXrun(rule: Finding['rule']): boolean {
  return rule === 'VS-P-01' || rule === 'VS-P-02';
}

/** Row of the newest underrun mark at or before `atNs`; -1 when there is none near. Marks are in the order of time. */
function xrunRow(marks: readonly Mark[], atNs: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.atNs ?? 0) <= atNs) low = middle + 1;
    else high = middle;
  }
  for (let at = low - 1; at >= Math.max(0, low - MOST_BETWEEN); at--) {
    const mark = marks[at];
    if (mark?.kind === 'xrun' && mark.row >= 0) return mark.row;
  }
  return -1;
}
