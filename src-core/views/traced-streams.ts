/** The streams of a capture that comes from a trace: how many there are and which way they go, as far as it tells. */
import type { Capture } from '../capture/capture.ts';
import type { TracedRun } from '../contract-trace.ts';
import { LIMITS } from '../limits.ts';
import type { RuleId } from '../spec/rules.ts';
import type { Direction } from '../spec/sound.ts';
import type { Ns } from '../units.ts';

/** Direction of each stream, by id. QEMU makes the first ⌈n/2⌉ of n streams outputs, and two unless it was asked for more. */
export function tracedDirections(capture: Capture): Direction[] {
  const { setup, transitions } = capture.story;
  const config = setup.findLast(({ step }) => step.what === 'config')?.step;
  const said = config?.what === 'config' ? config.streams : 0;
  const seen = Math.max(-1, ...transitions.keys()) + 1;
  const outputs = Math.ceil((said || 2) / 2);
  const count = Math.min(LIMITS.streams, Math.max(said, seen));
  return Array.from({ length: count }, (_, id) => (id < outputs ? 'output' : 'input'));
}

/** Messages of a stream that are with the device at the end of what is known. */
export function openMessages(capture: Capture, streamId: number): number {
  const { messages } = capture;
  let open = 0;
  const first = Math.max(0, messages.rows - LOOK_BACK_ROWS);
  for (let row = first; row < messages.rows; row++) {
    const isOpen = Number.isNaN(messages.usedAfterNs.get(row));
    if (isOpen && messages.queue.get(row) >= 2 && messages.streamId.get(row) === streamId) open++;
  }
  return open;
}

const LOOK_BACK_ROWS = 1024;

/** Each PREPARE begins a run, or a stream that was running when the trace began. */
export function tracedRuns(capture: Capture, streamId: number): TracedRun[] {
  const { states, tallies } = capture.story;
  const own = states.filter((change) => change.streamId === streamId);
  const begins = own
    .filter(({ state }, place) => state === 'prepared' || (place === 0 && state === 'running'))
    .map(({ atNs }) => atNs);
  const timesOf = (rules: readonly RuleId[]) =>
    rules
      .flatMap((rule) => tallies.get(rule)?.findings ?? [])
      .filter((finding) => finding.streamId === streamId)
      .map(({ row, atNs }) => (row < 0 ? atNs : capture.messages.poppedNs.get(row)));
  const dry = timesOf(['VS-P-01', 'VS-P-02']);
  const stalls = timesOf(['VS-P-09']);
  return begins.map((fromNs, place) => {
    const toNs = begins[place + 1] ?? Number.POSITIVE_INFINITY;
    const isInside = (atNs: Ns) => atNs >= fromNs && atNs < toNs;
    return {
      ...{ ...UNTOLD, fromNs },
      underruns: dry.filter(isInside).length,
      stalls: stalls.filter(isInside).length,
    };
  });
}

const UNTOLD = {
  ...{ format: null, rateHz: null, channels: null, bufferBytes: null, periodBytes: null },
  ...{ frames: null, sha256: null, file: null },
} as const;
