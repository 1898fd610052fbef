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

export interface HandshakeNote {
  readonly seq: number;
  readonly atNs: Ns;
  readonly text: string;
}

const DRIVER_OK = 4;

/** The steps in the order in which they come, with those of the newest connection filled in. */
export function handshakeOf(rows: readonly SetupRow[]): readonly HandshakeStep[] {
  const seen = sinceGone(rows);
  const find = (matches: (row: SetupRow) => boolean) => seen.find(matches);
  return [
    stepOf('A front-end connects to the socket', find(isConnection)),
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

/** What the transport had to say, newest first: who came, who was turned away and why. */
export function notesOf(rows: readonly SetupRow[], most: number): readonly HandshakeNote[] {
  return rows
    .flatMap(({ seq, atNs, step }) =>
      step.what === 'note' || step.what === 'watched' || step.what === 'gone'
        ? [{ seq, atNs, text: step.detail }]
        : [],
    )
    .slice(-most)
    .reverse();
}

/** Rows of the connection that is there now. */
function sinceGone(rows: readonly SetupRow[]): readonly SetupRow[] {
  return rows.slice(rows.findLastIndex(({ step }) => step.what === 'gone') + 1);
}

/** A transport says that a front-end came as a step of its own, or in its log. */
function isConnection({ step }: SetupRow): boolean {
  return step.what === 'attached' || (step.what === 'note' && step.detail.endsWith('connected.'));
}

function stepOf(title: string, row: SetupRow | undefined): HandshakeStep {
  return { title, detail: row === undefined ? '' : detailOf(row), atNs: row?.atNs };
}

function detailOf({ step }: SetupRow): string {
  switch (step.what) {
    case 'attached':
    case 'note':
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
