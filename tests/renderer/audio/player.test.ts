import { beforeEach, describe, expect, test } from 'vitest';
import { type AudioOutput, type Playable, TrackPlayer } from '../../../renderer/audio/player.ts';
import type { Samples } from '../../../src-core/contract-data.ts';
import { formatByName } from '../../../src-core/spec/formats.ts';

const RATE = 8000;
const params = {
  format: formatByName('S16')?.id ?? -1,
  rate: 1,
  channels: 1,
  bufferBytes: 4096,
  periodBytes: 1024,
  features: 0,
};

/** An audio clock that stands still until it is moved, and keeps what was put on it. */
class Output {
  currentTime = 1;
  outputLatency = 0;
  readonly destination = {};
  readonly started: { atS: number; values: Float32Array }[] = [];
  readonly gainNode = { gain: { value: 1 }, connect: () => undefined, disconnect: () => undefined };
  createGain = () => this.gainNode;
  resume = () => Promise.resolve();
  close = () => Promise.resolve();
  createBuffer = (_channels: number, frames: number) => {
    const values = new Float32Array(frames);
    return {
      values,
      copyToChannel: (side: Float32Array, channel: number) => channel === 0 && values.set(side),
    };
  };
  createBufferSource = () => ({
    buffer: undefined as unknown as { values: Float32Array },
    playbackRate: { value: 1 },
    connect: () => undefined,
    stop: () => undefined,
    start(this: { buffer: { values: Float32Array } }, atS: number) {
      output.started.push({ atS, values: this.buffer.values });
    },
  });
}

let output: Output;
let playable: Playable;
let states: string[];
let asked: [number, number][];

/** Frame n has the value n. */
function pcmOf(fromFrame: number, frames: number): Samples {
  const words = Int16Array.from({ length: frames }, (_, n) => fromFrame + n);
  return { fromFrame, frames, params, pcm: new Uint8Array(words.buffer) };
}

function makePlayer(fromFrame: number, untilFrame?: number): TrackPlayer {
  return new TrackPlayer(
    {
      output: output as unknown as AudioOutput,
      fetch: (from, frames) => {
        asked.push([from, frames]);
        const there = Math.max(0, Math.min(frames, playable.frames - from));
        return Promise.resolve(pcmOf(from, there));
      },
      playable: () => playable,
      onState: (state) => states.push(state),
      onError: (thrown) => states.push(`error ${String(thrown)}`),
    },
    fromFrame,
    untilFrame,
  );
}

async function pump(player: TrackPlayer, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    player.pump();
    await new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
    await Promise.resolve();
  }
}

beforeEach(() => {
  output = new Output();
  playable = { rateHz: RATE, frames: 20_000, open: false };
  states = [];
  asked = [];
});

describe('a player', () => {
  test('puts pieces on the clock one behind the other, without a gap', async () => {
    const player = makePlayer(100);
    await pump(player, 3);
    expect(asked).toEqual([
      [100, 2000],
      [2100, 2000],
      [4100, 2000],
    ]);
    const [first, second] = output.started;
    expect(first?.atS).toBeCloseTo(1.06);
    expect(second?.atS).toBeCloseTo(1.31);
    expect(second?.values[0]).toBeCloseTo(2100 / 32768);
  });

  test('stays a little ahead of what is heard and no more', async () => {
    const player = makePlayer(0);
    await pump(player, 20);
    expect(output.started.length).toBe(3);
    output.currentTime += 0.25;
    await pump(player, 20);
    expect(output.started.length).toBe(4);
  });

  test('says which frame is heard, with the way to the loudspeaker taken off', async () => {
    const player = makePlayer(1000);
    expect(player.position()).toBe(1000);
    await pump(player, 2);
    output.currentTime = 1.06 + 0.5;
    expect(player.position()).toBeCloseTo(1000 + 4000);
    output.outputLatency = 0.1;
    expect(player.position()).toBeCloseTo(1000 + 3200);
  });

  test('ends when the last piece was heard, not before', async () => {
    playable = { ...playable, frames: 1000 };
    const player = makePlayer(0);
    await pump(player, 3);
    expect(states).toEqual(['playing']);
    output.currentTime = 2;
    await pump(player, 1);
    expect(states.at(-1)).toBe('ended');
  });

  test('ends where it was told to', async () => {
    const player = makePlayer(500, 700);
    await pump(player, 3);
    expect(asked).toEqual([[500, 200]]);
  });

  test('waits at the end of an open track and goes on when more has come', async () => {
    playable = { rateHz: RATE, frames: 800, open: true };
    const player = makePlayer(0);
    await pump(player, 1);
    output.currentTime = 3;
    await pump(player, 1);
    expect(states.at(-1)).toBe('waiting');
    playable = { ...playable, frames: 1600 };
    await pump(player, 1);
    expect(states.at(-1)).toBe('playing');
    expect(output.started.at(-1)?.atS).toBeCloseTo(3.06);
  });

  test('places nothing after it was stopped', async () => {
    const player = makePlayer(0);
    player.pump();
    player.stop();
    await pump(player, 2);
    expect(output.started).toEqual([]);
  });

  test('passes on what went wrong', async () => {
    const player = new TrackPlayer(
      {
        output: output as unknown as AudioOutput,
        fetch: () => Promise.reject(new Error('gone')),
        playable: () => playable,
        onState: (state) => states.push(state),
        onError: (thrown) => states.push(`error ${String(thrown)}`),
      },
      0,
    );
    await pump(player, 1);
    expect(states).toEqual(['error Error: gone']);
  });

  test('goes on backwards from what is heard, with what it fetched turned round', async () => {
    const player = makePlayer(5000);
    await pump(player, 1);
    output.currentTime += 0.06 + 0.125;
    player.setSpeed(-1);
    await pump(player, 1);
    const last = output.started.at(-1);
    expect(asked.at(-1)).toEqual([4000, 2000]);
    expect(last?.values[0]).toBeCloseTo(5999 / 32768);
    output.currentTime += 0.06 + 0.125;
    expect(player.position()).toBeCloseTo(5000);
  });

  test('takes half as much of the track in the same time at half speed', async () => {
    const player = makePlayer(0);
    player.setSpeed(0.5);
    await pump(player, 3);
    expect(asked.at(-1)).toEqual([2000, 1000]);
    expect(output.started[1]?.atS).toBeCloseTo(1.31);
    output.currentTime = 1.06 + 0.5;
    expect(player.position()).toBeCloseTo(2000);
  });

  test('begins a loop again at its end', async () => {
    const player = makePlayer(100);
    player.setLoop({ fromFrame: 0, toFrame: 2500 });
    await pump(player, 3);
    expect(asked.slice(-2)).toEqual([
      [2100, 400],
      [0, 2000],
    ]);
  });
});
