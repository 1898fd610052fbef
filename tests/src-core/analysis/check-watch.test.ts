// What a watch cannot know is no finding, and the report says why; what it sees for sure is one.
import { describe, expect, test } from 'vitest';
import { ruleRuns } from '../../../src-core/analysis/check-report.ts';
import { PCM_HDR, PCM_SET_PARAMS } from '../../../src-core/spec/sound.ts';
import { PERIOD_BYTES, WatchedRig } from '../qemu/watched-rig.ts';
import { check } from './check-rig.ts';

const PREPARE = 0x102;
const RELEASE = 0x103;
const START = 0x104;
const STOP = 0x105;

describe('a clean playback has no finding', () => {
  test('watched from its beginning, in memory', () => {
    const rig = new WatchedRig();
    rig.start();
    playAll(rig, 1);
    expect(checked(rig).counts).toEqual({});
  });

  test('watched from its middle on', () => {
    const rig = new WatchedRig();
    for (let period = 0; period < 4; period++) rig.post();
    rig.play();
    rig.post();
    rig.start();
    playOn(rig, 12, 1);
    rig.command(STOP);
    rig.command(RELEASE);
    playAll(rig, 1);
    const { counts, runs } = checked(rig);
    expect(counts).toEqual({});
    expect(runs.get('VS-D-11')).toMatchObject({ state: 'could-not' });
    expect(runs.get('VQ-S-18')?.state).toBe('ran');
  });

  test('watched through the monitor, too slowly to see every request', () => {
    const rig = new WatchedRig();
    rig.memoryProblem = 'it runs as another user';
    rig.start();
    playAll(rig, 12);
    playAll(rig, 1);
    const { counts, runs } = checked(rig);
    expect(counts).toEqual({});
    expect(runs.get('VS-I-29')).toMatchObject({ state: 'could-not' });
    expect(runs.get('VS-I-29')?.why).toMatch(/gone when they were looked at/);
  });

  test('of a driver that was loaded anew meanwhile', () => {
    const rig = new WatchedRig();
    rig.start();
    rig.status = 0;
    rig.run(600);
    rig.newDriver();
    rig.status = 15;
    rig.run(600);
    playAll(rig, 1);
    expect(checked(rig).counts).toEqual({});
  });
});

test('what is seen for sure is found: parameters that do not fit each other', () => {
  const rig = new WatchedRig();
  rig.start();
  const shape = { channels: 2, format: 5, rate: 7, features: 0 };
  const sizes = { bufferBytes: 3 * PERIOD_BYTES + 4, periodBytes: PERIOD_BYTES };
  rig.request(PCM_SET_PARAMS.write({ code: 0x101, streamId: 0, ...sizes, ...shape }));
  rig.request(PCM_HDR.write({ code: STOP, streamId: 0 }));
  expect(Object.keys(checked(rig).counts)).toEqual(
    expect.arrayContaining(['VS-R-07', 'VS-I-01', 'VS-I-30']),
  );
});

function playAll(rig: WatchedRig, periodMs: number): void {
  rig.setParams();
  rig.command(PREPARE);
  for (let period = 0; period < 4; period++) rig.post();
  rig.command(START);
  playOn(rig, 10, periodMs);
  for (let period = 0; period < 4; period++) rig.play();
  rig.run(10);
  rig.command(STOP);
  rig.command(RELEASE);
}

function playOn(rig: WatchedRig, count: number, periodMs: number): void {
  for (let period = 0; period < count; period++) {
    rig.run(7 * periodMs);
    rig.play();
    rig.run(2 * periodMs);
    rig.post();
    rig.run(periodMs);
  }
}

function checked(rig: WatchedRig) {
  const { capture } = rig.session;
  rig.run(60);
  capture.flush();
  const { checker, counts } = check(capture);
  return { counts, runs: new Map(ruleRuns(checker, capture).map((run) => [run.rule, run])) };
}
