import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { BLOCK_ROWS, BLOCK_WORDS } from '../../../src-core/analysis/column-scan.ts';
import { FieldReader } from '../../../src-core/analysis/field-reader.ts';
import { compileFilter } from '../../../src-core/analysis/filter.ts';
import { isProblem } from '../../../src-core/analysis/filter-problem.ts';
import type { Capture } from '../../../src-core/capture/capture.ts';
import { demoCapture } from './demo-capture.ts';

let capture: Capture;
let reader: FieldReader;

beforeAll(async () => {
  capture = await demoCapture('bad-chains', 1500);
  reader = new FieldReader(capture);
});

/** Rows that the filter lets through. */
function rows(text: string, survivors?: Float64Array): number[] {
  const filter = compileFilter(text);
  if (isProblem(filter)) throw new Error(filter.message);
  const found: number[] = [];
  const bits = new Int32Array(BLOCK_WORDS);
  const total = capture.messages.rows;
  for (let first = 0; first < total; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, total - first);
    filter.scan(reader, { first, count }, bits, survivors);
    for (let place = 0; place < count; place++) {
      if (((bits[place >> 5] ?? 0) >> (place & 31)) & 1) found.push(first + place);
    }
  }
  return found;
}

/** Rows for which `passes`, one after the other. */
function where(passes: (row: number) => boolean): number[] {
  return Array.from({ length: capture.messages.rows }, (_, row) => row).filter(passes);
}

