/** The columns of the message table, and the same as text for the clipboard. */

import type { StreamParams } from '../../../src-core/spec/formats.ts';
import { EVENTQ } from '../../../src-core/spec/sound.ts';
import { endOf, startOf } from '../../../src-core/spec/stages.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { SEVERITY_MARKS } from '../../palette.ts';
import { type Ending, forgottenNs } from '../../store/endings.ts';
import { isIo, isOk, kindOf, queueName, statusName } from '../../store/message-row.ts';
import { useSession } from '../../store/session.ts';
import { bufferNsOf, periodNsOf } from '../../store/stream-facts.ts';
import { formatCount, formatInPeriods } from '../../ui/format.ts';
import type { TableColumn } from '../../ui/virtual-table.tsx';
import styles from './messages.module.css';
import { DELTA_WORDS, type DeltaMode } from './messages-choices.ts';
import type { TableRow } from './messages-model.ts';
import { StageBar } from './stage-bar.tsx';

/** What is known of a message beside its own row. */
export interface RowContext {
  /** The parameters in force for it. */
  readonly paramsOf: (row: TableRow) => StreamParams | undefined;
  readonly endings: readonly Ending[];
  readonly delta: DeltaMode;
}

/** A message that goes through a full buffer takes two thirds of its bar: what takes longer still shows by how much. */
const BAR_BUFFERS = 1.5;

/** In the order of the table; `cell` gives text in the number face except where it says otherwise. */
export function messageColumns({
  paramsOf,
  endings,
  delta,
}: RowContext): readonly TableColumn<TableRow>[] {
  return [
    number('index', '#', 58, 'Number of the message, counted from 0', (row) =>
      formatCount(row.index),
    ),
    number('time', 'Time', 126, 'When the device popped it, since the capture began', (row) =>
      formatTime(row.poppedNs, timeDigits()),
    ),
    number('delta', DELTA_TITLES[delta], 72, DELTA_WORDS[delta].means, (row) =>
      Number.isNaN(row.sinceNs) ? '' : formatDuration(row.sinceNs),
    ),
    { id: 'queue', title: 'Queue', widthPx: 62, cell: (row) => queueName(row.queue) },
    {
      ...number('stream', 'Stream', 52, 'PCM stream that it names', (row) =>
        row.streamId < 0 ? <Unknown why="This message names no stream." /> : String(row.streamId),
      ),
    },
    {
      id: 'kind',
      title: 'Kind',
      widthPx: 140,
      grows: true,
      cell: (row) => kindCell(row, paramsOf(row)),
    },
    { id: 'status', title: 'Status', widthPx: 84, cell: (row) => statusCell(row, endings) },
    { id: 'findings', title: 'Findings', widthPx: 82, cell: findingCell },
    number('frames', 'Frames', 62, 'Frames of PCM that it carried', framesCell),
    {
      id: 'stages',
      title: 'Stages',
      widthPx: 104,
      meaning:
        'Hollow: kick to popped. Dashed: queued in the device. Solid: its PCM moves. Thin: returned. The full width is one and a half of the stream’s buffer.',
      cell: (row) => (
        <StageBar
          row={row}
          fullNs={isIo(row) ? bufferNsOf(paramsOf(row)) * BAR_BUFFERS : Number.NaN}
          forgottenNs={forgottenNs(row, endings)}
        />
      ),
    },
    number('total', 'Total', 118, 'From kick to interrupt, and in periods (P)', (row) =>
      totalText(row, paramsOf(row), forgottenNs(row, endings)),
    ),
    number('latency', 'latency_bytes', 92, 'As the device declared it in the status', latencyCell),
  ];
}

const DELTA_TITLES: Readonly<Record<DeltaMode, string>> = {
  start: 'Δ',
  gap: 'Δ gap',
  stage: 'Δ used',
};

/** One row as tab-separated text, in the order of the columns, times in plain nanoseconds. */
export function rowAsTsv(row: TableRow): string {
  const cells = [
    row.index,
    row.poppedNs,
    row.sinceNs,
    queueName(row.queue),
    row.streamId < 0 ? '' : row.streamId,
    kindOf(row),
    statusName(row.status),
    SEVERITY_MARKS[row.severity]?.name ?? '',
    isIo(row) ? row.frames : '',
    endOf(row) - startOf(row),
    isIo(row) ? row.latencyBytes : '',
  ];
  return cells.map((cell) => (Number.isNaN(cell) ? '' : String(cell))).join('\t');
}

export const TSV_HEADING = [
  ...['#', 'popped_ns', 'delta_ns', 'queue', 'stream', 'kind', 'status', 'finding'],
  ...['frames', 'total_ns', 'latency_bytes'],
].join('\t');

