/** Fields that tell of time: the moments of a message's life, and the stages between them. */
import { CONTROLQ } from '../spec/sound.ts';
import { type StageId, stageRow } from '../spec/stages.ts';
import { ABSENT, type Field, number, type Readable } from './field.ts';
import { fillStored, fillThree, fillTwo, type Stored } from './field-reader.ts';
import { less, life, negated } from './span-scan.ts';

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
  return READ.map(([id, read]) => {
    const { meaning, recording } = stageRow(id);
    const doc = recording === undefined ? meaning : `${meaning}; recording: ${recording}`;
    const name = id === 'total' ? 'latency' : `stage.${id}`;
    return { ...number(name, 'time', doc, 'derived', read.fill), ...read };
  });
}

const READ: readonly (readonly [id: StageId, read: Readable])[] = [
  [
    'post',
    less(
      ({ kickAfterNs }) => kickAfterNs,
      ({ postedAfterNs }) => postedAfterNs,
    ),
  ],
  ['pop', negated(({ kickAfterNs }) => kickAfterNs)],
  [
    'wait',
    {
      fill: fillThree(
        ({ firstAfterNs }) => firstAfterNs,
        ({ usedAfterNs }) => usedAfterNs,
        ({ queue }) => queue,
        (first, used, queue) => {
          if (queue === CONTROLQ) return ABSENT;
          return first >= 0 ? first : used;
        },
      ),
    },
  ],
  [
    'sink',
    less(
      ({ lastAfterNs }) => lastAfterNs,
      ({ firstAfterNs }) => firstAfterNs,
    ),
  ],
  ['handle', fromStored({ column: ({ usedAfterNs }) => usedAfterNs, queues: [CONTROLQ] })],
  [
    'complete',
    less(
      ({ usedAfterNs }) => usedAfterNs,
      ({ lastAfterNs }) => lastAfterNs,
    ),
  ],
  [
    'notify',
    less(
      ({ interruptAfterNs }) => interruptAfterNs,
      ({ usedAfterNs }) => usedAfterNs,
    ),
  ],
  [
    'total',
    life(
      ({ kickAfterNs }) => kickAfterNs,
      ({ usedAfterNs }) => usedAfterNs,
      ({ interruptAfterNs }) => interruptAfterNs,
    ),
  ],
];

function fromStored(from: Stored): Readable {
  return { fill: fillStored(from), stored: from };
}