describe('a filter', () => {
  test('compares columns with numbers and symbols, absent values being in neither side', () => {
    const { queue, streamId, status, code } = capture.messages;
    expect(capture.messages.rows).toBeGreaterThan(40);
    expect(rows('queue == tx')).toEqual(where((row) => queue.get(row) === 2));
    expect(rows('stream == 0')).toEqual(where((row) => streamId.get(row) === 0));
    expect(rows('stream != 0')).toEqual(where((row) => streamId.get(row) > 0));
    expect(rows('stream >= 0').length + rows('!has(stream)').length).toBe(capture.messages.rows);
    expect(rows('status == OK')).toEqual(where((row) => status.get(row) === 0x8000));
    const failed = where((row) => status.get(row) !== 0 && status.get(row) !== 0x8000);
    expect(failed.length).toBeGreaterThan(0);
    expect(rows('status != OK')).toEqual(failed);
    expect(rows('code == PCM_START')).toEqual(where((row) => code.get(row) === 0x0104));
    expect(rows('code == 0x0104')).toEqual(rows('code == VIRTIO_SND_R_PCM_START'));
    expect(rows('pcm_start == code')).toEqual(rows('code == PCM_START'));
  });

  test('joins, negates and groups', () => {
    expect(rows('queue == tx && stream == 0 || queue == control')).toEqual(
      rows('(queue eq tx and stream eq 0) or queue eq ctl'),
    );
    expect(rows('!(queue == tx)')).toEqual(rows('queue in {control, event, rx}'));
    expect(rows('not queue == tx and not queue == control')).toEqual(rows('queue in {event, rx}'));
    expect(rows('true')).toHaveLength(capture.messages.rows);
    expect(rows('false')).toEqual([]);
    expect(rows('problem == true')).toEqual(rows('problem'));
  });

  test('takes lists and ranges', () => {
    const { code, head } = capture.messages;
    expect(rows('code in {PCM_START, PCM_STOP}')).toEqual(
      where((row) => [0x0104, 0x0105].includes(code.get(row))),
    );
    expect(rows('head in {1, 4..6}')).toEqual(where((row) => [1, 4, 5, 6].includes(head.get(row))));
    expect(rows('head in 4..6')).toEqual(rows('head >= 4 && head <= 6'));
    expect(rows('severity in warning..error')).toEqual(rows('severity >= warning'));
    expect(rows('head in {9..3}')).toEqual([]);
  });

  test('measures in every unit', () => {
    const { firstAfterNs, lastAfterNs } = capture.messages;
    const sink = (row: number) => lastAfterNs.get(row) - firstAfterNs.get(row);
    expect(rows('stage.wait > 10ms && queue == tx')).toEqual(
      where((row) => firstAfterNs.get(row) > 1e7 && capture.messages.queue.get(row) === 2),
    );
    expect(rows('stage.sink >= 0us').length).toBeGreaterThan(10);
    expect(rows('stage.sink >= 0ns')).toEqual(where((row) => sink(row) >= 0));
    expect(rows('latency > 0.5P')).toEqual(rows('latency > 0.5*period'));
    expect(rows('latency > 0.5P')).toEqual(rows('latency / period > 0.5'));
    const { poppedNs } = capture.messages;
    expect(rows('time in {0.1s..0.3s}')).toEqual(
      where((row) => poppedNs.get(row) >= 1e8 && poppedNs.get(row) <= 3e8),
    );
    expect(rows('time in {0s..0.5s}')).toEqual(rows('time <= 500ms'));
  });

  test('turns amounts of sound into each other by the parameters of the run', () => {
    const { track } = capture.messages;
    const known = where((row) => track.get(row) >= 0);
    expect(known.length).toBeGreaterThan(10);
    expect(rows('period_bytes == 1P')).toEqual(known);
    expect(rows('period_bytes == period')).toEqual(known);
    expect(rows('period_bytes == 480frames || period_bytes == 960frames')).toEqual(known);
    expect(rows('frames < 20 ms && frames > 0')).toEqual(rows('frames < 960 && frames > 0'));
    expect(rows('latency_bytes > 1P')).toEqual(rows('latency_bytes > period_bytes'));
  });

  test('knows rules, formats and text', () => {
    const [rule] = capture.story.tallies.keys();
    const [finding] = capture.story.tallies.get(rule ?? 'VQ-01')?.findings ?? [];
    expect(rows(`finding == "${rule}"`)).toContain(finding?.row);
    expect(rows('finding contains vq')).toEqual(rows('finding matches "^VQ-[0-9]+$"'));
    expect(rows('has(finding)')).toEqual(rows('has(severity)'));
    expect(rows(`finding != "${rule}" || finding == "${rule}"`)).toEqual(rows('has(finding)'));
    expect(rows('format == S16')).toEqual(rows('has(track)'));
    expect(rows('format != S16')).toEqual([]);
    expect(rows('code contains "start"')).toEqual(rows('code == PCM_START'));
    expect(rows('code matches "^PCM_(START|STOP)$"')).toEqual(
      rows('code in {PCM_START, PCM_STOP}'),
    );
  });

  test('calculates', () => {
    expect(rows('head % 2 == 1')).toEqual(where((row) => capture.messages.head.get(row) % 2 === 1));
    expect(rows('number - head == 0 || number != head')).toHaveLength(capture.messages.rows);
    expect(rows('-head < 0')).toEqual(rows('head > 0'));
    expect(rows('abs(time.kick - time) == stage.pop')).toEqual(rows('has(stage.pop)'));
    expect(rows('head / 0 == 0 || head % 0 == 0')).toEqual([]);
    expect(rows('2 * 3 == 6')).toHaveLength(capture.messages.rows);
  });

  test('counts how many pass each term, so that one can say which removed everything', () => {
    const survivors = new Float64Array(3);
    expect(rows('queue == tx && status == OK && latency > 5s', survivors)).toEqual([]);
    expect(survivors[0]).toBe(rows('queue == tx').length);
    expect(survivors[1]).toBe(rows('queue == tx && status == OK').length);
    expect(survivors[2]).toBe(0);
  });

  test('has one spelling for what means the same', () => {
    const spelling = (text: string) => {
      const filter = compileFilter(text);
      return isProblem(filter) ? filter.message : filter.text;
    };
    expect(spelling(' queue==tx and ( stream eq 0)')).toBe('queue == tx && stream == 0');
    expect(spelling("finding == 'VS-P-01'")).toBe('finding == "VS-P-01"');
    expect(spelling('head in 3..5')).toBe('head in {3..5}');
    expect(spelling('(a || b) && !c')).toContain('There is no field “a”');
    expect(spelling('1_000 > head')).toBe('1000 > head');
  });
});

