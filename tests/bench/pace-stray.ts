// How evenly a device returns output buffers: what strays from an even beat.

/** Milliseconds, except where said. */
export interface Stray {
  readonly returns: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Time that the returns took, as a part of the time that their periods last. */
  readonly rate: number;
}

/** The last buffers come back when the guest stops, not when they are due. */
const AT_THE_END = 5;

/** `returnsMs`: when each buffer came back, in order. Buffer i is due a period after buffer i - 1; the first one's time is
 *  such that as many are early as late. */
export function strayOf(returnsMs: readonly number[], periodMs: number): Stray {
  const returns = returnsMs.slice(0, -AT_THE_END);
  const offsets = returns.map((atMs, index) => atMs - index * periodMs);
  const middle = part(offsets, 0.5);
  const strays = offsets.map((offset) => Math.abs(offset - middle));
  const [first = 0] = returns;
  const tookMs = (returns.at(-1) ?? 0) - first;
  return {
    returns: returns.length,
    p50: part(strays, 0.5),
    p99: part(strays, 0.99),
    max: part(strays, 1),
    rate: tookMs / ((returns.length - 1) * periodMs),
  };
}

/** Times of the output buffers' return in a log of QEMU's traces `virtio_queue_notify` and `virtqueue_fill`, with times. A
 *  line with a queue's address and number comes before the first that has the address only. */
export function returnsInTrace(log: string, queue: number): number[] {
  const queueAt = new Map<string, number>();
  const returnsMs: number[] = [];
  for (const [, seconds, micros, event, rest = ''] of log.matchAll(LINE)) {
    const address = /\bvq (0x[0-9a-f]+)/.exec(rest)?.[1] ?? '';
    if (event === 'virtio_queue_notify') {
      queueAt.set(address, Number(/\bn (\d+)/.exec(rest)?.[1]));
    } else if (event === 'virtqueue_fill' && queueAt.get(address) === queue) {
      returnsMs.push(Number(seconds) * 1e3 + Number(micros) / 1e3);
    }
  }
  return returnsMs;
}

const LINE = /^\d+@(\d+)\.(\d{6}):(\w+) (.*)$/gm;

/** The value below which that part of the values lies. */
function part(values: readonly number[], share: number): number {
  const inOrder = [...values].sort((one, other) => one - other);
  return inOrder[Math.min(inOrder.length - 1, Math.floor(inOrder.length * share))] ?? Number.NaN;
}
