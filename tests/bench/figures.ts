// What the benches of the window say of many times.

export interface Figures {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly over20: number;
}

export function median(work: () => unknown): number {
  const times = Array.from({ length: 15 }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
  return sorted(times)[7] ?? Number.NaN;
}

export function figures(times: readonly number[]): Figures {
  const inOrder = sorted(times);
  const at = (share: number) =>
    inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)] ?? Number.NaN;
  const over20 = inOrder.filter((ms) => ms > 20).length / inOrder.length;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), over20 };
}

export function text({ p50, p95, p99, over20 }: Figures): string {
  const [a, b, c] = [p50, p95, p99].map((ms) => ms.toFixed(1));
  return `p50 ${a} · p95 ${b} · p99 ${c} ms, ${(over20 * 100).toFixed(0)} % over 20 ms`;
}

export function sorted(times: readonly number[]): number[] {
  return [...times].sort((a, b) => a - b);
}
