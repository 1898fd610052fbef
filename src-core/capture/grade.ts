/** How well a value is known. A live session observes everything; a trace of QEMU tells some things, lets others be
 *  derived or guessed, and has nothing of the rest. */

/** `observed` in the source; `derived` from what was observed, by a rule that holds; `assumed`: most likely, but the source
 *  does not show it; `unavailable`: the source does not have it. Their order is that of the capture file. */
export const GRADES = ['observed', 'derived', 'assumed', 'unavailable'] as const;
export type Grade = (typeof GRADES)[number];

/** What of a message has a grade of its own: two bits each, from bit 0 on. */
export const GRADED = ['queue', 'stream', 'code', 'bytes', 'status'] as const;
export type Graded = (typeof GRADED)[number];

export function gradeIn(bits: number, what: Graded): Grade {
  return GRADES[(bits >>> shiftOf(what)) & 3] ?? 'observed';
}

export function withGrade(bits: number, what: Graded, grade: Grade): number {
  const shift = shiftOf(what);
  return (bits & ~(3 << shift)) | (GRADES.indexOf(grade) << shift);
}

/** The four grades by number, for what happens millions of times. */
export const OBSERVED = 0;
export const DERIVED = 1;
export const ASSUMED = 2;
export const UNAVAILABLE = 3;

/** What no trace of QEMU has: the bytes of a chain and their count, and the status that the device answered. */
export const TRACED_GRADES: number = withGrade(
  withGrade(0, 'bytes', 'unavailable'),
  'status',
  'unavailable',
);

/** Grades of a message from a trace: of its queue and its stream, by number. */
export function tracedGrades(queueGrade: number, streamGrade: number): number {
  return TRACED_GRADES | queueGrade | (streamGrade << 2);
}

/** Grades of a message whose chain was seen by one who only looks on: bytes, and what they say, are known that well. */
export function lookedGrades(grade: Grade): number {
  const bits = withGrade(withGrade(0, 'bytes', grade), 'code', grade);
  return withGrade(bits, 'stream', grade);
}

function shiftOf(what: Graded): number {
  return 2 * GRADED.indexOf(what);
}
