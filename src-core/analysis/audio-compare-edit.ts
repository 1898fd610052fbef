/** The shortest edit after which a reference and what was heard agree again: frames inserted, dropped or replaced. */
import type { Frames } from '../units.ts';

export interface Edit {
  readonly kind: 'inserted' | 'dropped' | 'replaced';
  readonly frames: Frames;
}

interface Both {
  readonly wanted: Int32Array;
  readonly got: Int32Array;
}

/** How much is left of both from the difference on, beyond the windows too. */
interface Left {
  readonly reference: { readonly frames: Frames };
  readonly heard: { readonly frames: Frames };
  readonly frame: Frames;
  readonly heardFrame: Frames;
}

/** Agreeing frames that count as agreement: so many, and so many changes from one to the next among them, since silence
 *  agrees with silence anywhere. */
const AGREED_FRAMES = 48;
const AGREED_CHANGES = 12;
/** At the end of the data fewer have to do. */
const AGREED_AT_END = 16;
/** Longer than that nobody waits for changes: a slow square wave has few. */
const LONGEST_LOOK = 1024;
/** A block that was heard before says so when it is that long, or follows itself at once. */
const SHORTEST_STALE = 8;
/** Comparisons that one search may take: silence resembles itself everywhere. */
const SEARCH_BOUND = 50_000_000;

/** `undefined` when no edit within the windows brings the two together. Of edits of one length the one that also explains
 *  how long both are comes first. */
export function findEdit(both: Both, left: Left): Edit | undefined {
  const { wanted, got } = both;
  const longest = Math.max(wanted.length, got.length);
  const surplus = left.heard.frames - left.heardFrame - (left.reference.frames - left.frame);
  for (let frames = 1; frames < longest; frames++) {
    const fits: Edit['kind'][] = [];
    if (agree(wanted, frames, got, frames)) fits.push('replaced');
    if (agree(wanted, 0, got, frames)) fits.push('inserted');
    if (agree(wanted, frames, got, 0)) fits.push('dropped');
    if (fits.length === 0) continue;
    const kind = fits.length === 1 ? fits[0] : likeliest(fits, frames, surplus);
    if (kind !== undefined) return { kind, frames };
  }
  return undefined;
}

/** How many frames before the difference the first `frames` that were heard from it on had been heard already; `undefined`
 *  when they had not, or say too little. */
export function findEarlier(
  { got, before }: { readonly got: Int32Array; readonly before: Int32Array },
  frames: Frames,
): Frames | undefined {
  const count = Math.min(frames, got.length);
  const first = got[0];
  let left = SEARCH_BOUND;
  for (let back = 1; back <= before.length && left > 0; back++) {
    if (before[before.length - back] !== first) continue;
    if (count < SHORTEST_STALE && back !== count) continue;
    let at = 1;
    while (at < count && got[at] === soundBack(got, before, back, at)) at++;
    if (at === count) return back;
    left -= at;
  }
  return undefined;
}

/** What was heard `back` frames before the place `at` behind the difference. */
function soundBack(got: Int32Array, before: Int32Array, back: Frames, at: Frames) {
  return at < back ? before[before.length - back + at] : got[at - back];
}

function likeliest(
  fits: readonly Edit['kind'][],
  frames: Frames,
  surplus: Frames,
): Edit['kind'] | undefined {
  if (fits.includes('inserted') && surplus >= frames) return 'inserted';
  if (fits.includes('dropped') && surplus <= -frames) return 'dropped';
  return fits.includes('replaced') ? 'replaced' : fits[0];
}

/** Whether the two agree from these places on, for long enough to mean it. */
function agree(wanted: Int32Array, wantedAt: number, got: Int32Array, gotAt: number): boolean {
  const most = Math.min(wanted.length - wantedAt, got.length - gotAt);
  if (most < AGREED_AT_END || wanted[wantedAt] !== got[gotAt]) return false;
  let changes = 0;
  for (let at = 0; at < most; at++) {
    const number = wanted[wantedAt + at];
    if (number !== got[gotAt + at]) return false;
    if (at > 0 && number !== wanted[wantedAt + at - 1]) changes++;
    if (at >= AGREED_FRAMES && changes >= AGREED_CHANGES) return true;
    if (at >= LONGEST_LOOK) return changes > 0;
  }
  return changes > 0;
}
