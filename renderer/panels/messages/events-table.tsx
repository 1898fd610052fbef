/** The events of each message, a line each. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { queueName } from '../../store/message-row.ts';
import { sliceFor } from '../../store/message-slices.ts';
import { usePull } from '../../store/pull.ts';
import { showSelected } from '../../store/show-selected.ts';
import {
  selectedMessage,
  selectMessage,
  setFollow,
  usePanelView,
  useView,
} from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';
import { type TableColumn, type TableHandle, VirtualTable } from '../../ui/virtual-table.tsx';
import { EVENT_KINDS, type EventRow, eventAt, eventRow, lineOf } from './events-model.ts';
import { messageMenu } from './message-menu.tsx';
import styles from './messages.module.css';
import { MessagesEmpty } from './messages-empty.tsx';
import { isFiltering, RowCache, type TableRow } from './messages-model.ts';

const ROWS_EVERY_MS = 50;

export function EventsTable() {
  const view = usePanelView();
  const follow = useView((look) => look.follow);
  const frozen = useView((look) => look.frozen);
  const filter = useView((look) => look.filter);
  const selected = useView(selectedMessage);
  const [visible, setVisible] = useState({ first: 0, count: 40 });
  const top = eventAt(visible.first).row;
  const slice = sliceFor(top, Math.ceil(visible.count / EVENT_KINDS.length) + 1);
  const { data } = usePull('messages', { ...slice, filter }, { everyMs: ROWS_EVERY_MS });
  const cache = useRef(new RowCache());
  cache.current.take(data);
  const made = useRef(new WeakMap<TableRow, EventRow[]>());
  const rowAt = useCallback((line: number) => {
    const { row, nth } = eventAt(line);
    const message = cache.current.at(row);
    if (message === undefined) return undefined;
    const known =
      made.current.get(message) ?? EVENT_KINDS.map((_, each) => eventRow(message, each));
    made.current.set(message, known);
    return known[nth];
  }, []);
  const isWhole = !isFiltering(filter);
  const total = isWhole ? (frozen?.messages ?? data?.all ?? 0) : (data?.total ?? 0);
  const place = usePull(
    'messageRow',
    { index: selected ?? 0, filter },
    { everyMs: 200, enabled: selected !== undefined && !isWhole },
  );
  const row = selected === undefined ? undefined : isWhole ? selected : place.data?.row;
  const [chosen, setChosen] = useState<number>();
  const line = row === undefined || row < 0 ? undefined : lineFor(row, chosen);
  const handle = useRef<TableHandle>(null);
  useEffect(() => {
    if (line !== undefined) handle.current?.reveal(line, true);
  }, [line]);
  const choose = (at: number) => {
    const event = rowAt(at);
    setChosen(at);
    if (event !== undefined) selectMessage(event.message.index, 'messages', view);
  };
  return (
    <VirtualTable<EventRow>
      label="Events"
      columns={COLUMNS}
      rowCount={total * EVENT_KINDS.length}
      rowAt={rowAt}
      onVisible={useCallback((first: number, count: number) => setVisible({ first, count }), [])}
      selected={line}
      onSelect={choose}
      onActivate={(at) => {
        choose(at);
        showSelected('inspector', view);
      }}
      isFollowing={follow && frozen === undefined}
      onScrollUp={() => setFollow(false, view)}
      rowClass={classOf}
      empty={<MessagesEmpty />}
      handle={handle}
      menuFor={({ row: at, columnId }) => {
        const event = at === undefined ? undefined : rowAt(at);
        return event === undefined ? undefined : messageMenu(event.message, columnId);
      }}
    />
  );
}

function classOf({ kind, atNs }: EventRow): string {
  const classes = [kind === 'kick' ? styles.begins : '', Number.isNaN(atNs) ? styles.faint : ''];
  return classes.filter(Boolean).join(' ');
}

/** The line that was pressed while its message is selected, else where that was popped. */
function lineFor(row: number, chosen: number | undefined): number {
  return chosen !== undefined && eventAt(chosen).row === row ? chosen : lineOf(row);
}

const COLUMNS: readonly TableColumn<EventRow>[] = [
  {
    id: 'index',
    title: '#',
    widthPx: 66,
    align: 'right',
    meaning: 'Number of the message',
    cell: ({ message, kind }) => (
      <span className={`mono ${kind === 'kick' ? '' : styles.again}`}>
        {formatCount(message.index)}
      </span>
    ),
  },
  {
    id: 'time',
    title: 'Time',
    widthPx: 126,
    align: 'right',
    cell: ({ atNs }) => <span className="mono">{Number.isNaN(atNs) ? '–' : formatTime(atNs)}</span>,
  },
  {
    id: 'since',
    title: 'Δ',
    widthPx: 76,
    align: 'right',
    meaning: 'Time since the event of this message before it',
    cell: ({ sinceNs }) => (
      <span className="mono">{Number.isNaN(sinceNs) ? '' : formatDuration(sinceNs)}</span>
    ),
  },
  {
    id: 'queue',
    title: 'Queue',
    widthPx: 66,
    cell: ({ message, kind }) => (
      <span className={kind === 'kick' ? '' : styles.again}>{queueName(message.queue)}</span>
    ),
  },
  {
    id: 'event',
    title: 'Event',
    widthPx: 84,
    cell: ({ kind, atNs }) => `${Number.isNaN(atNs) ? '○' : '●'} ${kind}`,
  },
  { id: 'text', title: 'What happened', widthPx: 240, grows: true, cell: ({ text }) => text },
];
