/** What is wrong with a filter: where, in a sentence, and how it could be mended. */
import type { Place } from './filter-ast.ts';

export interface FilterProblem extends Place {
  /** A sentence. */
  readonly message: string;
  /** The whole filter as it might have been meant. */
  readonly suggestion?: string;
}

/** Thrown inside the filter modules and caught at their edge: what comes out of them is a FilterProblem. */
export class FilterFault extends Error {
  readonly place: Place;
  /** What should stand at `place` instead. */
  readonly instead: string | undefined;

  constructor(message: string, { from, to }: Place, instead?: string) {
    super(message);
    this.name = 'FilterFault';
    this.place = { from, to };
    this.instead = instead;
  }
}

/** What `work` gives, or the problem that it met. */
export function orProblem<T extends object>(text: string, work: () => T): T | FilterProblem {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof FilterFault)) throw thrown;
    const { message, place, instead } = thrown;
    const mended = instead === undefined ? undefined : mend(text, place, instead);
    return { message, ...place, ...(mended === undefined ? {} : { suggestion: mended }) };
  }
}

export function isProblem(result: object): result is FilterProblem {
  return 'message' in result && 'from' in result;
}

/** The one of `known` that `word` is most likely a slip for. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const bound = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let least = bound + 1;
  for (const candidate of known) {
    const name = candidate.toLowerCase();
    const distance = name.endsWith(`.${wanted}`) ? 1 : editDistance(wanted, name, least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return (
    best ??
    known.find((candidate) => wanted.length > 2 && candidate.toLowerCase().startsWith(wanted))
  );
}

function mend(text: string, { from, to }: Place, instead: string): string {
  return `${text.slice(0, from)}${instead}${text.slice(to)}`;
}

/** Letters inserted, dropped, replaced or swapped with their neighbour; at least `bound` when it is no less. */
function editDistance(one: string, other: string, bound: number): number {
  if (Math.abs(one.length - other.length) >= bound) return bound;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (isSwap && row > 1 && column > 1) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      next.push(cost);
    }
    [before, last] = [last, next];
  }
  return last[other.length] ?? bound;
}
