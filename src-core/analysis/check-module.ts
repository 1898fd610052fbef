/** A family of rules: a small module with what it has to remember. All of its moments are optional. */
import type { Entry } from '../capture/entry.ts';
import type { Ns } from '../units.ts';
import type { Held, StreamWorld } from './check-held.ts';
import type { Verdicts } from './check-verdicts.ts';
import type { Where } from './check-where.ts';
import type { World } from './check-world.ts';

export interface Answer {
  readonly entry: Entry & { readonly kind: 'used' };
  readonly status: number;
}

export interface CheckModule {
  /** A message came, and what the recorder had to say of it is known. The world has it already. */
  popped?(held: Held): void;
  /** A control request was answered. The world is still as it was before. */
  answered?(request: Held, answer: Answer): void;
  /** An I/O message came back. The world still holds it. */
  returned?(message: Held, answer: Answer): void;
  /** An event was sent. */
  told?(buffer: Held, entry: Entry & { readonly kind: 'used' }): void;
  /** Any entry, before the world takes it in. */
  before?(entry: Entry): void;
  /** Time has passed: called at most every 50 ms of the capture. */
  passed?(): void;
  /** Messages that went without an answer: a reset, or a queue that stopped. */
  forgotten?(gone: readonly Held[]): void;
  /** Something was missed: of this stream, or (`undefined`) of any. What needs all of it has to begin anew. */
  missed?(stream: StreamWorld | undefined): void;
  /** The capture ends. */
  ended?(): void;
}

export interface CheckContext {
  readonly world: World;
  readonly verdicts: Verdicts;
}

/** A finding about this message. The same object until the time goes on: most rules are kept, and nobody looks at it. */
export function at(held: Held, world: World, more?: Partial<Where>): Where {
  if (held.where?.atNs !== world.nowNs) held.where = whereOf(held, world.nowNs);
  return more === undefined ? held.where : { ...held.where, ...more };
}

function whereOf({ seq, row, queue, streamId, isTraced, stream }: Held, atNs: Ns): Where {
  return {
    atNs,
    rows: row < 0 ? [] : [row],
    seq,
    queue,
    ...(isTraced || stream?.isAssumed === true ? { grade: 'assumed' } : {}),
    ...(streamId < 0 || streamId > 0x7fff ? {} : { streamId }),
  };
}
