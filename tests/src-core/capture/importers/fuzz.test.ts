/** Broken traces of every kind: an import never throws, never hangs, and holds no more than its input explains. For a longer
 *  look: RINGSIDE_FUZZ_ROUNDS=2000 RINGSIDE_FUZZ_SEED=7 npm run unit -- importers/fuzz */
import { expect, test } from 'vitest';
import { sniff } from '../../../../src-core/capture/importers/sniff.ts';
import { importBytes } from '../../../../src-core/capture/importers/trace-import.ts';
import { logText, MadeDevice, simpleTrace } from './trace-maker.ts';
import { fixture, SETUP } from './trace-text.ts';

const SEED = Number(process.env.RINGSIDE_FUZZ_SEED ?? 0x51d3);
const ROUNDS = Number(process.env.RINGSIDE_FUZZ_ROUNDS ?? 40);
/** A broken trace that took longer than this would hang an import. */
const MS_PER_ROUND = 2000;

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Flips, cuts, repeats and moves parts of `bytes`. */
function mutate(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  const parts = bytes.slice();
  for (let flips = next(40); flips > 0; flips--) parts[next(parts.length)] = next(256);
  const from = next(parts.length);
  const piece = parts.subarray(from, from + next(5000));
  const at = next(parts.length);
  const kinds = [
    () => parts.subarray(0, at),
    () => parts.subarray(at),
    () => Uint8Array.from([...parts.subarray(0, at), ...piece, ...parts.subarray(at)]),
    () => Uint8Array.from([...parts.subarray(0, from), ...parts.subarray(from + piece.length)]),
    () => parts.map((byte) => (byte === 10 && next(20) === 0 ? 32 : byte)),
  ];
  return kinds[next(kinds.length)]?.() ?? parts;
}

function survives(bytes: Uint8Array, seed: number): void {
  const next = random(seed);
  for (let round = 0; round < ROUNDS; round++) {
    const broken = mutate(bytes, next);
    const imported = importBytes(broken, SETUP());
    if ('error' in imported) continue;
    const { capture, writer } = imported;
    while (writer.writeBehind(1000));
    const report = imported.report();
    expect(capture.messages.rows).toBeLessThanOrEqual(report.lines);
    expect(report.items.length).toBeLessThan(2000);
    expect(capture.unwritten).toBe(0);
  }
}

test(
  `mutated logs (seed ${SEED})`,
  () => {
    survives(fixture('qemu-10.0-timestamps.log').subarray(0, 40_000), SEED);
    survives(fixture('qemu-10.0-plain.log'), SEED + 1);
  },
  10_000 + ROUNDS * MS_PER_ROUND,
);

test(
  `mutated texts of ftrace and babeltrace2 (seed ${SEED})`,
  () => {
    const log = new TextDecoder().decode(fixture('qemu-10.0-timestamps.log').subarray(0, 20_000));
    const stamp = /^(\d+)@\d+(\d{5}\.\d{6}):/gm;
    const ftrace = log.replace(stamp, ' qemu-$1 [001] ..... $2: tracing_mark_write: ');
    const fields = log.replace(
      /^\d+@(?<at>\d+\.\d{6}):(virtqueue_\w+) (vq) (\w+) (elem) (\w+) (\w+) (\d+) (\w+) (\d+)$/gm,
      '[$<at>000] (+0.000001000) host qemu:$2: { cpu_id = 1 }, { $3 = $4, $5 = $6, $7 = $8, $9 = $10 }',
    );
    const encoder = new TextEncoder();
    expect(sniff(encoder.encode(ftrace)).kind).toBe('ftrace');
    survives(encoder.encode(ftrace), SEED + 2);
    const lines = fields.split('\n').filter((line) => line.startsWith('['));
    expect(sniff(encoder.encode(lines.join('\n'))).kind).toBe('babeltrace');
    survives(encoder.encode(lines.join('\n')), SEED + 3);
  },
  10_000 + ROUNDS * MS_PER_ROUND,
);

test(
  `mutated simple traces (seed ${SEED})`,
  () => {
    const device = new MadeDevice().realize().status(15).play();
    for (let round = 0; round < 50; round++) {
      device
        .kick(2)
        .handler(2)
        .pop(2, 0x7000 + 16 * round)
        .fill(2, 0x7000 + 16 * round, 8)
        .notify(2);
    }
    survives(simpleTrace(device.events), SEED + 2);
    survives(simpleTrace(device.events, false), SEED + 3);
    expect(logText(device.events).length).toBeGreaterThan(0);
  },
  10_000 + ROUNDS * MS_PER_ROUND,
);
