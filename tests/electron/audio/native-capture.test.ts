import { describe, expect, test } from 'vitest';
import { openPcm } from '../../../electron/audio/alsa-open.ts';
import { NativeCapture } from '../../../electron/audio/native-capture.ts';
import { CAPTURE } from '../../../electron/native/libasound.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { streamOf } from '../../src-core/audio/audio-rig.ts';
import { ClockLoop, type FakeCardWords, FakeMicrophone } from './fake-card.ts';

function setUp(words: FakeCardWords & { readonly format?: string } = {}) {
  const loop = new ClockLoop();
  const stream = streamOf({ format: words.format ?? 'U8', channels: 1, rateHz: 8000 });
  const card = new FakeMicrophone(loop, 1, words);
  const heard: number[] = [];
  const told: string[] = [];
  const pcm = openPcm(card, 'default', CAPTURE, stream.params);
  if (pcm.kind === 'failure') throw new Error(pcm.reason);
  const guest = { onPush: () => {} };
  const push = (bytes: Uint8Array) => {
    heard.push(...bytes);
    guest.onPush();
    return bytes.length;
  };
  const capture = new NativeCapture(loop, card, pcm, stream, push, {
    onOverrun: () => told.push('overrun'),
    onLost: (reason) => told.push(`lost: ${reason}`),
  });
  const run = (ms: number) => loop.advance(ms * NS_PER_MS);
  return { loop, card, heard, told, guest, capture, run };
}

function counting(frames: number): number[] {
  return Array.from({ length: frames }, (_, i) => i & 0xff);
}

describe('capture from a card', () => {
  test('hands over what the card has, in one piece', () => {
    const { heard, capture, run } = setUp();
    run(100);
    expect(heard).toEqual([]);
    capture.start();
    run(1000);
    expect(heard).toEqual(counting(8000));
    run(3);
    expect(capture.delayFrames()).toBe(24);
  });

  test('is silent after STOP, begins anew at START and closes the card once', () => {
    const { card, heard, capture, run } = setUp();
    capture.start();
    run(100);
    capture.stop();
    run(100);
    expect(heard).toEqual(counting(800));
    capture.start();
    run(50);
    expect(heard.slice(800)).toEqual(counting(400));
    capture.close();
    capture.close();
    run(100);
    expect(heard).toHaveLength(1200);
    expect(card.calls).toEqual(['open default', 'drop', 'drop', 'close']);
  });

  test('counts what was lost because the host was late', () => {
    const { loop, capture, heard, told, run } = setUp();
    capture.start();
    run(100);
    const late = loop.nowNs() + 300 * NS_PER_MS;
    const { nowNs } = loop;
    loop.nowNs = () => Math.max(late, nowNs.call(loop));
    run(400);
    expect(told).toEqual(['overrun']);
    expect(heard.length).toBeGreaterThan(800 + 700);
  });

  test('goes on with silence at the pace of the clock when the card goes away or gives nothing', () => {
    for (const trouble of ['isGone', 'isStuck'] as const) {
      const { card, heard, capture, told, run } = setUp();
      capture.start();
      run(100);
      card[trouble] = true;
      run(6000);
      expect(told).toEqual([
        trouble === 'isGone' ? 'lost: No such device' : 'lost: no sound came for 4 seconds',
      ]);
      const before = heard.length;
      run(1000);
      expect(heard.slice(before)).toEqual(new Array(8000).fill(0x80));
      capture.close();
      run(1000);
      expect(heard).toHaveLength(before + 8000);
    }
  });

  test('may be stopped in the middle of handing over', () => {
    const { heard, guest, capture, run } = setUp();
    guest.onPush = () => capture.close();
    capture.start();
    run(1000);
    expect(heard).toHaveLength(40);
  });

  test('converts what the card gives to what the stream takes', () => {
    const { heard, capture, run } = setUp({
      format: 'S8',
      accepts: (params) => params.format === 2,
    });
    capture.start();
    run(100);
    expect(heard).toHaveLength(800);
  });
});
