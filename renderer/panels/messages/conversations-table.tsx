/** Conversations: a stream from PREPARE to RELEASE, a control request with its answer, an event that was told. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Conversation } from '../../../src-core/contract-messages.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { SEVERITY_MARKS } from '../../palette.ts';
import { sliceFor } from '../../store/message-slices.ts';
import { usePull } from '../../store/pull.ts';
import {
  selectedMessage,
  selectMessage,
  setFollow,
  sharedView,
  usePanelView,
  useView,
} from '../../store/view.ts';
import { MenuHeading } from '../../ui/context-menu.tsx';
import { copyText } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount } from '../../ui/format.ts';
import { MenuItem, MenuLine } from '../../ui/menu.tsx';
import { type TableColumn, type TableHandle, VirtualTable } from '../../ui/virtual-table.tsx';
import { colourBy, FilterItems, showFiltered } from '../filter-items.tsx';
import { conversationStatus, conversationTitle, isBad } from './conversations-model.ts';
import styles from './messages.module.css';
import { setDepth } from './messages-choices.ts';

const ROWS_EVERY_MS = 100;

export function ConversationsTable() {
  const view = usePanelView();
  const follow = useView((look) => look.follow);
  const frozen = useView((look) => look.frozen);
  const selected = useView(selectedMessage);
  const [visible, setVisible] = useState({ first: 0, count: 40 });
  const slice = sliceFor(visible.first, visible.count);
  const { data } = usePull('conversations', slice, { everyMs: ROWS_EVERY_MS });
  const place = usePull(
    'conversationOf',
    { index: selected ?? 0 },
    { everyMs: 200, enabled: selected !== undefined },
  );
  const rowAt = (row: number) => data?.rows[row - data.first];
  const at = selected === undefined ? -1 : (place.data?.row ?? -1);
  const handle = useRef<TableHandle>(null);
  useEffect(() => {
    if (at >= 0) handle.current?.reveal(at, true);
  }, [at]);
  const choose = (row: number) => {
    const index = rowAt(row)?.index ?? -1;
    if (index >= 0) selectMessage(index, 'messages', view);
  };
  return (
    <VirtualTable<Conversation>
      label="Conversations"
      columns={COLUMNS}
      rowCount={data?.total ?? 0}
      rowAt={rowAt}
      onVisible={useCallback((first: number, count: number) => setVisible({ first, count }), [])}
      selected={at < 0 ? undefined : at}
      onSelect={choose}
      onActivate={(row) => {
        choose(row);
        const conversation = rowAt(row);
        if (conversation !== undefined) openMessages(conversation);
      }}
      isFollowing={follow && frozen === undefined}
      onScrollUp={() => setFollow(false, view)}
      rowClass={(conversation) => (isBad(conversation) ? styles.wrong : undefined)}
      empty={
        <EmptyState
          title="No conversation yet"
          detail="A stream that is prepared, a control request or an event begins one."
        />
      }
      handle={handle}
      menuFor={({ row }) => {
        const conversation = row === undefined ? undefined : rowAt(row);
        return conversation === undefined ? undefined : <Items conversation={conversation} />;
      }}
    />
  );
}

/** The menu of a conversation: a run of a stream is all its messages, an exchange the one that it is. */
function Items({ conversation }: { readonly conversation: Conversation }) {
  const { kind, index, streamId } = conversation;
  const isRun = kind === 'lifecycle';
  const asked = { index, fields: ['number'] };
  const { data } = usePull('cellFilters', asked, { live: false, enabled: !isRun });
  const expression = isRun ? `track == ${conversation.track}` : data?.[0]?.equal;
  const title = conversationTitle(conversation);
  return (
    <>
      <MenuHeading>{title}</MenuHeading>
      <FilterItems expression={expression} />
      <MenuItem
        label={`Filter to stream ${Math.max(0, streamId)}`}
        disabled={streamId < 0 ? 'it names no stream' : undefined}
        onSelect={() => showFiltered({ streamId })}
      />
      <MenuItem label="Colour by this" onSelect={() => colourBy(expression ?? '')} />
      <MenuLine />
      <MenuItem
        label="Open its messages"
        keys="Enter"
        onSelect={() => openMessages(conversation)}
      />
      <MenuItem label="Copy its name" onSelect={() => void copyText(title)} />
    </>
  );
}

/** The messages of a stream's run alone, or all of them around an exchange. */
function openMessages(conversation: Conversation): void {
  const isRun = conversation.kind === 'lifecycle';
  sharedView.setState({ filter: isRun ? { expression: `track == ${conversation.track}` } : {} });
  setDepth('messages');
}

const mono = (text: string) => <span className="mono">{text}</span>;

const COLUMNS: readonly TableColumn<Conversation>[] = [
  {
    id: 'time',
    title: 'Time',
    widthPx: 126,
    align: 'right',
    meaning: 'When it began, since the capture began',
    cell: ({ fromNs }) => mono(formatTime(fromNs)),
  },
  {
    id: 'what',
    title: 'Conversation',
    widthPx: 240,
    grows: true,
    meaning: 'Enter or a double click opens its messages.',
    cell: (conversation) => (
      <span className={conversation.kind === 'lifecycle' ? styles.run : styles.exchange}>
        {conversationTitle(conversation)}
      </span>
    ),
  },
  {
    id: 'stream',
    title: 'Stream',
    widthPx: 58,
    align: 'right',
    cell: ({ streamId }) => mono(streamId < 0 ? '–' : String(streamId)),
  },
  {
    id: 'status',
    title: 'Status',
    widthPx: 104,
    cell: (conversation) => (
      <span className={isBad(conversation) ? styles.error : ''}>
        {conversationStatus(conversation)}
      </span>
    ),
  },
  {
    id: 'took',
    title: 'Duration',
    widthPx: 82,
    align: 'right',
    cell: ({ fromNs, toNs }) => mono(Number.isNaN(toNs) ? '' : formatDuration(toNs - fromNs)),
  },
  {
    id: 'messages',
    title: 'Messages',
    widthPx: 84,
    align: 'right',
    meaning: 'Messages whose PCM moved in this run',
    cell: (row) => mono(row.kind === 'lifecycle' ? formatCount(row.messages) : ''),
  },
  {
    id: 'frames',
    title: 'Frames',
    widthPx: 92,
    align: 'right',
    cell: (row) => mono(row.kind === 'lifecycle' ? formatCount(row.frames) : ''),
  },
  { id: 'findings', title: 'Findings', widthPx: 104, cell: findings },
];

function findings(conversation: Conversation) {
  const mark = SEVERITY_MARKS[conversation.severity];
  if (mark === undefined || conversation.severity === 0) return '';
  const count = conversation.kind === 'lifecycle' ? ` ×${formatCount(conversation.blamed)}` : '';
  return <span className={styles[mark.name]}>{`${mark.glyph} ${mark.name}${count}`}</span>;
}
