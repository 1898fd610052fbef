import { describe, expect, test } from 'vitest';
import { NullSink } from '../../../src-core/audio/null-sink.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { streamOf } from './audio-rig.ts';

describe('the null sink', () => {
  test('takes each stream at its own pace and holds nothing back', () => {
    const clock = new ManualClock();
    const sink = new NullSink(clock);
    const asked: string[] = [];
    const pull = (name: string) => (frames: number) => {
      asked.push(`${clock.nowNs() / NS_PER_MS} ms ${name} ${frames}`);
      return new Uint8Array(0);
    };
    const first = sink.open(streamOf({ periodFrames: 480 }), pull('first'));
    const second = sink.open(streamOf({ rateHz: 8000, periodFrames: 120 }), pull('second'));
    first.start();
    second.start();
    clock.advance(20 * NS_PER_MS);
    expect(asked).toEqual(['10 ms first 480', '15 ms second 120', '20 ms first 480']);
    expect(first.delayFrames()).toBe(0);
  });

  test('asks on whatever it is given, and not for what was missing', () => {
    const clock = new ManualClock();
    const asked: number[] = [];
    const stream = new NullSink(clock).open(streamOf(), (frames) => {
      asked.push(frames);
      return new Uint8Array(asked.length === 2 ? 0 : frames * 4);
    });
    stream.start();
    clock.advance(40 * NS_PER_MS);
    expect(asked).toEqual([480, 480, 480, 480]);
  });

  test('is silent after STOP and after close, and cannot be started again then', () => {
    const clock = new ManualClock();
    let asked = 0;
    const stream = new NullSink(clock).open(streamOf(), () => {
      asked++;
      return new Uint8Array(0);
    });
    stream.start();
    clock.advance(10 * NS_PER_MS);
    stream.stop();
    clock.advance(100 * NS_PER_MS);
    expect(asked).toBe(1);
    stream.close();
    stream.close();
    stream.start();
    clock.advance(100 * NS_PER_MS);
    expect(asked).toBe(1);
  });
});
