/** What the filter field does with its text. Pure. */
import type { FilterMistake, FilterProposal } from '../../../src-core/contract-filter.ts';
import type { SavedFilter } from '../../store/saved-filters.ts';

const RECENT_AT_MOST = 12;

/** The text with the proposal in place of the word at the cursor, and where the cursor is then. */
export function accept(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
  { text: proposed, kind }: FilterProposal,
): { readonly text: string; readonly cursor: number } {
  const before = text.slice(0, from);
  const after = text.slice(to);
  const isWord = kind !== 'function' && kind !== 'unit';
  const space = isWord && !after.startsWith(' ') ? ' ' : '';
  const gap = kind === 'operator' && before !== '' && !/[\s(]$/.test(before) ? ' ' : '';
  const head = `${before}${gap}${proposed}${space}`;
  return { text: `${head}${after}`, cursor: head.length };
}

/** The text in three parts, the middle one being what is underlined: at least one character, the end included. */
export function underlined(
  text: string,
  mistake: FilterMistake,
): readonly [string, string, string] {
  const from = Math.min(mistake.from, Math.max(0, text.length - 1));
  const to = Math.max(from + 1, mistake.to);
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}

/** The latest first, each once. */
export function remembered(recent: readonly string[], text: string): readonly string[] {
  const trimmed = text.trim();
  if (trimmed === '') return recent;
  return [trimmed, ...recent.filter((known) => known !== trimmed)].slice(0, RECENT_AT_MOST);
}

/** Of the list under the field: one of them. */
export interface ListedRow {
  readonly saved?: SavedFilter;
  readonly recent?: string;
  readonly proposal?: FilterProposal;
}

/** The list under the field: kept filters whose name has the text in it, recent ones that begin like it, then what may come
 *  at the cursor. */
export function listed(
  text: string,
  { recent, saved }: { readonly recent: readonly string[]; readonly saved: readonly SavedFilter[] },
  proposals: readonly FilterProposal[],
): readonly ListedRow[] {
  const wanted = text.trim().toLowerCase();
  const again = recent.filter(
    (known) => known.toLowerCase().startsWith(wanted) && known !== text.trim(),
  );
  const kept = saved.filter(
    ({ name, filter }) =>
      name.toLowerCase().includes(wanted) && (wanted === '' || filter.expression !== text.trim()),
  );
  return [
    ...kept.slice(0, wanted === '' ? 5 : 3).map((one) => ({ saved: one })),
    ...again.slice(0, wanted === '' ? 5 : 2).map((known) => ({ recent: known })),
    ...proposals.map((proposal) => ({ proposal })),
  ];
}
