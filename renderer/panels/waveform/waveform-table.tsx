/** The wave as a table, over the picture: the same view, cursor and keys for whoever reads instead of looks. */
import { useEffect, useMemo, useRef } from 'react';
import { usePanelView } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';
import { type TableColumn, type TableHandle, VirtualTable } from '../../ui/virtual-table.tsx';
import styles from './waveform.module.css';
import type { WaveActions } from './waveform-commands.ts';
import type { WaveModel } from './waveform-draw.ts';
import { timeOfFrame } from './waveform-model.ts';
import { showsSamples } from './waveform-scale.ts';
import { putCursor } from './waveform-store.ts';
import { rowOfFrame, type WaveTableRow, waveTable } from './waveform-table-model.ts';

interface WaveTableProps {
  readonly model: WaveModel;
  readonly actions: WaveActions;
}

export function WaveTable({ model, actions }: WaveTableProps) {
  const view = usePanelView();
  const rows = useMemo(() => waveTable(model), [model]);
  const titles = model.lanes.map(({ title }) => title).join('\n');
  const isSingle = showsSamples(model.scale);
  const columns = useMemo(() => columnsOf(titles.split('\n'), isSingle), [titles, isSingle]);
  const handle = useRef<TableHandle>(null);
  const row = selectedRow(rows, model);
  const first = useRef(row);
  useEffect(() => {
    if (first.current !== undefined) handle.current?.reveal(first.current, true);
  }, []);
  const select = (row: number) => {
    const fromFrame = rows[row]?.fromFrame;
    if (fromFrame === undefined) return;
    const frame = Math.ceil(fromFrame);
    view.setState({ follow: false });
    putCursor(frame, timeOfFrame(model.track, model.borders, frame).atNs);
  };
  return (
    <div className={styles.table}>
      <VirtualTable<WaveTableRow>
        label="Wave as a table"
        columns={columns}
        rowCount={rows.length}
        rowAt={(row) => rows[row]}
        rowClass={() => 'mono'}
        selected={row}
        onSelect={select}
        onActivate={(row) => {
          select(row);
          actions.goToMessage();
        }}
        handle={handle}
        empty={<p className={styles.second}>No PCM in view.</p>}
      />
    </div>
  );
}

function selectedRow(rows: readonly WaveTableRow[], { cursorFrame }: WaveModel) {
  const row = rowOfFrame(rows, cursorFrame);
  return row < 0 ? undefined : row;
}

function columnsOf(
  titles: readonly string[],
  isSingle: boolean,
): readonly TableColumn<WaveTableRow>[] {
  return [
    {
      ...{ id: 'frame', title: 'Frame', widthPx: 96, align: 'right' },
      meaning: 'The first frame of the row, from the begin of the track',
      cell: ({ fromFrame }) => formatCount(Math.floor(fromFrame)),
    },
    {
      ...{ id: 'frames', title: 'Frames', widthPx: 64, align: 'right' },
      meaning: 'How many frames the row is about',
      cell: ({ frames }) => formatCount(Math.round(frames)),
    },
    {
      ...{ id: 'time', title: 'Time', widthPx: 110, align: 'right' },
      meaning: 'From the begin of the track',
      cell: ({ time }) => time,
    },
    ...titles.map(
      (title, lane): TableColumn<WaveTableRow> => ({
        ...{ id: `lane-${lane}`, widthPx: 150, align: 'right' },
        title: `${title} ${isSingle ? 'sample · dBFS' : 'peak · RMS, dBFS'}`,
        meaning: isSingle
          ? 'The sample, full scale being 1, and its level'
          : 'Highest amplitude and level in the row',
        cell: ({ levels }) => levels[lane] ?? '',
      }),
    ),
    { id: 'marks', title: 'Marks', widthPx: 120, grows: true, cell: ({ marks }) => marks },
  ];
}
