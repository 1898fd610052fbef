// I5: opening a capture of our own, beside tshark -2 on the same file; when the first rows are there, and the memory that it
// takes; then views of the whole: timeline, one window, a filter. MESSAGES (1 000 000) says how large, ROUNDS (3) how often,
// CAPTURE which file instead: such as one that `ringside demo --scenario short-periods --seconds 10000 --fast` recorded.
import { spawnSync } from 'node:child_process';
import { DiskStore } from '../../electron/capture-disk.ts';
import { Capture } from '../../src-core/capture/capture.ts';
import { readFacts } from '../../src-core/capture/capture-file.ts';
import { CaptureReader } from '../../src-core/capture/capture-reader.ts';
import { FilteredRows } from '../../src-core/views/filtered-rows.ts';
import { messageSlice } from '../../src-core/views/message-slice.ts';
import { timelineSlice } from '../../src-core/views/timeline-slice.ts';
import { largeCapture } from './large-capture.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const FIRST_ROWS = 50;
const STEP_BYTES = 1 << 20;

const path = process.env.CAPTURE ?? largeCapture(Number(process.env.MESSAGES ?? 1_000_000));
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});

interface Opened {
  readonly capture: Capture;
  readonly firstMs: number;
  readonly allMs: number;
  /** Of the processor, whatever else runs. */
  readonly cpuMs: number;
  readonly heldMb: number;
}

function open(): Opened {
  collect();
  const before = memoryMb();
  const began = performance.now();
  const cpu = process.cpuUsage();
  const store = DiskStore.open(path);
  const facts = readFacts(store);
  if ('error' in facts) throw new Error(facts.error);
  const capture = new Capture(facts, store);
  const reader = new CaptureReader(capture, store);
  let firstMs = 0;
  while (reader.readSome(STEP_BYTES)) {
    if (firstMs === 0 && capture.messages.rows >= FIRST_ROWS) firstMs = performance.now() - began;
  }
  const allMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  collect();
  return { capture, firstMs, allMs, cpuMs: (user + system) / 1000, heldMb: memoryMb() - before };
}

/** What a process holds outside and inside its heap. */
function memoryMb(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

function timed(run: () => void): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

function tsharkMs(): number | undefined {
  const began = performance.now();
  const { status } = spawnSync('tshark', ['-2', '-r', path, '-q', '-z', 'io,stat,0'], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  return status === 0 ? performance.now() - began : undefined;
}

const median = (values: readonly number[]) =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;

const rounds = Array.from({ length: ROUNDS }, (_, round) => {
  const opened = open();
  if (round + 1 < ROUNDS) opened.capture.close();
  return opened;
});
const last = rounds.at(-1);
if (last === undefined) throw new Error('ROUNDS is at least 1');
const { capture, heldMb } = last;
const MESSAGES = capture.messages.rows;
const allMs = median(rounds.map((round) => round.allMs));
const bytes = capture.heldBytes();
console.log(`${MESSAGES} messages, ${capture.entries} entries, ${(bytes / 1e6).toFixed(0)} MB`);
console.log(
  `opened in ${(allMs / 1000).toFixed(2)} s (processor ${(median(rounds.map((round) => round.cpuMs)) / 1000).toFixed(2)} s): ${(MESSAGES / allMs / 1000).toFixed(2)} M messages/s, ` +
    `${(bytes / allMs / 1e6).toFixed(2)} GB/s`,
);
console.log(
  `first ${FIRST_ROWS} rows after ${median(rounds.map((round) => round.firstMs)).toFixed(1)} ms`,
);
console.log(
  `memory ${heldMb.toFixed(0)} MB: ${((heldMb * 1e6) / MESSAGES).toFixed(0)} bytes a message`,
);

const endNs = capture.endNs;
const timeline = { fromNs: 0, toNs: endNs, columns: 1400 };
console.log(
  `timeline of all, first ${timed(() => timelineSlice(capture, timeline)).toFixed(1)} ms`,
);
const again = Array.from({ length: 5 }, (_, place) => {
  const query = { ...timeline, fromNs: (endNs / 16) * place, toNs: endNs - (endNs / 32) * place };
  return timed(() => timelineSlice(capture, query));
});
console.log(
  `timeline of other ranges ${median(again).toFixed(1)} ms, at most ${Math.max(...again).toFixed(1)}`,
);
const window = timed(() =>
  messageSlice(capture.messages, { first: MESSAGES / 2, count: 60 }, undefined),
);
console.log(`60 rows in the middle ${window.toFixed(2)} ms`);
const filter = timed(() => new FilteredRows(capture, { problems: true }).extend(MESSAGES));
console.log(`filter “problems” over all rows ${filter.toFixed(1)} ms`);
const shark = process.env.TSHARK === '0' ? undefined : tsharkMs();
console.log(
  shark === undefined
    ? 'tshark -2: not measured'
    : `tshark -2 took ${(shark / 1000).toFixed(1)} s: ${(shark / allMs).toFixed(1)} times as long (goal: at least 20)`,
);
