/** Fields of the vocabulary as columns of the message table: their texts are asked for the rows in view alone. */
import { useMemo } from 'react';
import type { FieldInfo } from '../../../src-core/contract-messages.ts';
import { usePull } from '../../store/pull.ts';
import type { TableColumn } from '../../ui/virtual-table.tsx';
import { useMessageChoices } from './messages-choices.ts';
import type { TableRow } from './messages-model.ts';

const CELLS_EVERY_MS = 100;
const MOST_ROWS = 200;
const NONE: readonly TableColumn<TableRow>[] = [];

export function useFieldColumns(
  { first, count }: { readonly first: number; readonly count: number },
  rowAt: (row: number) => TableRow | undefined,
): readonly TableColumn<TableRow>[] {
  const fields = useMessageChoices((choices) => choices.fields);
  const enabled = fields.length > 0;
  const indexes = enabled ? indexesOf(first, count, rowAt) : [];
  const list = usePull('fieldList', {}, { enabled, live: false });
  const cells = usePull('messageCells', { indexes, fields }, { enabled, everyMs: CELLS_EVERY_MS });
  // the answer belongs to the question that was asked with it, which may be an older one: it names its rows itself
  const { data } = cells;
  return useMemo(() => {
    if (!enabled) return NONE;
    const byIndex = new Map((data ?? []).map(({ index, texts }) => [index, texts]));
    return fields.map((name, place) =>
      fieldColumn(
        name,
        list.data?.find((field) => field.name === name),
        (row) => {
          return byIndex.get(row.index)?.[place] ?? '';
        },
      ),
    );
  }, [enabled, fields, data, list.data]);
}

function indexesOf(
  first: number,
  count: number,
  rowAt: (row: number) => TableRow | undefined,
): number[] {
  const indexes: number[] = [];
  for (let row = first; row < first + Math.min(count, MOST_ROWS); row++) {
    const index = rowAt(row)?.index;
    if (index !== undefined) indexes.push(index);
  }
  return indexes;
}

function fieldColumn(
  name: string,
  field: FieldInfo | undefined,
  textOf: (row: TableRow) => string,
): TableColumn<TableRow> {
  const isNumber = field === undefined || field.unit !== '' || field.isNumber;
  return {
    id: `field.${name}`,
    title: name,
    widthPx: Math.max(78, 20 + 7 * name.length),
    align: isNumber ? 'right' : 'left',
    ...(field === undefined ? {} : { meaning: `${field.doc} (${field.grade})` }),
    cell: (row) => <span className={isNumber ? 'mono' : ''}>{textOf(row)}</span>,
  };
}
