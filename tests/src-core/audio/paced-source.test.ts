import { describe, expect, test } from 'vitest';
import { openPacedSource } from '../../../src-core/audio/paced-source.ts';
import { SilenceSource } from '../../../src-core/audio/silence-source.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { frameBytesOf } from '../../../src-core/spec/formats.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { formatId, listen, streamOf } from './audio-rig.ts';

describe('a paced source', () => {
  test('hands over a period at each boundary, and goes on behind what was not taken', () => {
    const clock = new ManualClock();
    const firsts: number[] = [];
    let next = 0;
    const stream = openPacedSource(
      clock,
      streamOf({ format: 'U8', channels: 1 }),
      (pcm) => {
        firsts.push(pcm[0] ?? -1);
        return 0;
      },
      (out, frames) => {
        out.fill(next);
        next += frames / 480;
      },
    );
    stream.start();
    clock.advance(30 * NS_PER_MS);
    expect(firsts).toEqual([0, 1, 2]);
    expect(stream.delayFrames()).toBe(0);
  });

  test('hands over no more than a bounded number of frames at once', () => {
    const clock = new ManualClock();
    const stream = streamOf({ rateHz: 384000, periodFrames: 90_000 });
    const { pushes } = listen(new SilenceSource(clock), clock, stream, 500);
    const frames = pushes.map((pcm) => pcm.length / frameBytesOf(stream.params));
    const rest = 90_000 - LIMITS.framesPerPush;
    expect(frames).toEqual([LIMITS.framesPerPush, rest, LIMITS.framesPerPush, rest]);
  });

  test('does nothing for a stream whose format is unknown', () => {
    const clock = new ManualClock();
    const stream = streamOf();
    const strange = { ...stream, params: { ...stream.params, format: 77 } };
    expect(listen(new SilenceSource(clock), clock, strange, 100).pushes).toEqual([]);
  });
});

describe('the silence source', () => {
  test('gives the silence of the format', () => {
    const clock = new ManualClock();
    const { pushes } = listen(new SilenceSource(clock), clock, streamOf({ format: 'U16' }), 10);
    expect(pushes).toHaveLength(1);
    expect([...(pushes[0] ?? [])].slice(0, 4)).toEqual([0, 0x80, 0, 0x80]);
    expect(formatId('U16')).toBe(6);
  });
});
