/** What filters over ten million messages cost (goal I4: 30 ms for one column), beside a plain loop over one array of as
 *  many bytes, which is the floor. */
import {
  BLOCK_ROWS,
  BLOCK_WORDS,
  blockEnd,
  countBits,
} from '../../src-core/analysis/column-scan.ts';
import { FieldReader } from '../../src-core/analysis/field-reader.ts';
import { compileFilter } from '../../src-core/analysis/filter.ts';
import { isProblem } from '../../src-core/analysis/filter-problem.ts';
import { MessageTable } from '../../src-core/capture/messages.ts';
import { Story } from '../../src-core/capture/story.ts';
import { Track } from '../../src-core/capture/tracks.ts';

const ROWS = 10_000_000;
const ROUNDS = 5;
const FILTERS = [
  'queue == tx',
  'stream == 0',
  'status != OK',
  'queue == tx && stream == 0',
  'queue == tx && status != OK',
  'code in {PCM_START, PCM_STOP}',
  'severity >= warning',
  'time in {10s..20s}',
  'frames == 480',
  'latency > 5ms',
  'stage.sink > 0.5P && queue == tx',
  'stage.sink > 0.5*period',
  'latency_bytes > 20ms || status != OK',
  'finding == "VS-P-01"',
];

const messages = makeTable();
const params = {
  format: 5,
  rate: 7,
  channels: 2,
  bufferBytes: 7680,
  periodBytes: 1920,
  features: 0,
};
const track = new Track(0, 0, 'output', 0, params, 0);
const reader = new FieldReader({ messages, story: new Story(), tracks: [track] });

const floorMs = plainLoopMs();
console.log(`${'a loop over bytes'.padEnd(42)}${floorMs.toFixed(1).padStart(8)} ms`);
for (const text of FILTERS) report(text);

function report(text: string): void {
  const filter = compileFilter(text);
  if (isProblem(filter)) throw new Error(filter.message);
  let best = Number.POSITIVE_INFINITY;
  let matches = 0;
  const bits = new Int32Array(BLOCK_WORDS);
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    matches = 0;
    for (let first = 0; first < ROWS; first += BLOCK_ROWS) {
      const count = blockEnd(first, ROWS) - first;
      filter.scan(reader, { first, count }, bits);
      matches += countBits(bits, count);
    }
    best = Math.min(best, performance.now() - started);
  }
  const figures = `${best.toFixed(1).padStart(8)} ms ${(best / floorMs).toFixed(1).padStart(6)}x`;
  console.log(`${text.padEnd(42)}${figures} ${String(matches).padStart(10)} rows`);
}

function plainLoopMs(): number {
  const bytes = new Uint8Array(ROWS).fill(2);
  let best = Number.POSITIVE_INFINITY;
  let found = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    for (let row = 0; row < bytes.length; row++) found += bytes[row] === 2 ? 1 : 0;
    best = Math.min(best, performance.now() - started);
  }
  return found > 0 ? best : 0;
}

/** One message in 50 is a control request, one in 97 has a finding, one in 1000 failed. */
function makeTable(): MessageTable {
  const table = new MessageTable();
  let random = 12_345;
  for (let row = 0; row < ROWS; row++) {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    const isControl = row % 50 === 0;
    table.seq.set(row, row * 5);
    table.queue.set(row, isControl ? 0 : 2);
    table.streamId.set(row, isControl ? -1 : row & 1);
    table.code.set(row, isControl ? 0x0100 + (random % 6) : 0);
    table.status.set(row, row % 1000 === 0 ? 0x8003 : 0x8000);
    table.head.set(row, row & 63);
    table.poppedNs.set(row, row * 10_000);
    table.kickAfterNs.set(row, -((random >>> 8) % 20_000));
    table.poppedAt.set(row, row * 2400);
    table.usedAt.set(row, row * 2400 + 2000);
    table.usedAfterNs.set(row, 2e6 + (random % 9_000_000));
    table.interruptAfterNs.set(row, 2e6 + (random % 9_000_000) + 5000);
    if (!isControl) {
      table.firstAfterNs.set(row, random % 2_000_000);
      table.lastAfterNs.set(row, (random % 2_000_000) + (random % 7_000_000));
      table.track.set(row, 0);
      table.frames.set(row, 480);
      table.latencyBytes.set(row, random % 7680);
    }
    table.severity.set(row, row % 97 === 0 ? 2 : 0);
  }
  table.rows = ROWS;
  return table;
}
