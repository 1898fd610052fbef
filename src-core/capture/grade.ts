/** How well a value is known. A live session observes everything; a trace of QEMU tells some things, lets others be
 *  derived or guessed, and has nothing of the rest. */

import { type Grade, withGrade } from '../spec/grades.ts';

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
