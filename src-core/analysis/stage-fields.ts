/** Fields that tell of time: the moments of a message's life, and the stages between them. */
import { CONTROLQ, EVENTQ } from '../spec/sound.ts';
import { type StageId, stageRow } from '../spec/stages.ts';
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

/** Durations between two moments of a message's life, as `spec/stages.ts` defines them; absent while the second has not
 *  come. */
export function stageFields(): Field[] {
  return FILLS.map(([id, fill]) => {
    const { meaning, recording } = stageRow(id);
    const doc = recording === undefined ? meaning : `${meaning}; recording: ${recording}`;
    return number(id === 'total' ? 'latency' : `stage.${id}`, 'time', doc, 'derived', fill);
  });
}

const FILLS: readonly (readonly [id: StageId, fill: Fill])[] = [
  [
    'post',
    fillLess(
      ({ kickAfterNs }) => kickAfterNs,
      ({ postedAfterNs }) => postedAfterNs,
    ),
  ],
  ['pop', fillNegated(({ kickAfterNs }) => kickAfterNs)],
  [
    'wait',
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
    'sink',
    fillLess(
      ({ lastAfterNs }) => lastAfterNs,
      ({ firstAfterNs }) => firstAfterNs,
    ),
  ],
  [
    'handle',
    fillTwo(
      ({ usedAfterNs }) => usedAfterNs,
      ({ queue }) => queue,
      (used, queue) => (queue < EVENTQ ? used : ABSENT),
    ),
  ],
  [
    'complete',
    fillLess(
      ({ usedAfterNs }) => usedAfterNs,
      ({ lastAfterNs }) => lastAfterNs,
    ),
  ],
  [
    'notify',
    fillLess(
      ({ interruptAfterNs }) => interruptAfterNs,
      ({ usedAfterNs }) => usedAfterNs,
    ),
  ],
  [
    'total',
    fillLife(
      ({ kickAfterNs }) => kickAfterNs,
      ({ usedAfterNs }) => usedAfterNs,
      ({ interruptAfterNs }) => interruptAfterNs,
    ),
  ],
];
