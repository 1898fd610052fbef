// How often QEMU is asked for its indexes: as often as was said, never before it has answered, and not at all.
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../src-core/clock.ts';
import { Sampling } from '../../../src-core/qemu/sampling.ts';
import { entriesOf } from './watched-play.ts';
import { WatchedRig } from './watched-rig.ts';

describe('the indexes of queues', () => {
  test('are asked for at the rate that was said, and become samples', () => {
    const rig = new WatchedRig({ rateHz: 10 });
    rig.start();
    const before = statusCommands(rig);
    rig.run(1000);
    expect(statusCommands(rig) - before).toBe(10 * 2);
    rig.run(60);
    const samples = entriesOf(rig).filter((entry) => entry.kind === 'sample');
    expect(new Set(samples.map(({ queue }) => queue))).toEqual(new Set([0, 2]));
    expect(rig.session.watchStatus().sampling).toMatchObject({ rateHz: 10 });
    expect(rig.session.watchStatus().sampling.count).toBeGreaterThanOrEqual(10);
  });

  test('are left alone at a rate of 0', () => {
    const rig = new WatchedRig({ rateHz: 0 });
    rig.start();
    const before = statusCommands(rig);
    rig.run(2000);
    expect(statusCommands(rig)).toBe(before);
  });

  test('are not asked for again while QEMU has not answered', () => {
    const clock = new ManualClock();
    const sampling = new Sampling(clock, 20);
    let busyNs = 0;
    const done = sampling.begin(() => busyNs);
    expect(sampling.begin(() => busyNs)).toBeUndefined();
    clock.advance(50e6);
    busyNs += 25e6;
    done?.();
    clock.advance(50e6);
    expect(sampling.cost()).toEqual({ rateHz: 20, count: 1, busyPart: 0.25 });
    expect(sampling.begin(() => busyNs)).toBeDefined();
  });
});

function statusCommands({ qemu }: WatchedRig): number {
  return qemu.commands().filter((name) => name === 'x-query-virtio-queue-status').length;
}
