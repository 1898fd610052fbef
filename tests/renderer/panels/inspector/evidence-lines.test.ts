import { expect, test } from 'vitest';
import { evidenceLines } from '../../../../renderer/panels/inspector/evidence-lines.ts';
import { tracedGrades } from '../../../../src-core/capture/grade.ts';
import { GRADED, GRADES, withGrade } from '../../../../src-core/spec/grades.ts';

test('a message of a trace says of each value how well it is known, and why not better', () => {
  const lines = evidenceLines(tracedGrades(0, 1), 'trace', false);
  expect(lines.map(({ what, grade }) => `${what} ${grade}`)).toEqual([
    'queue observed',
    'stream derived',
    'bytes unavailable',
    'status unavailable',
  ]);
  expect(lines.slice(1).map(({ why }) => why)).not.toContain('');
});

test('only a request has a code', () => {
  expect(evidenceLines(0, 'watch', true).map(({ what }) => what)).toContain('request code');
  expect(evidenceLines(0, 'watch', false).map(({ what }) => what)).not.toContain('request code');
});

test('whatever grades a watched message has, each has a line', () => {
  for (const grade of GRADES) {
    const bits = GRADED.reduce((sum, what) => withGrade(sum, what, grade), 0);
    const lines = evidenceLines(bits, 'watch', true);
    expect(lines.map((line) => line.grade)).toEqual(GRADED.map(() => grade));
  }
});
