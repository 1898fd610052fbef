/** The message table at its deepest: what happened to each message, five lines a message, so that a line's place follows from
 *  the message's. What was not seen stays a line and says why. */
import { EVENTQ } from '../../../src-core/spec/sound.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import { isIo, kindOf, type MessageRow, statusName } from '../../store/message-row.ts';
import { formatCount } from '../../ui/format.ts';

export const EVENT_KINDS = ['kick', 'popped', 'moved', 'used', 'interrupt'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface EventRow {
  readonly message: MessageRow;
  readonly kind: EventKind;
  /** NaN for what was not seen. */
  readonly atNs: Ns;
  /** Since the event of this message before it. */
  readonly sinceNs: Ns;
  readonly text: string;
}

/** Which message, and which event of it, is at a line. */
export function eventAt(line: number): { readonly row: number; readonly nth: number } {
  const row = Math.floor(line / EVENT_KINDS.length);
  return { row, nth: line - row * EVENT_KINDS.length };
}

/** Line at which a message was popped: what stands for the message. */
export function lineOf(row: number): number {
  return row * EVENT_KINDS.length + 1;
}

export function eventRow(message: MessageRow, nth: number): EventRow {
  const kind = EVENT_KINDS[nth] ?? 'popped';
  const atNs = timeOf(message, kind);
  const before = EVENT_KINDS.slice(0, nth)
    .map((each) => timeOf(message, each))
    .findLast((earlier) => !Number.isNaN(earlier));
  return {
    message,
    kind,
    atNs,
    sinceNs: atNs - (before ?? Number.NaN),
    text: Number.isNaN(atNs) ? missing(message, kind) : told(message, kind),
  };
}

function timeOf(message: MessageRow, kind: EventKind): Ns {
  switch (kind) {
    case 'kick':
      return message.kickNs;
    case 'popped':
      return message.poppedNs;
    case 'moved':
      return message.firstNs;
    case 'used':
      return message.usedNs;
    case 'interrupt':
      return message.interruptNs;
  }
}

function told(message: MessageRow, kind: EventKind): string {
  const { firstNs, lastNs, frames, fromFrame, head, status, writtenBytes, payloadBytes } = message;
  switch (kind) {
    case 'kick':
      return 'the driver announced it';
    case 'popped':
      return `${kindOf(message)}, head ${head}, ${formatCount(payloadBytes)} B`;
    case 'moved': {
      const span = lastNs > firstNs ? `, the last ${formatDuration(lastNs - firstNs)} later` : '';
      return `${formatCount(frames)} frames from frame ${formatCount(fromFrame)} on${span}`;
    }
    case 'used':
      return [statusName(status), `${formatCount(writtenBytes)} B written`]
        .filter(Boolean)
        .join(', ');
    case 'interrupt':
      return 'the driver was told';
  }
}

/** Why there is nothing to tell. */
function missing(message: MessageRow, kind: EventKind): string {
  const isBack = !Number.isNaN(message.usedNs);
  switch (kind) {
    case 'kick':
      return 'not announced: the device found it while it was awake, or the source has no kicks';
    case 'popped':
      return 'not seen';
    case 'moved':
      if (!isIo(message)) return 'carries no PCM';
      return isBack ? 'returned without PCM having moved' : 'no PCM has moved yet';
    case 'used':
      return message.queue === EVENTQ ? 'waits for an event' : 'not returned yet';
    case 'interrupt':
      return isBack
        ? 'no interrupt seen: suppressed by the driver, or not in this source'
        : 'not yet';
  }
}
