/** The message table: every chain from kick to interrupt, one a row. Stays put while rows arrive; Follow is the only thing
 *  that moves it, and any scroll upwards or selection turns Follow off. */

import { ArrowDownToLine } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { MessageFilter } from '../../../src-core/contract-data.ts';
import { registerCommands } from '../../commands.ts';
import { isReadWhole } from '../../store/read-whole.ts';
import { useSession } from '../../store/session.ts';
import { selectedMessage, selectMessage, setFollow, showTab, useView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copy-button.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import { type TableHandle, VirtualTable } from '../../ui/virtual-table.tsx';
import { CompareTray } from './compare-tray.tsx';
import { ConversationsTable } from './conversations-table.tsx';
import { EventsTable } from './events-table.tsx';
import { FilterField } from './filter-field.tsx';
import { FindBar } from './find-bar.tsx';
import styles from './messages.module.css';
import { useMessageChoices } from './messages-choices.ts';
import { rowAsJson, rowAsTsv, TSV_HEADING } from './messages-columns.tsx';
import { MessagesEmpty } from './messages-empty.tsx';
import { MessagesFilter } from './messages-filter.tsx';
import { isFiltering, type TableRow } from './messages-model.ts';
import { selectUnfetched, useRows, useSelectedRow } from './messages-rows.ts';
import { MessagesDepth, MessagesViewMenu } from './messages-view-menu.tsx';

export function MessagesPanel() {
  const depth = useMessageChoices((choices) => choices.depth);
  return (
    <div className={styles.panel} data-panel="messages">
      <FilterField />
      {depth === 'messages' ? <MessageRows /> : <OtherDepth depth={depth} />}
      <CompareTray />
    </div>
  );
}

function OtherDepth({ depth }: { readonly depth: 'conversations' | 'events' }) {
  const isFiltered = useView((view) => isFiltering(view.filter));
  return (
    <>
      <div className={styles.bar}>
        <MessagesDepth />
        <span className={styles.gap} />
        {depth === 'events' ? <MessagesFilter /> : null}
        <span className={styles.count}>
          {depth === 'conversations' && isFiltered ? 'the filter does not narrow this depth' : ''}
        </span>
        <FollowButton />
      </div>
      <div className={styles.table}>
        {depth === 'events' ? <EventsTable /> : <ConversationsTable />}
      </div>
    </>
  );
}

function MessageRows() {
  const filter = useView((view) => view.filter);
  const follow = useView((view) => view.follow);
  const frozen = useView((view) => view.frozen);
  const isWhole = useSession(({ status }) => status != null && isReadWhole(status));
  const selected = useView(selectedMessage);
  const { columns, ownColumns, rowAt, total, all, onVisible, collapse, rowClass } = useRows();
  const handle = useRef<TableHandle>(null);
  const selectedRow = useSelectedRow(selected, handle, rowAt);
  useRowCommands(selectedRow, rowAt);
  const select = (row: number) => {
    const message = rowAt(row);
    if (message !== undefined) selectMessage(message.index, 'messages');
    else if (!isFiltering(filter) && !collapse) selectMessage(row, 'messages');
    else void selectUnfetched(row, filter);
  };
  return (
    <>
      <div className={styles.bar}>
        <MessagesDepth />
        <span className={styles.gap} />
        <MessagesFilter />
        <span className={styles.count} aria-live="off">
          {countText(filter, total, all, collapse)}
        </span>
        <MessagesViewMenu columns={ownColumns} />
        {isWhole ? null : <FollowButton />}
      </div>
      <FindBar />
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
          rowClass={rowClass}
          empty={<MessagesEmpty />}
          handle={handle}
        />
      </div>
    </>
  );
}

/** How many pass an expression stands beside it already. */
function countText(filter: MessageFilter, total: number, all: number, collapse: boolean): string {
  const messages = formatPlural(all, 'message');
  if (collapse) {
    return isFiltering(filter)
      ? formatPlural(total, 'line')
      : `${messages} in ${formatPlural(total, 'line')}`;
  }
  if (filter.expression !== undefined) return '';
  return isFiltering(filter) ? `${formatCount(total)} of ${messages}` : messages;
}

function FollowButton() {
  const follow = useView((view) => view.follow);
  return (
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
  );
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
        {
          id: 'messages.copy-json',
          title: 'Copy the selected row as a JSON line',
          group: 'Messages',
          keys: ['$mod+Shift+c'],
          when: () => now.current.selectedRow !== undefined,
          run: () => {
            const row = now.current.rowAt(now.current.selectedRow ?? -1);
            if (row !== undefined) void copyText(`${rowAsJson(row)}\n`);
          },
        },
      ]),
    [],
  );
}
