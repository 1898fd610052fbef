/** The grades of evidence by name and number, and how a message's are packed into one number. What a source can know is in
 *  `capture/grade.ts`. */

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

function shiftOf(what: Graded): number {
  return 2 * GRADED.indexOf(what);
}
