/** What the inspector tells of several messages: the fields in which they differ, with the values that occur. Pure. */
import type { FieldInfo, MessageCells } from '../../../src-core/contract-messages.ts';

export interface ValueCount {
  readonly text: string;
  readonly count: number;
}

export interface DifferingField {
  readonly name: string;
  readonly doc: string;
  /** The most frequent first, of equally frequent ones that which came first; an empty text: there is none. */
  readonly values: readonly ValueCount[];
  /** Further values that occur. */
  readonly more: number;
  /** Of the first and the last message, where each has a value of its own. */
  readonly ends?: readonly [string, string];
}

const VALUES_SHOWN = 3;

/** In the order of the vocabulary. */
export function differingFields(
  fields: readonly FieldInfo[],
  cells: readonly MessageCells[],
): readonly DifferingField[] {
  return fields.flatMap(({ name, doc }, place) => {
    const counts = new Map<string, number>();
    for (const { texts } of cells) {
      const text = texts[place] ?? '';
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    if (counts.size < 2) return [];
    const values = [...counts]
      .map(([text, count]) => ({ text, count }))
      .sort((left, right) => right.count - left.count);
    const shown = values.slice(0, VALUES_SHOWN);
    const more = values.length - shown.length;
    const texts = [...counts.keys()];
    const isEachItsOwn = more > 0 && counts.size === cells.length;
    const ends = [texts[0] ?? '', texts.at(-1) ?? ''] as const;
    return [{ name, doc, values: shown, more, ...(isEachItsOwn ? { ends } : {}) }];
  });
}
