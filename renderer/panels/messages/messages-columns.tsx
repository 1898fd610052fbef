/** The columns of the message table. */

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
  /** What the widest number and time in the table are like. */
  readonly messages: number;
  readonly endNs: Ns;
  /** Digits of the numbers that colour rules put at the left edge of rows. */
  readonly noteDigits?: number;
}

/** A message that goes through a full buffer takes two thirds of its bar: what takes longer still shows by how much. */
const BAR_BUFFERS = 1.5;
const NOTE_PX = 9;

/** In the order of the table; `cell` gives text in the number face except where it says otherwise. */
export function messageColumns(context: RowContext): readonly TableColumn<TableRow>[] {
  return ownColumns(context).map((column) => {
    const place = YIELDING.indexOf(column.id);
    return place < 0 ? column : { ...column, yields: place };
  });
}

/** Left out one after the other where there is no room: first what another column tells as well, the drawing last. */
const YIELDING: readonly string[] = ['latency', 'queue', 'frames', 'stream', 'delta', 'stages'];

function ownColumns({
  paramsOf,
  endings,
  delta,
  messages,
  endNs,
  noteDigits = 0,
}: RowContext): readonly TableColumn<TableRow>[] {
  const digits = timeDigits(endNs);
  return [
    number(
      'index',
      '#',
      textPx(formatCount(messages), 40) + NOTE_PX * noteDigits,
      'Number of the message, counted from 0',
      (row) => formatCount(row.index),
    ),
    number(
      'time',
      'Time (s)',
      textPx(secondsText(endNs, digits), 98),
      'When the device popped it, since the capture began',
      (row) => secondsText(row.poppedNs, digits),
    ),
    number('delta', DELTA_TITLES[delta], 58, DELTA_WORDS[delta].means, (row) =>
      Number.isNaN(row.sinceNs) ? '' : formatDuration(row.sinceNs),
    ),
    { id: 'queue', title: 'Queue', widthPx: 62, cell: (row) => queueName(row.queue) },
    number('stream', 'Stream', 50, 'PCM stream that it names', (row) =>
      row.streamId < 0 ? <Unknown why="This message names no stream." /> : String(row.streamId),
    ),
    {
      id: 'kind',
      title: 'Kind',
      widthPx: 80,
      grows: true,
      cell: (row) => kindCell(row, paramsOf(row)),
    },
    { id: 'status', title: 'Status', widthPx: 78, cell: (row) => statusCell(row, endings) },
    { id: 'findings', title: 'Finding', widthPx: 74, cell: findingCell },
    number('frames', 'Frames', 52, 'Frames of PCM that it carried', framesCell),
    {
      id: 'stages',
      title: 'Stages',
      widthPx: 52,
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
    number('total', 'Total', 117, 'From kick to interrupt, and in periods (P)', (row) =>
      totalText(row, paramsOf(row), forgottenNs(row, endings)),
    ),
    number(
      'latency',
      'latency_bytes',
      84,
      'As the device declared it in the status. What was measured is the column latency_measured, under Another column…',
      latencyCell,
    ),
  ];
}

const DELTA_TITLES: Readonly<Record<DeltaMode, string>> = {
  start: 'Δ',
  gap: 'Δ gap',
  stage: 'Δ used',
};

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
  if (isTraced()) return <Unknown why="A trace of QEMU does not tell how much PCM moved." />;
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
  if (row.status === 0 && isTraced() && !Number.isNaN(row.usedNs)) {
    return <Unknown why="A trace of QEMU does not tell the status of an answer." />;
  }
  if (row.status === 0) return <span className={styles.faint}>{pendingWord(row)}</span>;
  return <span className={isOk(row) ? '' : styles.error}>{statusName(row.status)}</span>;
}

function pendingWord(row: TableRow): string {
  if (!Number.isNaN(row.usedNs)) return row.queue === EVENTQ ? '' : 'no status';
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

/** Without its unit, which stands in the heading. */
function secondsText(atNs: Ns, digits: number): string {
  return formatTime(atNs, digits).replace(/\s*s$/, '');
}

/** Room for a text in the number face, in which the spaces in groups of digits are thin. */
function textPx(text: string, leastPx: number): number {
  const thin = text.match(/\s/g)?.length ?? 0;
  return Math.max(leastPx, Math.ceil((text.length - thin) * 7.2 + thin * 3) + 10);
}

/** From here on the nanoseconds of a time are left to the inspector, so that every column has its place. */
const LONG_NS = 1000e9;

/** A log of QEMU has microseconds: digits that its source does not have are not shown. */
function timeDigits(endNs: Ns): number {
  if (endNs >= LONG_NS) return 6;
  return (useSession.getState().status?.trace?.stepNs ?? 1) >= 1000 ? 6 : 9;
}

function isTraced(): boolean {
  return useSession.getState().status?.trace !== undefined;
}
