/** How rows look: marked by what is searched for, by the first colour rule that they pass, and by what is wrong with them. */
import { useMemo, useRef } from 'react';
import type { MessageColumns } from '../../../src-core/contract-data.ts';
import { hueOf, MARK_HUES, useColourRules } from '../../store/colour-rules.ts';
import { usePull } from '../../store/pull.ts';
import { useFindExpression } from './find-step.ts';
import styles from './messages.module.css';
import { messageRowClass } from './messages-columns.tsx';
import type { TableRow } from './messages-model.ts';

const NO_ROWS: readonly number[] = [];
/** Rows whose marks are remembered, so that what scrolls back in has its colour at once. */
const REMEMBERED = 4096;

export interface RowMarks {
  readonly rowClass: (row: TableRow) => string;
  /** What stands at its left edge: the number of its rule. */
  readonly rowNote: (row: TableRow) => string | undefined;
}

export function useMarks(columns: MessageColumns | undefined): RowMarks {
  const find = useFindExpression();
  const { rules } = useColourRules();
  const looks = useMemo(
    () => [...(find === '' ? [] : [{ expression: find, colour: 0 }]), ...rules],
    [find, rules],
  );
  const expressions = looks.map(({ expression }) => expression);
  const isOn = looks.length > 0 && columns !== undefined;
  const index = useMemo(() => (isOn ? [...(columns?.index ?? [])] : NO_ROWS), [columns, isOn]);
  const { data } = usePull('rowMarks', { index, expressions }, { everyMs: 100, enabled: isOn });
  const known = useRef({ looks, colours: new Map<number, number>() });
  if (known.current.looks !== looks || known.current.colours.size > REMEMBERED) {
    known.current = { looks, colours: new Map() };
  }
  const { colours } = known.current;
  if (isOn && data?.expressions.join('\n') === expressions.join('\n')) {
    data.marks.forEach((mark, place) => {
      colours.set(data.index[place] ?? -1, looks[mark - 1]?.colour ?? -1);
    });
  }
  const colourOf = (row: TableRow) => colours.get(row.index) ?? -1;
  return {
    rowClass: (row) => [messageRowClass(row), markClass(colourOf(row))].filter(Boolean).join(' '),
    rowNote: (row) => {
      const colour = colourOf(row);
      return colour < 0 ? undefined : colour === 0 ? '▸' : String(colour);
    },
  };
}

function markClass(colour: number): string {
  if (colour < 0) return '';
  const hue = styles[`mark${colour === 0 ? 0 : hueOf(colour)}`];
  return `${hue} ${styles.noted} ${colour > MARK_HUES ? styles.dashed : ''}`.trim();
}
