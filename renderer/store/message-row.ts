/** One message as a plain object, taken out of the columns in which slices come, and the stages of its life. */
import type { MessageColumns } from '../../src-core/contract-data.ts';
import {
  CODE_NAMES,
  EVENTQ,
  QUEUE_NAMES,
  RXQ,
  requestKind,
  TXQ,
  VIRTIO_SND_S_OK,
} from '../../src-core/spec/sound.ts';
import type { Ns } from '../../src-core/units.ts';
import type { StateName } from '../palette.ts';

const FIELDS = [
  ...['index', 'seq', 'queue', 'streamId', 'code', 'status', 'head', 'kickNs', 'poppedNs'],
  ...['firstNs', 'lastNs', 'usedNs', 'interruptNs', 'payloadBytes', 'writtenBytes'],
  ...['latencyBytes', 'track', 'fromFrame', 'frames', 'severity'],
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
}

/** The row at `place` of a slice. */
export function rowAt(columns: MessageColumns, place: number): MessageRow {
  const row: Record<string, number> = {};
  for (const field of FIELDS) row[field] = columns[field][place] ?? Number.NaN;
  return row as unknown as MessageRow;
}

export function isSameRow(left: MessageRow, right: MessageRow): boolean {
  return FIELDS.every((field) => Object.is(left[field], right[field]));
}

/** When its life began, as far as is known: the kick, else the moment it was popped. */
export function startOf(row: MessageRow): Ns {
  return row.kickNs <= row.poppedNs ? row.kickNs : row.poppedNs;
}

/** When its life ended; NaN while it lasts. */
export function endOf(row: MessageRow): Ns {
  return row.interruptNs >= row.usedNs ? row.interruptNs : row.usedNs;
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

export type StageId = 'posted' | 'waiting' | 'service' | 'returning' | 'notifying' | 'forgotten';

export interface Stage {
  readonly id: StageId;
  readonly state: StateName;
  readonly fromNs: Ns;
  readonly toNs: Ns;
  /** It lasts still; `toNs` is the end of the capture. */
  readonly isOpen: boolean;
}

/** The stages of a message's life in order, without empty ones: kick → popped → first byte → last byte → used →
 *  interrupt. A message that is still under way is drawn up to `nowNs`; one that the device forgot, up to that moment. */
export function stagesOf(row: MessageRow, nowNs: Ns, forgottenNs = Number.NaN): readonly Stage[] {
  const stages: Stage[] = [];
  let fromNs = startOf(row);
  const add = (id: StageId, state: StateName, toNs: Ns) => {
    // PCM that moves all at once is a moment, and still the one that matters
    if (!(id === 'service' ? toNs >= fromNs : toNs > fromNs)) return;
    stages.push({ id, state, fromNs, toNs, isOpen: false });
    fromNs = toNs;
  };
  add('posted', 'posted', row.poppedNs);
  if (row.queue === EVENTQ) {
    add('waiting', 'posted', row.usedNs);
  } else {
    add('waiting', 'posted', row.firstNs);
    add('service', 'service', row.lastNs);
    // a control request has no PCM: the device works from popping to returning it
    if (Number.isNaN(row.firstNs) && !isIo(row)) add('service', 'service', row.usedNs);
    else if (Number.isNaN(row.firstNs)) add('waiting', 'posted', row.usedNs);
    else add('returning', 'done', row.usedNs);
  }
  add('notifying', 'done', row.interruptNs);
  if (!Number.isNaN(forgottenNs)) {
    stages.push({ id: 'forgotten', state: 'lost', fromNs, toNs: forgottenNs, isOpen: false });
  } else if (Number.isNaN(row.usedNs) && nowNs > fromNs) {
    const isMoving = !Number.isNaN(row.firstNs) || row.queue < EVENTQ;
    const open = isMoving ? (['service', 'service'] as const) : (['waiting', 'posted'] as const);
    stages.push({ id: open[0], state: open[1], fromNs, toNs: nowNs, isOpen: true });
  }
  return stages;
}

/** What each stage means, in one line. Posted and queued share the colour of what the guest published: amber is kept for
 *  what is held up. */
export const STAGE_MEANING: Readonly<Record<StageId, { name: string; meaning: string }>> = {
  posted: { name: 'posted', meaning: 'from the driver’s kick until the device popped it' },
  waiting: { name: 'queued', meaning: 'in the device, before its first byte moved' },
  service: { name: 'in service', meaning: 'while the device worked on it' },
  returning: { name: 'returning', meaning: 'from its last byte until it was in the used ring' },
  notifying: { name: 'notifying', meaning: 'from the used ring until the interrupt' },
  forgotten: {
    name: 'never returned',
    meaning: 'it was in the device when that was reset, stopped, or lost its guest',
  },
};

function shortCode(code: number, prefix: string): string {
  const name = CODE_NAMES.get(code);
  return name?.replace(prefix, '') ?? `0x${code.toString(16).padStart(4, '0')}`;
}
