/** Fields that tell of time: the moments of a message's life, and the stages between them. */
import { CONTROLQ, EVENTQ } from '../spec/sound.ts';
import { ABSENT, type Field, number } from './field.ts';
import { type Fill, fillLess, fillLife, fillNegated, fillThree, fillTwo } from './field-reader.ts';

export function momentFields(): Field[] {
  const marks = [
    ['kick', 'when the driver kicked for it, as far as is known', 'kickAfterNs'],
    ['first', 'when its first PCM moved', 'firstAfterNs'],
    ['last', 'when its last PCM moved', 'lastAfterNs'],
    ['used', 'when it stood in the used ring', 'usedAfterNs'],
    ['interrupt', 'when the driver was interrupted for it', 'interruptAfterNs'],
  ] as const;
  return marks.map(([mark, doc, column]) => {
    const fill = fillTwo(
      ({ poppedNs }) => poppedNs,
      (messages) => messages[column],
      (popped, after) => popped + after,
    );
    return number(`time.${mark}`, 'time', doc, 'observed', fill);
  });
}

/** Durations between two moments of a message's life; absent while the second has not come. */
export function stageFields(): Field[] {
  return STAGES.map(([name, doc, fill]) => number(name, 'time', doc, 'derived', fill));
}

const STAGES: readonly (readonly [name: string, doc: string, fill: Fill])[] = [
  [
    'stage.pop',
    'from the kick until the device popped it',
    fillNegated(({ kickAfterNs }) => kickAfterNs),
  ],
  [
    'stage.wait',
    'in the device, before its PCM moved; of events: until the event',
    fillThree(
      ({ firstAfterNs }) => firstAfterNs,
      ({ usedAfterNs }) => usedAfterNs,
      ({ queue }) => queue,
      (first, used, queue) => {
        if (queue === CONTROLQ) return ABSENT;
        return first >= 0 ? first : used;
      },
    ),
  ],
  [
    'stage.sink',
    'while its PCM moved',
    fillLess(
      ({ lastAfterNs }) => lastAfterNs,
      ({ firstAfterNs }) => firstAfterNs,
    ),
  ],
  [
    'stage.handle',
    'while the device worked on the control request',
    fillTwo(
      ({ usedAfterNs }) => usedAfterNs,
      ({ queue }) => queue,
      (used, queue) => (queue < EVENTQ ? used : ABSENT),
    ),
  ],
  [
    'stage.complete',
    'from its last PCM until the used ring',
    fillLess(
      ({ usedAfterNs }) => usedAfterNs,
      ({ lastAfterNs }) => lastAfterNs,
    ),
  ],
  [
    'stage.notify',
    'from the used ring until the interrupt',
    fillLess(
      ({ interruptAfterNs }) => interruptAfterNs,
      ({ usedAfterNs }) => usedAfterNs,
    ),
  ],
  [
    'latency',
    'from the kick (the pop, if none is known) until the interrupt (the used ring, if none came)',
    fillLife(
      ({ kickAfterNs }) => kickAfterNs,
      ({ usedAfterNs }) => usedAfterNs,
      ({ interruptAfterNs }) => interruptAfterNs,
    ),
  ],
];
