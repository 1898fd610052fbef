/** How well the values of a message are known, each with what that means in its source. Pure. */
import { GRADED, type Grade, type Graded, gradeIn } from '../../../src-core/spec/grades.ts';

export interface EvidenceLine {
  readonly what: string;
  readonly grade: Grade;
  /** Empty: there is nothing to add. */
  readonly why: string;
}

/** Where a message comes from. */
export type EvidenceSource = 'trace' | 'watch';

const NAMES: Readonly<Record<Graded, string>> = {
  queue: 'queue',
  stream: 'stream',
  code: 'request code',
  bytes: 'bytes',
  status: 'status',
};

type Whys = Partial<Readonly<Record<`${Graded} ${Grade}`, string>>>;

const TRACE: Whys = {
  'queue derived': 'its pointer was named by another line of the trace',
  'queue assumed': 'the trace never names it; this is where it fits',
  'stream derived': 'the one stream that is in use in this direction',
  'stream assumed': 'several are in use, or the trace began in their middle',
  'stream unavailable': 'nothing in the trace tells it',
  'code derived': 'from the line that says what was called',
  'code unavailable': 'no line tells it',
  'bytes unavailable': 'a trace tells that the message moved, not what was in it',
  'status unavailable': 'a trace does not tell what the device answered',
};

const WATCH: Whys = {
  'stream derived': 'from bytes that were read after the message came back',
  'stream assumed': 'from its pace: no header was seen',
  'code derived': 'from QEMU’s trace, or read after it was answered',
  'bytes derived':
    'other bytes stood there when it was looked at again, or it was used while it was copied',
  'bytes assumed': 'copied only after it was used: the guest may have written anew',
  'bytes unavailable': 'they were gone before they could be read',
  'status derived': 'read after the guest had it back',
  'status assumed': 'read after the guest had it back, which may use the memory anew',
  'status unavailable': 'it was gone before it could be read',
};

/** `isControl`: a message of controlq has a request code, others have none. */
export function evidenceLines(
  grades: number,
  source: EvidenceSource,
  isControl: boolean,
): readonly EvidenceLine[] {
  const whys = source === 'trace' ? TRACE : WATCH;
  return GRADED.filter((what) => what !== 'code' || isControl).map((what) => {
    const grade = gradeIn(grades, what);
    return { what: NAMES[what], grade, why: whys[`${what} ${grade}`] ?? '' };
  });
}
