import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureFolder, ringsideOffline } from '../offline-rig.ts';

let rig: Awaited<ReturnType<typeof captureFolder>>;

beforeAll(async () => {
  rig = await captureFolder('stalls', 4000);
});
afterAll(() => rig.remove());

describe('ringside stats', () => {
  test('tells people stages, headroom, pace, blame and what latency_bytes means', async () => {
    const { code, out, err } = await ringsideOffline(['stats', rig.file]);
    if (process.env.SHOW !== undefined) console.log(out);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/\n {2}wait +queued +\d+ +\d+ /);
    expect(out).toContain('headroom       stream 0: least ');
    expect(out).toMatch(/ {2}drift +[+−]\d+\.\d ± \d+\.\d ppm/);
    expect(out).toMatch(/blame {10}\d incidents: guest 1, pop 1/);
    expect(out).toContain('latency_bytes  Stream 0: latency_bytes follows ');
    expect((await ringsideOffline(['stats', rig.file])).out).toBe(out);
  });

  test('gives programs the same with its schema', async () => {
    const { code, out } = await ringsideOffline(['stats', rig.file, '--json']);
    expect(code).toBe(0);
    const told = JSON.parse(out);
    expect(told).toMatchObject({ schema: 'ringside.stats/1', budgets: [], lostEntries: 0 });
    expect(told.blame.rows[0]).toMatchObject({ stage: 'guest', owner: 'guest', streamId: 0 });
    expect(told.latency.map((one: { queue: number }) => one.queue)).toEqual([0, 2]);
  });

  test('holds budgets, and fails for them when asked', async () => {
    const loose = ['stats', rig.file, '--budget', 'total=20P,handle=5ms'];
    expect((await ringsideOffline([...loose, '--fail-over'])).code).toBe(0);
    const tight = ['stats', rig.file, '--budget', 'pop=0.5P,total=20P'];
    const told = await ringsideOffline(tight);
    expect(told.code).toBe(0);
    expect(told.out).toMatch(
      / {2}pop=0\.5P +txq · stream 0 +5\.00 ms +\d+ +2 +15\.00 ms \(#\d+\)\n/,
    );
    expect((await ringsideOffline([...tight, '--fail-over'])).code).toBe(7);
  });

  test.each([
    [['--budget', 'speed=2P'], 'There is no stage "speed"'],
    [['--budget', 'total=2'], '"total=2" is not a budget'],
    [['--fail-over'], '--fail-over needs --budget'],
  ])('refuses %j', async (options, why) => {
    const { code, err } = await ringsideOffline(['stats', rig.file, ...options]);
    expect(code).toBe(2);
    expect(err).toContain(why);
  });
});
