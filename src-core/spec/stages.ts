/** The stages of a message's life: the one table that the message list, inspector, timeline, latency panel, filter language
 *  (`stage.sink`), budgets (`sink=0.5P`) and exports share. A stage lies between two marks:
 *
 *      posted ──post──► kick ──pop──► popped ──wait──► first ──sink──► last ──complete──► used ──notify──► interrupt
 *
 *  Recording mirrors it: `first` and `last` are then the first and the last byte that came from the source. */

import type { Ns } from '../units.ts';
import { CONTROLQ, EVENTQ, RXQ, TXQ } from './sound.ts';

/** Moments of one message; NaN where one has not come, never does, or is not known in this source. */
export interface Marks {
  readonly queue: number;
  /** The driver moved its avail index; only where something watched the ring before the kick. */
  readonly postedNs?: Ns;
  readonly kickNs: Ns;
  readonly poppedNs: Ns;
  readonly firstNs: Ns;
  readonly lastNs: Ns;
  readonly usedNs: Ns;
  readonly interruptNs: Ns;
}

export type Mark = 'posted' | 'kick' | 'popped' | 'first' | 'last' | 'used' | 'interrupt';

/** Stages of one message that follow each other, in order. */
export type LifeStageId =
  | ('post' | 'pop' | 'wait' | 'sink' | 'handle' | 'complete' | 'notify')
  | 'forgotten';

/** Also what is measured across messages: the guest's turn before one, and the whole. */
export type StageId = LifeStageId | 'guest' | 'total';

/** Stages that are measured, in the order of a message's life. */
export const MEASURED = [
  ...(['guest', 'post', 'pop', 'wait', 'sink', 'handle', 'complete', 'notify'] as const),
  'total',
] as const satisfies readonly StageId[];
export type MeasuredStageId = (typeof MEASURED)[number];

export type StageOwner = 'guest' | 'device' | 'sink';

export interface StageRow {
  /** Name in the filter language, in budgets and in exports. */
  readonly id: StageId;
  /** In words, for people. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Definition in one line; playback, and control and event messages where they have it. */
  readonly meaning: string;
  /** The same for recording, where it is another. */
  readonly recording?: string;
  /** Who spends the time. `wait` is time in the buffer: it belongs to the pace of the sink. */
  readonly owner: StageOwner;
  /** Mark without which it cannot be measured, and who knows it. */
  readonly needs: string;
}

/** In the order of a message's life. */
export const STAGES: readonly StageRow[] = [
  {
    id: 'guest',
    name: 'guest’s turn',
    from: 'place free',
    to: 'kick',
    meaning:
      'from the return of the message that had this place in the stream’s buffer (one buffer before) until the kick',
    owner: 'guest',
    needs: 'a whole buffer of messages in the same run before it, and the kick',
  },
  {
    id: 'post',
    name: 'announcing',
    from: 'posted',
    to: 'kick',
    meaning: 'from the avail ring until the driver’s kick',
    owner: 'guest',
    needs: 'somebody who watches the avail ring before the kick',
  },
  {
    id: 'pop',
    name: 'posted',
    from: 'kick',
    to: 'popped',
    meaning: 'from the driver’s kick until the device popped it',
    owner: 'device',
    needs: 'the kick: absent when the driver polls or the device found the message without one',
  },
  {
    id: 'wait',
    name: 'queued',
    from: 'popped',
    to: 'first byte',
    meaning: 'in the device, before its first byte went to the sink',
    recording: 'in the device, before its first byte came from the source',
    owner: 'sink',
    needs: 'when PCM moved: traces of another device do not tell',
  },
  {
    id: 'sink',
    name: 'handing over',
    from: 'first byte',
    to: 'last byte',
    meaning: 'while its bytes went to the sink',
    recording: 'while its bytes came from the source',
    owner: 'sink',
    needs: 'when PCM moved: traces of another device do not tell',
  },
  {
    id: 'handle',
    name: 'in service',
    from: 'popped',
    to: 'used',
    meaning: 'while the device worked on the request',
    owner: 'device',
    needs: 'the used ring',
  },
  {
    id: 'complete',
    name: 'returning',
    from: 'last byte',
    to: 'used',
    meaning: 'from its last byte until it was in the used ring',
    owner: 'device',
    needs: 'when PCM moved, and the used ring',
  },
  {
    id: 'notify',
    name: 'notifying',
    from: 'used',
    to: 'interrupt',
    meaning: 'from the used ring until the interrupt',
    owner: 'device',
    needs: 'the interrupt: absent where the driver did not want one',
  },
  {
    id: 'forgotten',
    name: 'never returned',
    from: 'popped',
    to: 'reset',
    meaning: 'it was in the device when that was reset, stopped, or lost its guest',
    owner: 'device',
    needs: 'the reset',
  },
  {
    id: 'total',
    name: 'total',
    from: 'kick',
    to: 'interrupt',
    meaning:
      'from the kick (the pop, where no kick is known) until the interrupt (the used ring, where none was wanted)',
    owner: 'device',
    needs: 'the used ring',
  },
];