describe('a slip in a filter', () => {
  test.each([
    ['queue = tx', 'To compare, write ==.', 'queue == tx', [6, 7]],
    ['queue == tx & stream == 0', 'Write &&, or and.', 'queue == tx && stream == 0', [12, 13]],
    ['quee == tx', 'Did you mean queue?', 'queue == tx', [0, 4]],
    ['wait > 1ms', 'Did you mean stage.wait?', 'stage.wait > 1ms', [0, 4]],
    ['code == PCM_STRAT', 'Did you mean PCM_START?', 'code == PCM_START', [8, 17]],
    ['latency > 5', 'A time needs its unit', 'latency > 5ms', [10, 11]],
    ['latency > 5msec', 'There is no unit “msec”', 'latency > 5ms', [10, 15]],
    ['queue == tx stream == 0', 'there should be && or ||', 'queue == tx && stream == 0', [12, 18]],
    ['(queue == tx', 'A parenthesis is open', '(queue == tx)', [12, 12]],
    ['queue in {tx', 'A brace is open', 'queue in {tx}', [12, 12]],
    ['finding == "VS', 'This text has no end.', 'finding == "VS"', [11, 14]],
    ['queue', 'queue is one of control, event, tx, rx', 'has(queue)', [0, 5]],
  ])('%s is told with its place and a better one', (text, message, suggestion, [from, to]) => {
    const problem = compileFilter(text);
    expect(problem).toMatchObject({ from, to, suggestion });
    expect(isProblem(problem) && problem.message).toContain(message);
  });

  test.each([
    ['', 'There is no filter yet.'],
    ['queue ==', 'ends where a field or a value is expected'],
    ['queue == tx &&', 'ends where a field or a value is expected'],
    ['latency > latency_bytes * 2B', 'cannot be multiplied'],
    ['head > written', 'these cannot meet'],
    ['queue < tx', 'have no order'],
    ['code == queue', 'these cannot be compared'],
    ['finding > "a"', 'Text has no order'],
    ['head contains "1"', 'contains is for text'],
    ['finding matches "("', 'no regular expression'],
    ['has(1, 2)', 'has takes one value'],
    ['hass(queue)', 'There is no function “hass”'],
    ['queue == tx # x', 'means nothing here'],
    ['a < b < c', 'fits'],
    ['1e999 > head', 'too large'],
    ['"x" == "y"', 'cannot be compared'],
    ['5', 'compare it with something'],
    ['problem > 1', 'cannot be compared'],
  ])('%s is told', (text, message) => {
    const problem = compileFilter(text);
    expect(isProblem(problem) && problem.message).toContain(message);
  });
});

describe('whatever is typed', () => {
  const words = [
    ...['queue', 'tx', 'latency', 'stage.sink', 'finding', 'has', 'problem', 'P', 'code', 'nope'],
    ...[
      '==',
      '!=',
      '<',
      '>=',
      '&&',
      '||',
      '!',
      'in',
      'contains',
      'matches',
      '=',
      '&',
      'and',
      'not',
    ],
    ...['(', ')', '{', '}', ',', '..', '+', '-', '*', '/', '%', '"', "'", '"VS-P-01"', '\\'],
    ...['0', '5ms', '0.5P', '0x10', '1e9', '7mm', '3..4', 'µ', '\n', '#', '1e999', '2KiB', '48kHz'],
  ];

  test('a filter is compiled or told to be wrong, and what is compiled runs', () => {
    const bits = new Int32Array(BLOCK_WORDS);
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const filter = compileFilter(typed);
        if (isProblem(filter)) {
          expect(filter.message).toMatch(/\S/);
          expect(filter.from).toBeLessThanOrEqual(filter.to);
          expect(filter.to).toBeLessThanOrEqual(typed.length);
        } else {
          filter.scan(reader, { first: 0, count: Math.min(70, capture.messages.rows) }, bits);
          expect(compileFilter(filter.text)).toMatchObject({ text: filter.text });
        }
      }),
      { seed: 25, numRuns: 1500 },
    );
  });

  test('very deep and very long filters end in a sentence', () => {
    for (const text of ['('.repeat(3000), '!'.repeat(3000), '-'.repeat(900), 'a &&'.repeat(900)]) {
      expect(isProblem(compileFilter(text))).toBe(true);
    }
    expect(isProblem(compileFilter(`${'head == 1 || '.repeat(190)}head == 2`))).toBe(false);
  });
});
