import { expect, test } from 'vitest';
import type { AudioOutput } from '../../../renderer/audio/player.ts';
import { Scrubber } from '../../../renderer/audio/scrubber.ts';
import type { Client } from '../../../src-core/rpc.ts';
import { trackOf } from '../panels/waveform/track-fixture.ts';

interface Grain {
  readonly atS: number;
  readonly left: Float32Array;
}

function rig() {
  const grains: Grain[] = [];
  const asked: number[] = [];
  let left = new Float32Array();
  const output = {
    currentTime: 0,
    destination: {},
    resume: () => Promise.resolve(),
    close: () => Promise.resolve(),
    createBuffer: () => ({
      copyToChannel: (side: Float32Array<ArrayBuffer>, channel: number) => {
        if (channel === 0) left = side;
      },
    }),
    createBufferSource: () => ({
      connect: () => undefined,
      start: (atS: number) => grains.push({ atS, left }),
    }),
  } as unknown as AudioOutput;
  const track = { ...trackOf(), version: 'consumed' as const };
  const call = ((_method: string, query: { fromFrame: number; frames: number }) => {
    asked.push(query.fromFrame);
    const pcm = new Uint8Array(Int16Array.from({ length: query.frames * 2 }, () => 16_384).buffer);
    return Promise.resolve({ ...query, params: track.params, pcm });
  }) as unknown as Client['call'];
  return { grains, asked, scrubber: new Scrubber({ call }, track, output) };
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('a place that is dragged over sounds once, faded at both ends', async () => {
  const { grains, asked, scrubber } = rig();
  scrubber.moveTo(48_000);
  await until(() => grains.length === 1);
  const { left } = grains[0] as Grain;
  expect(asked).toEqual([48_000 - left.length / 2]);
  expect(left[0]).toBe(0);
  expect(left.at(-1)).toBeCloseTo(0, 2);
  expect(left[left.length / 2]).toBeGreaterThan(0.2);
  scrubber.close();
});

test('places passed while a grain sounds are left out, the last one is heard', async () => {
  const { grains, asked, scrubber } = rig();
  for (const frame of [1000, 100_000, 200_000, 300_000]) scrubber.moveTo(frame);
  await until(() => grains.length === 2);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toBeGreaterThan(290_000);
  scrubber.close();
});

test('at the ends of the run a grain stays inside', async () => {
  const { asked, scrubber } = rig();
  scrubber.moveTo(480_000);
  await until(() => asked.length === 1);
  expect(asked[0]).toBe(480_000 - Math.ceil(0.09 * 48_000));
  scrubber.close();
});
