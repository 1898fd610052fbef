// Whatever happens between two reads, what counts as exact is what the device consumed, where it stands in its run.
import { expect, test } from 'vitest';
import { frameBytesOf } from '../../../src-core/spec/formats.ts';
import { HastyGuest, type Pace } from './hasty-guest.ts';

const SEEDS = 10;
const LOOKS = 300;

test.each([
  ['that is hardly held up', { steps: 6, pauses: 0.02, pauseSteps: 60 }, 0.5],
  ['that is held up now and then', { steps: 2, pauses: 0.15, pauseSteps: 80 }, 0.05],
  ['that is held up often', { steps: 3, pauses: 0.6, pauseSteps: 60 }, 0.005],
  ['that is held up for whole runs', { steps: 2, pauses: 0.04, pauseSteps: 1200 }, 0.2],
] as const satisfies readonly (readonly [string, Pace, number])[])(
  'to a looker-on %s, exact is exact',
  (_what, pace, leastPart) => {
    const counts = { payloads: 0, exact: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const guest = new HastyGuest(seed, pace);
      guest.play(seed % 3 === 0 ? 0 : seed * 40, LOOKS);
      const { payloads, exact, wrong } = compare(guest);
      expect(wrong, `seed ${seed}`).toEqual([]);
      counts.payloads += payloads;
      counts.exact += exact;
    }
    expect(counts.payloads).toBeGreaterThan(SEEDS);
    expect(counts.exact / counts.payloads).toBeGreaterThanOrEqual(leastPart);
  },
);

/** Each track's exact payloads against what was consumed: all of one run, from one place in it on. */
function compare({ entries, runs }: HastyGuest) {
  const whole = runs.map((pieces) => Buffer.concat(pieces));
  const places = new Map<number, { readonly run: number; readonly shift: number }>();
  const found = { payloads: 0, exact: 0, wrong: [] as string[] };
  let frameBytes = 0;
  for (const entry of entries) {
    if (entry.kind === 'track') frameBytes = frameBytesOf(entry.params);
    if (entry.kind !== 'moved') continue;
    found.payloads++;
    if (entry.grade !== undefined) continue;
    found.exact++;
    const pcm = Buffer.from(entry.pcm);
    const at = frameBytes * entry.fromFrame;
    const known = places.get(entry.track);
    const run = known?.run ?? whole.findIndex((bytes) => bytes.includes(pcm));
    // A playback that was looked at from its middle on begins anywhere; another at its beginning.
    const shift = known?.shift ?? (entry.track === 0 ? (whole[run]?.indexOf(pcm) ?? 0) - at : 0);
    places.set(entry.track, { run, shift });
    const isThere = whole[run]?.subarray(at + shift, at + shift + pcm.length).equals(pcm) === true;
    if (!isThere) found.wrong.push(`track ${entry.track} frame ${entry.fromFrame}`);
  }
  return found;
}
