/** What is missing from the capture, in words. Pure. */
import type { GapBand } from '../../src-core/contract-gaps.ts';
import type { Ns } from '../../src-core/units.ts';
import { type TimeScale, toPx } from '../canvas/time-scale.ts';
import { formatBytes, formatCount, formatPlural } from '../ui/format.ts';

/** In a band: what, and how much of it. */
export function gapLabel({ kind, entries, pcmBytes }: GapBand): string {
  const count = entries > 0 ? formatCount(entries) : '';
  if (kind === 'withheld') return `${formatBytes(pcmBytes)} of PCM not kept`;
  if (kind === 'let-go') return `${formatPlural(entries, 'entry', 'entries')} let go`;
  if (kind === 'hole') return count === '' ? 'file damaged' : `file damaged: ${count} lost`;
  return count === '' ? 'something lost' : `${formatPlural(entries, 'entry', 'entries')} lost`;
}

/** Under the pointer: one sentence with what it means for what is shown. */
export function gapSentence(gap: GapBand): string {
  const { kind, entries, streamId, why } = gap;
  if (kind === 'withheld') {
    return `Of ${formatPlural(entries, 'transfer')} of stream ${streamId} only hashes and levels are here, not the PCM (${gapLabel(gap)}): the disk had too little room, or whoever made this file left the sound out. All times are right.`;
  }
  if (kind === 'let-go') {
    return `${formatPlural(entries, 'entry', 'entries')} let go by the ring file, as asked: control messages and findings are here, sound and notifications are not.`;
  }
  const lost = entries > 0 ? ` (${formatPlural(entries, 'entry', 'entries')})` : '';
  const what = kind === 'hole' ? 'A part of the file' : 'A part of what happened';
  return `${what} is missing here${lost}: ${why}. Messages may look unanswered because of it.`;
}

/** The gap at a time, the narrowest of several, within a few pixels; `streamId` -1: those of everything only. */
export function gapAt(
  gaps: readonly GapBand[],
  scale: TimeScale,
  xPx: number,
  streamId?: number,
): GapBand | undefined {
  let found: GapBand | undefined;
  for (const gap of gaps) {
    if (streamId !== undefined && gap.streamId >= 0 && gap.streamId !== streamId) continue;
    const { fromPx, widthPx } = placeOfGap(gap, scale);
    if (xPx < fromPx - 2 || xPx > fromPx + widthPx + 2) continue;
    if (found === undefined || widthOf(gap) < widthOf(found)) found = gap;
  }
  return found;
}

/** At least so wide that it can be seen. */
export const MIN_GAP_PX = 4;

export function placeOfGap(
  gap: { readonly fromNs: Ns; readonly toNs: Ns },
  scale: TimeScale,
): { readonly fromPx: number; readonly widthPx: number } {
  const fromPx = toPx(scale, gap.fromNs);
  return { fromPx, widthPx: Math.max(MIN_GAP_PX, toPx(scale, gap.toNs) - fromPx) };
}

function widthOf({ fromNs, toNs }: GapBand): Ns {
  return toNs - fromNs;
}
