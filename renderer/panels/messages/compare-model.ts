/** The compare tray: fields of up to four messages side by side. */
import type { FieldInfo, MessageCells } from '../../../src-core/contract-messages.ts';

export interface ComparedField {
  readonly name: string;
  readonly doc: string;
  readonly texts: readonly string[];
  readonly differs: boolean;
}

/** In the order of the vocabulary; fields that none of them has are left out, those that are alike too unless `showsAlike`. */
export function comparedFields(
  fields: readonly FieldInfo[],
  indexes: readonly number[],
  cells: readonly MessageCells[],
  showsAlike: boolean,
): readonly ComparedField[] {
  const byIndex = new Map(cells.map(({ index, texts }) => [index, texts]));
  const rows = fields.map(({ name, doc }, place) => {
    const texts = indexes.map((index) => byIndex.get(index)?.[place] ?? '');
    return { name, doc, texts, differs: new Set(texts).size > 1 };
  });
  return rows.filter(
    ({ texts, differs }) => texts.some((text) => text !== '') && (differs || showsAlike),
  );
}
