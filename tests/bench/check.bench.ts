// What goes along behind a capture, beside opening it: the checker of rules, the scan of the sound, and the analysis of latency, in
// messages a second. They run in slices between other work: each has to be faster than messages come (a device passes on
// 200,000 a second at most). MESSAGES (200 000) or CAPTURE say of which capture, ROUNDS (3) how often.
import { DiskStore } from '../../electron/capture-disk.ts';
import { checkerOf } from '../../src-core/analysis/check-capture.ts';
import { ContentScan } from '../../src-core/analysis/content-scan.ts';
import { LatencyAnalysis } from '../../src-core/analysis/latency-analysis.ts';
import { openCapture } from '../../src-core/capture/capture-reader.ts';
import { largeCapture } from './large-capture.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const path = process.env.CAPTURE ?? largeCapture(Number(process.env.MESSAGES ?? 200_000));

function opened() {
  const read = openCapture(DiskStore.open(path));
  if ('error' in read) throw new Error(read.error);
  return read.capture;
}

/** Seconds, with the processor's. */
function timed(run: () => void): number {
  const began = performance.now();
  run();
  return (performance.now() - began) / 1000;
}

const times = {
  opening: [] as number[],
  rules: [] as number[],
  sound: [] as number[],
  latency: [] as number[],
};
let messages = 0;
let findings = 0;
for (let round = 0; round < ROUNDS; round++) {
  let capture = opened();
  times.opening.push(
    timed(() => {
      capture.close();
      capture = opened();
    }),
  );
  messages = capture.messages.rows;
  const checker = checkerOf(capture);
  times.rules.push(
    timed(() => {
      while (checker.advance({ entries: 10_000 }));
      checker.finish();
    }),
  );
  findings = [...capture.story.tallies.values()].reduce((sum, { count }) => sum + count, 0);
  const scan = new ContentScan(capture);
  times.sound.push(
    timed(() => {
      while (scan.advance({ entries: 10_000 }));
    }),
  );
  const latency = new LatencyAnalysis(capture);
  times.latency.push(
    timed(() => {
      while (latency.follow(10_000, true));
    }),
  );
  capture.close();
}

const median = (values: readonly number[]) =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
const opening = median(times.opening);
console.log(`${messages} messages, ${findings} findings`);
for (const [name, values] of Object.entries(times)) {
  const seconds = median(values);
  const rate = messages / seconds / 1000;
  console.log(
    `${name.padEnd(10)}${seconds.toFixed(2).padStart(8)} s ${rate.toFixed(0).padStart(8)} k messages/s ${(seconds / opening).toFixed(1).padStart(6)}x opening`,
  );
}
