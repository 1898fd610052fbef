/** The slice of the message table that is in view, at the chosen filter: every message, or runs as one line each. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MessageFilter } from '../../../src-core/contract-data.ts';
import { type ColourRule, useColourRules } from '../../store/colour-rules.ts';
import { useEndings } from '../../store/endings.ts';
import { tellFirstTable } from '../../store/first-table.ts';
import { FIRST_ROWS, sliceFor } from '../../store/message-slices.ts';
import { viewOf } from '../../store/own-views.ts';
import { usePull } from '../../store/pull.ts';
import { ask, useSession } from '../../store/session.ts';
import { useParamsOf } from '../../store/stream-facts.ts';
import { selectMessage, useView } from '../../store/view.ts';
import { BAR_PX, fittingColumns } from '../../ui/fitting-columns.ts';
import type { TableHandle } from '../../ui/virtual-table.tsx';
import { useFieldColumns } from './field-columns.tsx';
import { useFindExpression } from './find-step.ts';
import { useMessageChoices } from './messages-choices.ts';
import { messageColumns } from './messages-columns.tsx';
import { useLosses } from './messages-losses.ts';
import { useMarks } from './messages-marks.ts';
import { isFiltering, RowCache, type TableRow } from './messages-model.ts';

/** With every second picture of the timeline: both are laid out at once. */
const ROWS_EVERY_MS = 66;

/** `roomPx`: of the table, 0 before it is known. */
export function useRows(roomPx: number) {
  const filter = useView((view) => view.filter);
  const frozen = useView((view) => view.frozen);
  const collapse = useMessageChoices((choices) => choices.collapse);
  const delta = useMessageChoices((choices) => choices.delta);
  const [visible, setVisible] = useState({ first: 0, count: FIRST_ROWS });
  const query = { ...sliceFor(visible.first, visible.count), filter };
  const every = { everyMs: ROWS_EVERY_MS };
  const single = usePull('messages', query, { ...every, enabled: !collapse });
  const runs = usePull('messageRuns', query, { ...every, enabled: collapse });
  const data = collapse ? runs.data : single.data;
  const hasData = data !== undefined;
  useEffect(() => {
    if (hasData) tellFirstTable();
  }, [hasData]);
  const cache = useRef(new RowCache());
  cache.current.take(data, delta);
  const onVisible = useCallback((first: number, count: number) => setVisible({ first, count }), []);
  const rowAt = useCallback((row: number) => cache.current.at(row), []);
  const all = frozen?.messages ?? data?.all ?? 0;
  const isWhole = !isFiltering(filter) && !collapse;
  const total = isWhole ? all : (data?.total ?? 0);
  const { columns, ownColumns, leftOut } = useColumns(visible, rowAt, roomPx);
  const marks = useMarks(data);
  const lossBefore = useLosses(data);
  return {
    columns,
    ownColumns,
    leftOut,
    rowAt,
    total,
    all,
    onVisible,
    collapse,
    marks,
    lossBefore,
  };
}

/** Those that the user wants, and the table's own for the menu. */
function useColumns(
  visible: { readonly first: number; readonly count: number },
  rowAt: (row: number) => TableRow | undefined,
  roomPx: number,
) {
  const paramsOf = useParamsOf();
  const endings = useEndings();
  const hidden = useMessageChoices((choices) => choices.hidden);
  const delta = useMessageChoices((choices) => choices.delta);
  // widths change when a digit is added, not with each message
  const messages = useSession(({ changed }) => roundedUp(changed.messages));
  const endNs = useSession(({ changed }) => roundedUp(changed.endNs));
  const isFinding = useFindExpression() !== '';
  const noteDigits = useColourRules(({ rules }) => digitsOf(rules, isFinding));
  const ownColumns = useMemo(
    () => messageColumns({ paramsOf, endings, delta, messages, endNs, noteDigits }),
    [paramsOf, endings, delta, messages, endNs, noteDigits],
  );
  const fieldColumns = useFieldColumns(visible, rowAt);
  // fields that the user added stand beyond: the table is scrolled sideways to them
  const { shown, leftOut } = useMemo(
    () =>
      fittingColumns(
        ownColumns.filter(({ id }) => !hidden.includes(id)),
        roomPx - BAR_PX,
      ),
    [ownColumns, hidden, roomPx],
  );
  const columns = useMemo(() => [...shown, ...fieldColumns], [shown, fieldColumns]);
  return { columns, ownColumns, leftOut };
}

function digitsOf(rules: readonly ColourRule[], isFinding: boolean): number {
  if (rules.length === 0) return isFinding ? 1 : 0;
  return String(Math.max(...rules.map(({ colour }) => colour))).length;
}

/** 999 for 123: as many digits. */
function roundedUp(value: number): number {
  return 10 ** Math.ceil(Math.log10(Math.max(1, value) + 1)) - 1;
}

export interface SelectedRow {
  /** `undefined` when it is in no row. */
  readonly row: number | undefined;
  /** The filter hides it: the nearest before it is in view. */
  readonly isHidden: boolean;
}

/** The row of the selected message; scrolls to it when another panel chose it. */
export function useSelectedRow(
  selected: number | undefined,
  handle: { readonly current: TableHandle | null },
  rowAt: (row: number) => TableRow | undefined,
): SelectedRow {
  const filter = useView((view) => view.filter);
  const selection = useView((view) => view.selection);
  const collapse = useMessageChoices((choices) => choices.collapse);
  const isWhole = !isFiltering(filter) && !collapse;
  const [found, setFound] = useState<{ index: number; row: number }>();
  // back from another depth: what was chosen here before has to be found again
  const hasShown = useRef(false);
  // lines move while runs grow together
  const line = usePull(
    'messageRunOf',
    { index: selected ?? 0, filter },
    { everyMs: 100, enabled: collapse && selected !== undefined },
  );
  useEffect(() => {
    if (selected === undefined) return setFound(undefined);
    let isCurrent = true;
    const show = (row: number) => {
      if (!isCurrent) return;
      setFound({ index: selected, row });
      if (row < 0) return;
      const isOurs = selection.kind === 'message' && selection.by === 'messages';
      if (!isOurs || !hasShown.current) handle.current?.reveal(row, true);
      hasShown.current = true;
    };
    if (isWhole) show(selected);
    else {
      const method = collapse ? 'messageRunOf' : 'messageRow';
      void ask(method, { index: selected, filter }).then((said) => show(said?.row ?? -1));
    }
    return () => {
      isCurrent = false;
    };
  }, [selected, selection, filter, handle, collapse, isWhole]);
  if (isWhole) return { row: selected, isHidden: false };
  if (found === undefined || found.index !== selected) return { row: undefined, isHidden: false };
  const row = collapse ? (line.data?.row ?? found.row) : found.row;
  const shown = rowAt(row);
  // hidden by the filter: the nearest row before it is not the selected one
  const holds = row >= 0 && (shown === undefined || shown.index === selected || inRun(shown));
  return { row: holds ? row : undefined, isHidden: !holds };
}

function inRun({ runMessages }: TableRow): boolean {
  return runMessages > 1;
}

/** A row that was never in view: the host knows which message it is. */
export async function selectUnfetched(row: number, filter: MessageFilter): Promise<void> {
  const { collapse } = useMessageChoices.getState();
  const method = collapse ? 'messageRuns' : 'messages';
  const slice = await ask(method, { first: row, count: 1, filter });
  const index = slice?.index[0];
  if (index !== undefined) selectMessage(index, 'messages', viewOf('messages'));
}
