// However messages are cut into descriptors and however much the host takes or gives at a time, PCM comes through unchanged.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RXQ, TXQ } from '../../../src-core/spec/sound.ts';
import { Guest, INPUT, OUTPUT, ramp, xfer } from './harness.ts';

const SEED = 314_159;
const FRAME_BYTES = 4;

const rings = fc.record({ packed: fc.boolean(), eventIdx: fc.boolean(), indirect: fc.boolean() });
const messages = fc.array(
  fc.record({ frames: fc.nat(200), cuts: fc.array(fc.integer({ min: 1, max: 800 })) }),
  { minLength: 1, maxLength: 12 },
);
const steps = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });

function cutsOf(cuts: readonly number[]): number[] {
  return [...new Set(cuts)].sort((left, right) => left - right).slice(0, 3);
}

function areSame(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

test('what the sink gets is what the guest posted, frame by frame', () => {
  fc.assert(
    fc.property(rings, messages, steps, (options, posts, pulls) => {
      const guest = new Guest(options);
      guest.prepare();
      guest.command('START');
      const given: number[] = [];
      const taken: number[] = [];
      posts.forEach(({ frames, cuts }, place) => {
        const pcm = ramp(frames * FRAME_BYTES, given.length);
        given.push(...pcm);
        guest.post(TXQ, xfer(OUTPUT, pcm), 8, cutsOf(cuts));
        guest.kick(TXQ);
        taken.push(...guest.pull(pulls[place % pulls.length] ?? 1));
      });
      while (taken.length < given.length) taken.push(...guest.pull(pulls[0] ?? 1));
      guest.pull(1);
      expect(areSame(Uint8Array.from(taken), Uint8Array.from(given))).toBe(true);
      const moved = guest.all('moved').flatMap(({ pcm }) => [...pcm]);
      expect(areSame(Uint8Array.from(moved), Uint8Array.from(given))).toBe(true);
      const returned = guest.posted.filter(
        ({ queue, usedCount }) => queue === TXQ && usedCount > 0,
      );
      expect(returned).toHaveLength(posts.length);
    }),
    { seed: SEED, numRuns: 60 },
  );
});

test('what the guest gets is what the source gave, frame by frame', () => {
  fc.assert(
    fc.property(rings, messages, steps, (options, posts, pushes) => {
      const guest = new Guest(options);
      guest.prepare(INPUT);
      guest.command('START', INPUT);
      const roomFrames = posts.reduce((sum, { frames }) => sum + frames, 0);
      const posted = posts.map(({ frames }) =>
        guest.post(RXQ, xfer(INPUT), frames * FRAME_BYTES + 8),
      );
      guest.kick(RXQ);
      const given: number[] = [];
      for (let place = 0; given.length < roomFrames * FRAME_BYTES; place++) {
        const pcm = ramp((pushes[place % pushes.length] ?? 1) * FRAME_BYTES, given.length);
        given.push(...pcm.subarray(0, guest.push(pcm) * FRAME_BYTES));
      }
      guest.push(new Uint8Array(FRAME_BYTES));
      const got = posted.flatMap((one) => [...guest.read(one.writableAt, one.writableBytes - 8)]);
      expect(areSame(Uint8Array.from(got), Uint8Array.from(given))).toBe(true);
      expect(posted.map(({ writtenBytes, writableBytes }) => writtenBytes - writableBytes)).toEqual(
        posts.map(() => 0),
      );
    }),
    { seed: SEED, numRuns: 60 },
  );
});
