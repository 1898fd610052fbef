/** Control exchanges of a stream: what was asked, what was answered, how long it took. */
import { useCallback, useRef, useState } from 'react';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { isOk, kindOf, statusName } from '../../store/message-row.ts';
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
import { EmptyState } from '../../ui/empty-state.tsx';
import { type TableColumn, VirtualTable } from '../../ui/virtual-table.tsx';
import { RowCache, type TableRow } from '../messages/messages-model.ts';
import styles from './states.module.css';

export function ExchangesTable({ streamId }: { readonly streamId: number }) {
  const view = usePanelView();
  const selected = useView(selectedMessage);
  const follow = useView((look) => look.follow);
  const [visible, setVisible] = useState({ first: 0, count: 30 });
  const slice = sliceFor(visible.first, visible.count);
  const filter = { queues: [0], streamId };
  const { data } = usePull('messages', { ...slice, filter }, { everyMs: 100 });
  const cache = useRef(new RowCache());
  cache.current.take(data);
  const rowAt = useCallback((row: number) => cache.current.at(row), []);
  const choose = (row: number) => {
    const message = rowAt(row);
    if (message !== undefined) selectMessage(message.index, undefined, view);
  };
  const place = data === undefined || selected === undefined ? -1 : data.index.indexOf(selected);
  return (
    <div className={styles.table}>
      <VirtualTable<TableRow>
        label="Control exchanges"
        columns={COLUMNS}
        rowCount={data?.total ?? 0}
        rowAt={rowAt}
        onVisible={useCallback((first: number, count: number) => setVisible({ first, count }), [])}
        selected={place < 0 || data === undefined ? undefined : data.first + place}
        onSelect={choose}
        onActivate={(row) => {
          choose(row);
          showSelected('inspector', view);
        }}
        isFollowing={follow}
        onScrollUp={() => setFollow(false, view)}
        rowClass={(row) => (isOk(row) ? undefined : styles.wrong)}
        empty={
          <EmptyState
            title="No control message seen"
            detail="The capture may have started after this stream’s SET_PARAMS."
          />
        }
      />
    </div>
  );
}

const COLUMNS: readonly TableColumn<TableRow>[] = [
  {
    id: 'time',
    title: 'Time',
    widthPx: 124,
    align: 'right',
    cell: ({ poppedNs }) => <span className="mono">{formatTime(poppedNs)}</span>,
  },
  { id: 'kind', title: 'Request', widthPx: 110, grows: true, cell: (row) => kindOf(row) },
  {
    id: 'status',
    title: 'Status',
    widthPx: 78,
    cell: (row) => {
      if (row.status !== 0) return `${isOk(row) ? '' : '✕ '}${statusName(row.status)}`;
      return Number.isNaN(row.usedNs) ? '▶ open' : 'no status';
    },
  },
  {
    id: 'took',
    title: 'Duration',
    widthPx: 78,
    align: 'right',
    meaning: 'From popped to used',
    cell: ({ poppedNs, usedNs }) => (
      <span className="mono">{Number.isNaN(usedNs) ? '' : formatDuration(usedNs - poppedNs)}</span>
    ),
  },
];
