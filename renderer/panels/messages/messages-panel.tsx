/** The message table: every chain from kick to interrupt, one a row. Stays put while rows arrive; Follow is the only thing
 *  that moves it, and any scroll upwards or selection turns Follow off. */

import { ArrowDownToLine } from 'lucide-react';
import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import type { MessageFilter } from '../../../src-core/contract-data.ts';
import { registerCommands } from '../../commands.ts';
import { viewOf } from '../../store/own-views.ts';
import { isReadWhole } from '../../store/read-whole.ts';
import { useSession } from '../../store/session.ts';
import { showSelected } from '../../store/show-selected.ts';
import {
  hoverMessage,
  selectedMessage,
  selectMessage,
  setFollow,
  sharedView,
  usePanelView,
  useView,
} from '../../store/view.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import type { MenuFor } from '../../ui/table-menu.tsx';
import { useWidth } from '../../ui/table-size.ts';
import { type TableHandle, VirtualTable } from '../../ui/virtual-table.tsx';
import { CompareTray } from './compare-tray.tsx';
import { ConversationsTable } from './conversations-table.tsx';
import { EventsTable } from './events-table.tsx';
import { FilterField } from './filter-field.tsx';
import { FindBar } from './find-bar.tsx';
import { messageMenu } from './message-menu.tsx';
import styles from './messages.module.css';
import { useMessageChoices } from './messages-choices.ts';
import { MessagesEmpty } from './messages-empty.tsx';
import { MessagesFilter } from './messages-filter.tsx';
import { isFiltering, type TableRow } from './messages-model.ts';
import { selectUnfetched, useRows, useSelectedRow } from './messages-rows.ts';
import { copySelected, selectUpTo, toggleSelected } from './messages-selection.ts';
import { ColumnItems, MessagesDepth, MessagesViewMenu } from './messages-view-menu.tsx';

// rows come twenty times a second, and nothing of these changes with them
const Depth = memo(MessagesDepth);
const Filter = memo(MessagesFilter);
const ViewMenu = memo(MessagesViewMenu);
const Follow = memo(FollowButton);
const Find = memo(FindBar);
const Field = memo(FilterField);

export function MessagesPanel() {
  const depth = useMessageChoices((choices) => choices.depth);
  return (
    <div className={styles.panel} data-panel="messages">
      {depth === 'messages' ? <MessageRows /> : <OtherDepth depth={depth} />}
      <CompareTray />
    </div>
  );
}

function OtherDepth({ depth }: { readonly depth: 'conversations' | 'events' }) {
  const isFiltered = useView((view) => isFiltering(view.filter));
  return (
    <>
      <Field
        count={
          depth === 'conversations' && isFiltered ? 'the filter does not narrow this depth' : ''
        }
      />
      <div className={styles.bar}>
        <MessagesDepth />
        <span className={styles.gap} />
        {depth === 'events' ? <MessagesFilter /> : null}
        <span className={styles.end}>
          <FollowButton />
        </span>
      </div>
      <div className={styles.table}>
        {depth === 'events' ? <EventsTable /> : <ConversationsTable />}
      </div>
    </>
  );
}

