/** Times in which the guest was gone, or in which a stream was not heard: from then on what they told stands still. */
import type { Capture } from '../capture/capture.ts';
import type { SetupEvent } from '../capture/story.ts';
import type { Outage } from '../contract-tracks.ts';
import type { Ns } from '../units.ts';

/** Older ones are left out. */
const OUTAGES_BOUND = 200;

export function outagesIn(capture: Capture, fromNs: Ns, toNs: Ns): Outage[] {
  return outagesOf(capture.story.setup)
    .filter((outage) => outage.fromNs <= toNs && outage.toNs >= fromNs)
    .slice(-OUTAGES_BOUND);
}

/** In the order in which they began. */
export function outagesOf(setup: readonly SetupEvent[]): Outage[] {
  const outages: Outage[] = [];
  const open = new Map<string, number>();
  const end = (key: string, toNs: Ns): void => {
    const place = open.get(key) ?? -1;
    const outage = outages[place];
    open.delete(key);
    if (outage !== undefined) outages[place] = { ...outage, toNs };
  };
  const begin = (key: string, outage: Omit<Outage, 'toNs'>): void => {
    if (open.has(key)) return;
    open.set(key, outages.length);
    outages.push({ ...outage, toNs: Number.POSITIVE_INFINITY });
  };
  for (const { atNs: fromNs, step } of setup) {
    if (step.what === 'gone') {
      begin('guest', { of: 'guest', streamId: -1, fromNs, why: step.detail });
    } else if (step.what === 'attached' || step.what === 'watched') {
      end('guest', fromNs);
    } else if (step.what === 'unheard') {
      const { streamId, detail: why } = step;
      const key = `sink ${streamId}`;
      end(key, fromNs);
      if (why !== '') begin(key, { of: 'sink', streamId, fromNs, why });
    }
  }
  return outages;
}
