/** The browser's way to sound. */
import type { AudioOutput } from './player.ts';

/** At the track's own rate, so that pieces meet without a seam; at the machine's rate where that one is refused. */
export function openOutput(rateHz: number): AudioOutput | undefined {
  if (typeof AudioContext === 'undefined') return undefined;
  try {
    return new AudioContext({ sampleRate: rateHz, latencyHint: 'interactive' });
  } catch {
    return new AudioContext({ latencyHint: 'interactive' }); // a rate that this browser does not take
  }
}