/** `× 4 812, all under 0.40 periods`: rounded up, so that it holds. */
export function runText(
  { runMessages, runLongestNs }: Pick<TableRow, 'runMessages' | 'runLongestNs'>,
  params: StreamParams | undefined,
): string {
  const times = `× ${formatCount(runMessages)}`;
  if (!(runLongestNs > 0)) return times;
  const periodNs = periodNsOf(params);
  if (!(periodNs > 0)) return `${times}, all within ${formatDuration(runLongestNs)}`;
  return `${times}, all under ${(Math.floor((100 * runLongestNs) / periodNs + 1) / 100).toFixed(2)} periods`;
}

/** One row as JSON, by the names of `ringside read -T jsonl`; what it does not have is left out. */
export function rowAsJson(row: TableRow): string {
  const latency = endOf(row) - startOf(row);
  return JSON.stringify({
    ...{ number: row.seq, time: row.poppedNs, queue: queueName(row.queue) },
    ...(row.streamId < 0 ? {} : { stream: row.streamId }),
    ...{ kind: kindOf(row) },
    ...(row.status === 0 ? {} : { status: statusName(row.status) }),
    ...(isIo(row) ? { frames: row.frames } : {}),
    ...(Number.isNaN(latency) ? {} : { latency }),
    ...(isIo(row) && row.status !== 0 ? { latency_bytes: row.latencyBytes } : {}),
    severity: SEVERITY_MARKS[row.severity]?.name ?? 'none',
  });
}

/** `7.8 ms · 0.73 P`; `in flight` while it lasts. */
export function totalText(row: TableRow, params: StreamParams | undefined, lostNs: Ns): string {
  const totalNs: Ns = endOf(row) - startOf(row);
  if (!Number.isNaN(lostNs)) return 'never returned';
  if (Number.isNaN(totalNs)) return row.queue === EVENTQ ? 'posted' : 'in flight';
  return isIo(row) ? formatInPeriods(totalNs, periodNsOf(params)) : formatDuration(totalNs);
}

export function messageRowClass(row: TableRow): string | undefined {
  if (row.severity === 3 || !isOk(row)) return styles.wrong;
  return row.severity === 2 ? styles.doubtful : undefined;
}

function number(
  id: string,
  title: string,
  widthPx: number,
  meaning: string,
  value: (row: TableRow) => React.ReactNode,
): TableColumn<TableRow> {
  const cell = (row: TableRow) => <span className="mono">{value(row)}</span>;
  return { id, title, widthPx, meaning, align: 'right', cell };
}

function kindCell(row: TableRow, params: StreamParams | undefined) {
  if (row.runMessages <= 1) return kindOf(row);
  return (
    <>
      {kindOf(row)}
      <span className={styles.times}>{runText(row, params)}</span>
    </>
  );
}

function framesCell(row: TableRow) {
  if (!isIo(row)) return '';
  if (row.frames > 0) return formatCount(row.frames);
  const isBack = !Number.isNaN(row.usedNs);
  return (
    <Unknown
      why={
        isBack
          ? 'It was returned without any PCM having moved: released, flushed or refused.'
          : 'No PCM has moved yet.'
      }
    />
  );
}

function latencyCell(row: TableRow) {
  if (!isIo(row) || row.status === 0) return '';
  return formatCount(row.latencyBytes);
}

function statusCell(row: TableRow, endings: readonly Ending[]) {
  if (!Number.isNaN(forgottenNs(row, endings))) {
    return <span className={styles.lost}>▨ lost</span>;
  }
  if (row.status === 0) return <span className={styles.faint}>{pendingWord(row)}</span>;
  const glyph = isOk(row) ? '' : '✕ ';
  return (
    <span className={isOk(row) ? '' : styles.error}>{`${glyph}${statusName(row.status)}`}</span>
  );
}

function pendingWord(row: TableRow): string {
  if (!Number.isNaN(row.usedNs)) return row.queue === EVENTQ ? '' : noStatus();
  return row.queue === EVENTQ ? '◇ waiting' : '▶ open';
}

function findingCell(row: TableRow) {
  const mark = SEVERITY_MARKS[row.severity];
  if (mark === undefined || row.severity === 0) return '';
  return <span className={styles[mark.name]}>{`${mark.glyph} ${mark.name}`}</span>;
}

function Unknown({ why }: { readonly why: string }) {
  return (
    <span className={styles.faint} title={why}>
      –
    </span>
  );
}

/** A log of QEMU has microseconds: digits that its source does not have are not shown. */
function timeDigits(): number {
  return (useSession.getState().status?.trace?.stepNs ?? 1) >= 1000 ? 6 : 9;
}

function noStatus(): string {
  const isTraced = useSession.getState().status?.trace !== undefined;
  return isTraced ? 'not in a trace' : 'no status';
}
