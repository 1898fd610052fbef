/** One message as a plain object, taken out of the columns in which slices come. */

import type { MessageColumns } from '../../src-core/contract-data.ts';
import { GRADED, gradeIn } from '../../src-core/spec/grades.ts';
import {
  CODE_NAMES,
  EVENTQ,
  QUEUE_NAMES,
  RXQ,
  requestKind,
  TXQ,
  VIRTIO_SND_S_OK,
} from '../../src-core/spec/sound.ts';
import type { LifeStageId } from '../../src-core/spec/stages.ts';
import type { Ns } from '../../src-core/units.ts';
import type { StateName } from '../palette.ts';

const FIELDS = [
  ...['index', 'seq', 'queue', 'streamId', 'code', 'status', 'head', 'kickNs', 'poppedNs'],
  ...['firstNs', 'lastNs', 'usedNs', 'interruptNs', 'payloadBytes', 'writtenBytes'],
  ...['latencyBytes', 'track', 'fromFrame', 'frames', 'severity', 'grades'],
] as readonly (keyof MessageRow)[];

/** As in `MessageColumns`; times are NaN where the stage has not come. */
export interface MessageRow {
  readonly index: number;
  readonly seq: number;
  readonly queue: number;
  readonly streamId: number;
  readonly code: number;
  readonly status: number;
  readonly head: number;
  readonly kickNs: Ns;
  readonly poppedNs: Ns;
  readonly firstNs: Ns;
  readonly lastNs: Ns;
  readonly usedNs: Ns;
  readonly interruptNs: Ns;
  readonly payloadBytes: number;
  readonly writtenBytes: number;
  readonly latencyBytes: number;
  readonly track: number;
  readonly fromFrame: number;
  readonly frames: number;
  readonly severity: number;
  /** As `src-core/spec/grades.ts` packs them; 0: all observed. */
  readonly grades: number;
}

/** The row at `place` of a slice. Written out: thousands are made a second, and so they all have one shape. */
export function rowAt(columns: MessageColumns, place: number): MessageRow {
  const none = Number.NaN;
  return {
    index: columns.index[place] ?? none,
    seq: columns.seq[place] ?? none,
    queue: columns.queue[place] ?? none,
    streamId: columns.streamId[place] ?? none,
    code: columns.code[place] ?? none,
    status: columns.status[place] ?? none,
    head: columns.head[place] ?? none,
    kickNs: columns.kickNs[place] ?? none,
    poppedNs: columns.poppedNs[place] ?? none,
    firstNs: columns.firstNs[place] ?? none,
    lastNs: columns.lastNs[place] ?? none,
    usedNs: columns.usedNs[place] ?? none,
    interruptNs: columns.interruptNs[place] ?? none,
    payloadBytes: columns.payloadBytes[place] ?? none,
    writtenBytes: columns.writtenBytes[place] ?? none,
    latencyBytes: columns.latencyBytes[place] ?? none,
    track: columns.track[place] ?? none,
    fromFrame: columns.fromFrame[place] ?? none,
    frames: columns.frames[place] ?? none,
    severity: columns.severity[place] ?? none,
    grades: columns.grades[place] ?? none,
  };
}

export function isSameRow(left: MessageRow, right: MessageRow): boolean {
  return FIELDS.every((field) => Object.is(left[field], right[field]));
}

/** `PCM_START`, `PCM write`, `event PCM_XRUN`. */
export function kindOf(row: MessageRow): string {
  if (row.queue === TXQ) return 'PCM write';
  if (row.queue === RXQ) return 'PCM read';
  if (row.queue === EVENTQ) {
    return row.code === 0 ? 'event buffer' : shortCode(row.code, 'VIRTIO_SND_EVT_');
  }
  return requestKind(row.code)?.label ?? `unknown 0x${row.code.toString(16).padStart(4, '0')}`;
}

/** `OK`, `IO_ERR`; empty while there is none. */
export function statusName(status: number): string {
  return status === 0 ? '' : shortCode(status, 'VIRTIO_SND_S_');
}

export function isOk(row: MessageRow): boolean {
  return row.status === 0 || row.status === VIRTIO_SND_S_OK;
}

export function queueName(queue: number): string {
  return QUEUE_NAMES[queue] ?? `queue ${queue}`;
}

export function isIo(row: { readonly queue: number }): boolean {
  return row.queue === TXQ || row.queue === RXQ;
}

/** How well it is known: `observed`, or what of it is less than that. */
export function evidenceOf({ grades }: MessageRow): string {
  if (grades === 0) return 'observed';
  const less = GRADED.map((what) => ({ what, grade: gradeIn(grades, what) })).filter(
    ({ grade }) => grade !== 'observed',
  );
  return less.map(({ what, grade }) => `${what} ${grade}`).join(', ');
}

/** How each stage looks: posted and queued share the colour of what the guest published, since amber is kept for what is
 *  held up. */
export const STAGE_STATES: Readonly<Record<LifeStageId, StateName>> = {
  post: 'posted',
  pop: 'posted',
  wait: 'posted',
  sink: 'service',
  handle: 'service',
  complete: 'done',
  notify: 'done',
  forgotten: 'lost',
};

function shortCode(code: number, prefix: string): string {
  const name = CODE_NAMES.get(code);
  return name?.replace(prefix, '') ?? `0x${code.toString(16).padStart(4, '0')}`;
}
