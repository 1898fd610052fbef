/** What a watch says of itself in the inspector: where its values come from, how far they can be trusted, what it costs. Pure. */
import type { WatchStatus } from '../../../src-core/qemu/watch-status.ts';
import { formatBytes, formatPlural } from '../../ui/format.ts';

const TRUST = [
  ['exact', 'as the device had it'],
  [
    'unplaced',
    'derived: as the device had it, but not all that it got before is known, so that it may stand elsewhere',
  ],
  [
    'changed',
    'derived: other bytes stood there when it was looked at again, or the guest writes to buffers in flight',
  ],
  ['raced', 'derived: it was used while it was being copied'],
  ['late', 'assumed: it was copied only after it was used'],
] as const;

export interface WatchLines {
  readonly source: readonly string[];
  readonly trust: readonly string[];
  readonly cost: readonly string[];
}

export function watchLines(watch: WatchStatus): WatchLines {
  const { target, qemuVersion, devicePath, memory, trace, missing, assumedStreams } = watch;
  const streams = assumedStreams.length === 0 ? [] : [assumedText(assumedStreams)];
  return {
    source: [
      `QEMU${qemuVersion === '' ? '' : ` ${qemuVersion}`} over ${target}`,
      ...(devicePath === undefined ? [] : [devicePath]),
      memory,
      trace,
      ...(missing.length === 0 ? [] : [`this QEMU does not have ${missing.join(', ')}`]),
    ],
    trust: [...trustLines(watch), ...streams],
    cost: costLines(watch),
  };
}

function trustLines({ trust }: WatchStatus): string[] {
  const bytes = TRUST.reduce((sum, [kind]) => sum + trust[kind], 0);
  if (bytes === 0) return ['no payload was seen yet'];
  return TRUST.filter(([kind]) => trust[kind] > 0).map(([kind, what]) => {
    const percent = (100 * trust[kind]) / bytes;
    return `${percent.toFixed(1)} % (${formatBytes(trust[kind])}) ${what}`;
  });
}

function assumedText(streams: readonly number[]): string {
  const which = streams.length === 1 ? 'stream' : 'streams';
  return `format and rate of ${which} ${streams.join(', ')} are assumed from the pace: their SET_PARAMS was not seen`;
}

/** How often QEMU is asked for its queues’ indexes, and what of its time that takes. */
export function samplingLine({ sampling }: WatchStatus): string {
  const { rateHz, busyPart } = sampling;
  if (rateHz === 0) return 'QEMU is not asked how many chains it holds (--rate 0)';
  const percent = (100 * busyPart).toFixed(1);
  return `asked ${rateHz} times a second how many chains it holds: ${percent} % of the time (--rate)`;
}

function costLines(watch: WatchStatus): string[] {
  const { commands } = watch;
  const { count, p50Us, busyPart } = commands;
  if (count === 0) return [];
  const percent = (100 * busyPart).toFixed(1);
  return [
    `${formatPlural(count, 'command')} to QEMU, ${(p50Us / 1000).toFixed(1)} ms each (median)`,
    `QEMU was asked during ${percent} % of the time`,
    samplingLine(watch),
  ];
}
