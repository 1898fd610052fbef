// The short cuts of scans say what reading each row says: on a table with gaps in every column, and runs that interleave.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK_ROWS, BLOCK_WORDS, blockEnd } from '../../../src-core/analysis/column-scan.ts';
import { FieldReader } from '../../../src-core/analysis/field-reader.ts';
import { fieldNamed } from '../../../src-core/analysis/fields.ts';
import { compileFilter } from '../../../src-core/analysis/filter.ts';
import { isProblem } from '../../../src-core/analysis/filter-problem.ts';
import { MessageTable } from '../../../src-core/capture/messages.ts';
import { Story } from '../../../src-core/capture/story.ts';
import { Track } from '../../../src-core/capture/tracks.ts';

const ROWS = BLOCK_ROWS + 4011;
const FIELDS = ['latency', 'latency_bytes', 'frames'].concat(
  ['post', 'pop', 'wait', 'sink', 'handle', 'complete', 'notify'].map((stage) => `stage.${stage}`),
);

/** The second block has more runs than are scanned one by one. */
const tracks = Array.from({ length: 20 }, (_, place) => trackOf(place));
const messages = makeTable();
const reader = new FieldReader({ messages, story: new Story(), tracks });
const BOUNDS = ['0', '1', '-1', '500', '1e300', '-1e300'];

function trackOf(place: number): Track {
  const rate = place % 2 === 0 ? 7 : 6;
  const periodBytes = 400 + 4 * place;
  const params = {
    format: 5,
    rate,
    channels: 2,
    bufferBytes: 4 * periodBytes,
    periodBytes,
    features: 0,
  };
  return new Track(place, 0, 'output', place, params, 0);
}

function makeTable(): MessageTable {
  const table = new MessageTable();
  let state = 7;
  const random = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % bound;
  };
  const moments = [table.postedAfterNs, table.firstAfterNs, table.lastAfterNs, table.usedAfterNs];
  for (let row = 0; row < ROWS; row++) {
    table.queue.set(row, random(4));
    table.status.set(row, random(3) === 0 ? 0 : 0x8000);
    table.latencyBytes.set(row, random(2) === 0 ? random(5000) : 0xffff_0000 + random(9));
    table.frames.set(row, random(900));
    table.track.set(row, random(row < BLOCK_ROWS ? 4 : 21) - 1);
    for (const column of [...moments, table.interruptAfterNs]) {
      if (random(4) > 0) column.set(row, random(3) * 500 + random(2) * 2_000_000);
    }
    if (random(3) > 0) table.kickAfterNs.set(row, random(1500) - 1000);
  }
  table.rows = ROWS;
  return table;
}

function scanned(text: string): number[] {
  const filter = compileFilter(text);
  if (isProblem(filter)) throw new Error(`${text}: ${filter.message}`);
  const found: number[] = [];
  const bits = new Int32Array(BLOCK_WORDS);
  for (let first = 0; first < ROWS; first = blockEnd(first, ROWS)) {
    const count = blockEnd(first, ROWS) - first;
    filter.scan(reader, { first, count }, bits);
    for (let place = 0; place < count; place++) {
      if (((bits[place >> 5] ?? 0) >> (place & 31)) & 1) found.push(first + place);
    }
  }
  return found;
}

function valuesOf(name: string): Float64Array {
  const field = fieldNamed(name);
  if (field?.kind !== 'number') throw new Error(`${name} is no number`);
  const values = new Float64Array(ROWS);
  for (let first = 0; first < ROWS; first = blockEnd(first, ROWS)) {
    const count = blockEnd(first, ROWS) - first;
    field.fill(reader, { first, count }, values.subarray(first, first + count));
  }
  return values;
}

function where(passes: (row: number) => boolean): number[] {
  return Array.from({ length: ROWS }, (_, row) => row).filter(passes);
}

const bound = fc.oneof(fc.constantFrom(...BOUNDS), fc.integer({ min: -3000, max: 2_003_000 }));

describe('a scan', () => {
  test.each(FIELDS)('of %s finds the rows that reading it finds', (name) => {
    const values = valuesOf(name);
    const unit = name === 'frames' || name === 'latency_bytes' ? '' : 'ns';
    expect(where((row) => Number.isNaN(values[row])).length).toBeGreaterThan(ROWS / 10);
    expect(scanned(`has(${name})`)).toEqual(where((row) => !Number.isNaN(values[row])));
    const check = ([one, other]: [string | number, string | number]) => {
      const [low, high] = [Number(one), Number(other)];
      const at = (row: number) => values[row] as number;
      expect(scanned(`${name} >= ${one}${unit}`)).toEqual(where((row) => at(row) >= low));
      expect(scanned(`${name} != ${one}${unit}`)).toEqual(
        where((row) => Math.abs(at(row) - low) > 0),
      );
      expect(scanned(`${name} in {${one}${unit}..${other}${unit}}`)).toEqual(
        where((row) => at(row) >= low && at(row) <= high),
      );
    };
    fc.assert(fc.property(fc.tuple(bound, bound), check), { numRuns: 12 });
  });

  test('against a bound that each run has for itself does so too, however many runs there are', () => {
    const [latency, period, sink] = ['latency', 'period', 'stage.sink'].map(valuesOf);
    const at = (values: Float64Array | undefined, row: number) => values?.[row] ?? Number.NaN;
    const isLong = (row: number) => at(latency, row) > at(period, row) * 0.25;
    expect(where(isLong).length).toBeGreaterThan(100);
    expect(scanned('latency > 0.25P')).toEqual(where(isLong));
    expect(scanned('0.25P < latency')).toEqual(where(isLong));
    expect(scanned('latency > period / 4')).toEqual(
      where((row) => at(latency, row) > at(period, row) / 4),
    );
    expect(scanned('stage.sink in {0P..0.5P, 1P..9P}')).toEqual(
      where((row) => {
        const periods = at(sink, row) / at(period, row);
        return (periods >= 0 && periods <= 0.5) || (periods >= 1 && periods <= 9);
      }),
    );
    expect(scanned('latency_bytes > 2P')).toEqual(scanned('latency_bytes / period_bytes > 2'));
  });
});