function MessageRows() {
  const view = usePanelView();
  const filter = useView((look) => look.filter);
  const follow = useView((look) => look.follow);
  const frozen = useView((look) => look.frozen);
  const isWhole = useSession(({ status }) => status != null && isReadWhole(status));
  const selected = useView(selectedMessage);
  const box = useRef<HTMLDivElement>(null);
  const rows = useRows(useWidth(box));
  const { columns, ownColumns, leftOut, rowAt, total, all, onVisible, collapse, marks } = rows;
  const handle = useRef<TableHandle>(null);
  const chosenRow = useSelectedRow(selected, handle, rowAt);
  useRowCommands();
  const several = useView(({ selection }) =>
    selection.kind === 'message' ? selection.also : undefined,
  );
  const chosen = useMemo(() => new Set(several), [several]);
  const pointed = useView((look) => look.hoverIndex);
  const onHover = useHover(rowAt);
  const count =
    several === undefined
      ? countText(filter, total, all, collapse)
      : `${formatCount(several.length)} selected`;
  const select = (row: number) => {
    const message = rowAt(row);
    if (message !== undefined) selectMessage(message.index, 'messages', view);
    else if (!isFiltering(filter) && !collapse) selectMessage(row, 'messages', view);
    else void selectUnfetched(row, filter);
  };
  const menuFor: MenuFor = ({ row, columnId }) => {
    if (row === undefined)
      return <ColumnItems columns={ownColumns} leftOut={leftOut} at={columnId} />;
    const message = rowAt(row);
    return message === undefined ? undefined : messageMenu(message, columnId, several);
  };
  return (
    <>
      <Field count={count} />
      <div className={styles.bar}>
        <Depth />
        <span className={styles.gap} />
        <Filter />
        <span className={styles.end}>
          <ViewMenu columns={ownColumns} leftOut={leftOut} />
          {isWhole ? null : <Follow />}
        </span>
      </div>
      <Find />
      {chosenRow.isHidden && selected !== undefined ? <HiddenSelected index={selected} /> : null}
      <div ref={box} className={styles.table}>
        <VirtualTable<TableRow>
          label="Messages"
          columns={columns}
          rowCount={total}
          rowAt={rowAt}
          onVisible={onVisible}
          selected={chosenRow.row}
          onSelect={select}
          onExtend={(row, how) => {
            const index = rowAt(row)?.index;
            if (how === 'upTo') void selectUpTo(row);
            else if (index !== undefined) toggleSelected(index);
          }}
          isChosen={({ index }) => chosen.has(index)}
          onActivate={(row) => {
            select(row);
            showSelected('inspector', view);
          }}
          isFollowing={follow && frozen === undefined && !isWhole}
          onScrollUp={() => setFollow(false, view)}
          rowClass={(row) => withPointed(marks.rowClass(row), row.index === pointed)}
          rowNote={marks.rowNote}
          rowDivider={rows.lossBefore}
          onHover={onHover}
          empty={<MessagesEmpty />}
          handle={handle}
          menuFor={menuFor}
        />
      </div>
    </>
  );
}

function withPointed(classes: string, isPointed: boolean): string {
  return isPointed ? `${classes} ${styles.pointed}` : classes;
}

/** Always the same function, whatever rows there are. */
function useHover(rowAt: (row: number) => TableRow | undefined) {
  const now = useRef(rowAt);
  now.current = rowAt;
  return useCallback((row: number | undefined) => {
    const message = row === undefined ? undefined : now.current(row);
    hoverMessage(message?.index, message?.streamId);
  }, []);
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

/** What another panel or Go to chose: the table says that it cannot show it, in place of showing something else in silence. */
function HiddenSelected({ index }: { readonly index: number }) {
  return (
    <div className={styles.hiddenOne} role="status">
      <span>{`The filter hides message ${formatCount(index)}: the nearest shown is in view.`}</span>
      <Button tone="quiet" onClick={() => sharedView.setState({ filter: {} })}>
        Show all messages
      </Button>
    </div>
  );
}

function FollowButton() {
  const view = usePanelView();
  const follow = useView((look) => look.follow);
  return (
    <IconButton
      label={follow ? 'Follow: the last row stays in view' : 'Follow: keep the last row in view'}
      icon={<ArrowDownToLine />}
      pressed={follow}
      command="view.follow"
      onClick={() => setFollow(!follow, view)}
    />
  );
}

/** In the table only: elsewhere Ctrl+C copies the text that is selected. */
function useRowCommands(): void {
  useEffect(() => {
    const group = 'Messages';
    const needs = 'a selected message';
    const when = () => viewOf('messages').getState().selection.kind === 'message';
    return registerCommands([
      {
        ...{ id: 'messages.copy', title: 'Copy the selected rows as tab-separated text' },
        ...{ group, needs, keys: ['$mod+c'] },
        when: () => when() && globalThis.getSelection()?.isCollapsed !== false,
        run: () => void copySelected('tsv'),
      },
      {
        ...{ id: 'messages.copy-json', title: 'Copy the selected rows as JSON lines' },
        ...{ group, needs, when, keys: ['$mod+Shift+c'] },
        run: () => void copySelected('jsonl'),
      },
    ]);
  }, []);
}
