/** How far a guest has come in setting the device up: the steps that a vhost-user front-end takes before the first message,
 *  and what of each was seen. Pure. Spec: 3.1.1 */
import type { SetupRow } from '../../src-core/contract-data.ts';
import { featureNames } from '../../src-core/spec/ring.ts';
import { QUEUE_NAMES } from '../../src-core/spec/sound.ts';
import type { Ns } from '../../src-core/units.ts';

export interface HandshakeStep {
  readonly title: string;
  /** What was seen; empty while it has not come. */
  readonly detail: string;
  readonly atNs: Ns | undefined;
}

const DRIVER_OK = 4;

/** The steps in the order in which they come, with those of the newest connection filled in. */
export function handshakeOf(rows: readonly SetupRow[]): readonly HandshakeStep[] {
  const newest = rows.findLastIndex(({ step }) => step.what === 'attached');
  const seen = rows.slice(Math.max(0, newest));
  const find = (matches: (row: SetupRow) => boolean) => seen.find(matches);
  return [
    stepOf(
      'A front-end connects to the socket',
      find(({ step }) => step.what === 'attached'),
    ),
    stepOf(
      'Features are agreed',
      find(({ step }) => step.what === 'features'),
    ),
    stepOf(
      'Guest memory is shared',
      find(({ step }) => step.what === 'memory'),
    ),
    ...QUEUE_NAMES.map((name, queue) =>
      stepOf(
        `${name} is set up`,
        find(({ step }) => step.what === 'queue' && step.queue === queue),
      ),
    ),
    stepOf(
      'The driver sets DRIVER_OK',
      find(({ step }) => step.what === 'status' && (step.status & DRIVER_OK) !== 0),
    ),
  ];
}

function stepOf(title: string, row: SetupRow | undefined): HandshakeStep {
  return { title, detail: row === undefined ? '' : detailOf(row), atNs: row?.atNs };
}

function detailOf({ step }: SetupRow): string {
  switch (step.what) {
    case 'attached':
      return step.detail;
    case 'features':
      return featureNames(step.accepted).join(', ');
    case 'memory':
      return `${step.regions.length} regions`;
    case 'queue':
      return `${step.size} descriptors, ${step.packed ? 'packed' : 'split'}`;
    case 'status':
      return `status 0x${step.status.toString(16)}`;
    default:
      return '';
  }
}
