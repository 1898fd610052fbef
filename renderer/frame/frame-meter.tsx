/** How long the page's frames take, over the last two seconds: what the window itself costs. Hidden until asked for. */
import { useEffect, useState } from 'react';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { percentileOf } from '../ui/percentile.ts';

interface MeterState {
  readonly isShown: boolean;
}

export const useMeter = create<MeterState>()(
  persist((): MeterState => ({ isShown: false }), {
    name: 'ringside.meter',
    version: 1,
    storage: createJSONStorage(() => localStorage),
  }),
);

const KEPT_FRAMES = 120;
const TELL_EVERY_MS = 500;

export function FrameMeter() {
  const isShown = useMeter((meter) => meter.isShown);
  return isShown ? <Meter /> : null;
}

function Meter() {
  const [text, setText] = useState('frames –');
  useEffect(() => {
    const times: number[] = [];
    let lastMs = performance.now();
    let toldMs = lastMs;
    let request = requestAnimationFrame(function measure(nowMs) {
      times.push(nowMs - lastMs);
      if (times.length > KEPT_FRAMES) times.shift();
      lastMs = nowMs;
      if (nowMs - toldMs > TELL_EVERY_MS) {
        toldMs = nowMs;
        setText(meterText(times));
      }
      request = requestAnimationFrame(measure);
    });
    return () => cancelAnimationFrame(request);
  }, []);
  return <span title="Time between redraws of this window, over the last 120">{text}</span>;
}

/** `frames p50 16.7 · p99 18.2 ms · 60/s`. */
export function meterText(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const all = times.reduce((sum, ms) => sum + ms, 0);
  const rate = all === 0 ? 0 : (times.length / all) * 1000;
  const [p50, p99] = [0.5, 0.99].map((share) => percentileOf(sorted, share).toFixed(1));
  return `frames p50 ${p50} · p99 ${p99} ms · ${rate.toFixed(0)}/s`;
}
