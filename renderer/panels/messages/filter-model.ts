/** What the filter field does with its text. Pure. */
import type { FilterMistake, FilterProposal } from '../../../src-core/contract-filter.ts';

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

/** Of the list under the field: one or the other. */
export interface ListedRow {
  readonly recent?: string;
  readonly proposal?: FilterProposal;
}

/** The list under the field: recent filters that begin like the text, then what may come at the cursor. */
export function listed(
  text: string,
  recent: readonly string[],
  proposals: readonly FilterProposal[],
): readonly ListedRow[] {
  const wanted = text.trim().toLowerCase();
  const again = recent.filter(
    (known) => known.toLowerCase().startsWith(wanted) && known !== text.trim(),
  );
  return [
    ...again.slice(0, wanted === '' ? 5 : 2).map((known) => ({ recent: known })),
    ...proposals.map((proposal) => ({ proposal })),
  ];
}
