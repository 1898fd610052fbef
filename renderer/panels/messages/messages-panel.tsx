/** The message table: every chain from kick to interrupt, one a row. Stays put while rows arrive; Follow is the only thing
 *  that moves it, and any scroll upwards or selection turns Follow off. */

import { ArrowDownToLine } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MessageFilter } from '../../../src-core/contract-data.ts';
import { registerCommands } from '../../commands.ts';
import { useEndings } from '../../store/endings.ts';
import { usePull } from '../../store/pull.ts';
import { isReadWhole } from '../../store/read-whole.ts';
import { ask, useSession } from '../../store/session.ts';
import { useParamsOf } from '../../store/stream-facts.ts';
import { selectedMessage, selectMessage, setFollow, showTab, useView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copy-button.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import { type TableHandle, VirtualTable } from '../../ui/virtual-table.tsx';
import { FilterField } from './filter-field.tsx';
import styles from './messages.module.css';
import { messageColumns, messageRowClass, rowAsTsv, TSV_HEADING } from './messages-columns.tsx';
import { MessagesEmpty } from './messages-empty.tsx';
import { MessagesFilter } from './messages-filter.tsx';
import { isFiltering, RowCache, sliceFor, type TableRow } from './messages-model.ts';

const ROWS_EVERY_MS = 50;

export function MessagesPanel() {
  const filter = useView((view) => view.filter);
  const follow = useView((view) => view.follow);
  const frozen = useView((view) => view.frozen);
  const isWhole = useSession(({ status }) => status != null && isReadWhole(status));
  const selected = useView(selectedMessage);
  const { columns, rowAt, total, all, onVisible } = useRows();
  const handle = useRef<TableHandle>(null);
  const selectedRow = useSelectedRow(selected, handle, rowAt);
  useRowCommands(selectedRow, rowAt);
  const select = (row: number) => {
    const message = rowAt(row);
    if (message !== undefined) selectMessage(message.index, 'messages');
    else if (!isFiltering(filter)) selectMessage(row, 'messages');
    else void selectUnfetched(row, filter);
  };
  return (
    <div className={styles.panel} data-panel="messages">
      <FilterField />
      <div className={styles.bar}>
        <MessagesFilter />
        <span className={styles.count} aria-live="off">
          {isFiltering(filter)
            ? `${formatCount(total)} of ${formatPlural(all, 'message')}`
            : formatPlural(all, 'message')}
        </span>
        {isWhole ? null : (
          <Button
            tone="quiet"
            icon={<ArrowDownToLine />}
            pressed={follow}
            tip={follow ? 'The last row stays in view' : 'Keep the last row in view'}
            command="view.follow"
            onClick={() => setFollow(!follow)}
          >
            Follow
          </Button>
        )}
      </div>
      <div className={styles.table}>
        <VirtualTable<TableRow>
          label="Messages"
          columns={columns}
          rowCount={total}
          rowAt={rowAt}
          onVisible={onVisible}
          selected={selectedRow}
          onSelect={select}
          onActivate={(row) => {
            select(row);
            showTab('inspector');
          }}
          isFollowing={follow && frozen === undefined && !isWhole}
          onScrollUp={() => setFollow(false)}
          rowClass={messageRowClass}
          empty={<MessagesEmpty />}
          handle={handle}
        />
      </div>
    </div>
  );
}

/** The visible slice of the table under the filter. */
function useRows() {
  const filter = useView((view) => view.filter);
  const frozen = useView((view) => view.frozen);
  const paramsOf = useParamsOf();
  const endings = useEndings();
  const columns = useMemo(() => messageColumns({ paramsOf, endings }), [paramsOf, endings]);
  const [visible, setVisible] = useState({ first: 0, count: 40 });
  const slice = sliceFor(visible.first, visible.count);
  const pulled = usePull('messages', { ...slice, filter }, { everyMs: ROWS_EVERY_MS });
  const cache = useRef(new RowCache());
  cache.current.take(pulled.data);
  const onVisible = useCallback((first: number, count: number) => setVisible({ first, count }), []);
  const rowAt = useCallback((row: number) => cache.current.at(row), []);
  const all = frozen?.messages ?? pulled.data?.all ?? 0;
  const total = isFiltering(filter) ? (pulled.data?.total ?? 0) : all;
  return { columns, rowAt, total, all, onVisible };
}

/** The row of the selected message under the filter; scrolls to it when another panel chose it. */
function useSelectedRow(
  selected: number | undefined,
  handle: { readonly current: TableHandle | null },
  rowAt: (row: number) => TableRow | undefined,
): number | undefined {
  const filter = useView((view) => view.filter);
  const selection = useView((view) => view.selection);
  const [found, setFound] = useState<{ index: number; row: number }>();
  useEffect(() => {
    if (selected === undefined) return setFound(undefined);
    let isCurrent = true;
    const show = (row: number) => {
      if (!isCurrent || row < 0) return;
      setFound({ index: selected, row });
      const isOurs = selection.kind === 'message' && selection.by === 'messages';
      if (!isOurs) handle.current?.reveal(row, true);
    };
    if (!isFiltering(filter)) show(selected);
    else void ask('messageRow', { index: selected, filter }).then((said) => show(said?.row ?? -1));
    return () => {
      isCurrent = false;
    };
  }, [selected, selection, filter, handle]);
  if (!isFiltering(filter)) return selected;
  if (found === undefined || found.index !== selected) return undefined;
  // hidden by the filter: the nearest row before it is not the selected one
  const shown = rowAt(found.row);
  return shown === undefined || shown.index === selected ? found.row : undefined;
}

/** A filtered row that was never in view: the host knows which message it is. */
async function selectUnfetched(row: number, filter: MessageFilter): Promise<void> {
  const slice = await ask('messages', { first: row, count: 1, filter });
  const index = slice?.index[0];
  if (index !== undefined) selectMessage(index, 'messages');
}

function useRowCommands(
  selectedRow: number | undefined,
  rowAt: (row: number) => TableRow | undefined,
): void {
  const now = useRef({ selectedRow, rowAt });
  now.current = { selectedRow, rowAt };
  useEffect(
    () =>
      registerCommands([
        {
          id: 'messages.copy',
          title: 'Copy the selected row as tab-separated text',
          group: 'Messages',
          keys: ['$mod+c'],
          when: () =>
            now.current.selectedRow !== undefined &&
            globalThis.getSelection()?.isCollapsed !== false,
          run: () => {
            const row = now.current.rowAt(now.current.selectedRow ?? -1);
            if (row !== undefined) void copyText(`${TSV_HEADING}\n${rowAsTsv(row)}\n`);
          },
        },
      ]),
    [],
  );
}