const BY_ID = new Map(STAGES.map((stage) => [stage.id, stage]));

export function stageRow(id: StageId): StageRow {
  const row = BY_ID.get(id);
  if (row === undefined) throw new Error(`internal error: no stage ${id}`);
  return row;
}

/** In place of the stage `wait` of an I/O message in a trace, which has no word of when PCM moved: three stages are one. */
export const TRACED_WAIT: Pick<StageRow, 'name' | 'meaning' | 'recording' | 'needs'> = {
  name: 'in the device',
  meaning:
    'from popped until used: queued, handed over and returned, which a trace does not tell apart',
  needs: 'the used ring',
};

export function isStageId(name: string): name is StageId {
  return BY_ID.has(name as StageId);
}

/** Stages that messages of a queue have, in order, without `forgotten`. */
export function stagesOfQueue(queue: number): readonly StageId[] {
  if (queue === CONTROLQ) return ['pop', 'handle', 'notify', 'total'];
  if (queue === EVENTQ) return ['wait', 'notify', 'total'];
  return ['guest', 'post', 'pop', 'wait', 'sink', 'complete', 'notify', 'total'];
}

/** When its life began, as far as is known: posted, else the kick, else the moment it was popped. */
export function startOf(marks: Marks): Ns {
  const { postedNs = Number.NaN, kickNs, poppedNs } = marks;
  if (postedNs <= poppedNs) return postedNs;
  return kickNs <= poppedNs ? kickNs : poppedNs;
}

/** When its life ended; NaN while it lasts. */
export function endOf(marks: Marks): Ns {
  return marks.interruptNs >= marks.usedNs ? marks.interruptNs : marks.usedNs;
}

/** One stage of one message. */
export interface Stage {
  readonly id: LifeStageId;
  readonly fromNs: Ns;
  readonly toNs: Ns;
  /** It lasts still; `toNs` is the end of the capture. */
  readonly isOpen: boolean;
}

/** The stages of a message's life in order, without empty ones. A message that is still under way is drawn up to `nowNs`;
 *  one that the device forgot, up to that moment. */
export function stagesOf(marks: Marks, nowNs: Ns, forgottenNs = Number.NaN): readonly Stage[] {
  const stages: Stage[] = [];
  const { queue, firstNs, usedNs } = marks;
  const isIo = queue === TXQ || queue === RXQ;
  let fromNs = startOf(marks);
  const add = (id: LifeStageId, toNs: Ns) => {
    // PCM that moves all at once is a moment, and still the one that matters
    const isMoment = id === 'sink' || id === 'handle';
    if (!(isMoment ? toNs >= fromNs : toNs > fromNs)) return;
    stages.push({ id, fromNs, toNs, isOpen: false });
    fromNs = toNs;
  };
  if ((marks.postedNs ?? Number.NaN) < marks.kickNs) add('post', marks.kickNs);
  add('pop', marks.poppedNs);
  if (!isIo) {
    add(queue === EVENTQ ? 'wait' : 'handle', usedNs);
  } else if (Number.isNaN(firstNs)) {
    add('wait', usedNs);
  } else {
    add('wait', firstNs);
    add('sink', marks.lastNs);
    add('complete', usedNs);
  }
  add('notify', marks.interruptNs);
  if (!Number.isNaN(forgottenNs)) {
    stages.push({ id: 'forgotten', fromNs, toNs: forgottenNs, isOpen: false });
  } else if (Number.isNaN(usedNs) && nowNs > fromNs) {
    stages.push({ id: openStage(marks), fromNs, toNs: nowNs, isOpen: true });
  }
  return stages;
}

function openStage({ queue, firstNs }: Marks): LifeStageId {
  if (queue < EVENTQ) return 'handle';
  return Number.isNaN(firstNs) ? 'wait' : 'sink';
}
