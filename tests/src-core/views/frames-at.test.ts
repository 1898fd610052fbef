import { expect, test } from 'vitest';
import { run, startHost } from '../host-harness.ts';

test('a time gives the frame that was handed over then, however far its message is from an even pace', async () => {
  const { clock, client } = startHost();
  await client.call('startDemo', { scenario: 'stale-repeat', seed: 1 });
  run(clock, 3000);
  await client.call('stopSession', {});
  const [track] = await client.call('tracks', {});
  const all = { track: 0, fromFrame: 0, frames: track?.frames ?? 0 };
  const borders = await client.call('borders', all);
  const places = [0, 10, borders.atNs.length - 1].filter(
    (place) => borders.atNs[place] !== borders.atNs[place + 1],
  );
  const atNs = places.map((place) => borders.atNs[place] ?? 0);
  const frames = await client.call('framesAt', { track: 0, atNs });
  expect([...frames]).toEqual(places.map((place) => borders.fromFrame[place]));
});

test('a time outside of the run, and a run that is not there, give nothing', async () => {
  const { clock, client } = startHost();
  await client.call('startDemo', { scenario: 'clean', seed: 1 });
  run(clock, 1000);
  await client.call('stopSession', {});
  const [track] = await client.call('tracks', {});
  const outside = [0, (track?.toNs ?? 0) + 5e9];
  expect([...(await client.call('framesAt', { track: 0, atNs: outside }))]).toEqual([
    Number.NaN,
    Number.NaN,
  ]);
  expect([...(await client.call('framesAt', { track: 9, atNs: [5e8] }))]).toEqual([Number.NaN]);
});
