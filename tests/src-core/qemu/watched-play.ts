// What a watched guest does, and what was recorded of it.
import { expect } from 'vitest';
import type { Entry } from '../../../src-core/capture/entry.ts';
import { Follower } from '../../../src-core/capture/follower.ts';
import { WatchedRig } from './watched-rig.ts';

export const START = 0x104;
export const PREPARE = 0x102;
export const STOP = 0x105;
export const RELEASE = 0x103;

export function started(): WatchedRig {
  const rig = new WatchedRig();
  rig.start();
  expect(rig.said.at(-1)).toMatch(/^live/);
  return rig;
}

export function running(): WatchedRig {
  const rig = started();
  rig.setParams();
  rig.command(PREPARE);
  rig.command(START);
  return rig;
}

/** A period every 10 ms. */
export function playOn(rig: WatchedRig, count: number): void {
  for (let period = 0; period < count; period++) {
    rig.run(7);
    rig.play();
    rig.run(2);
    rig.post();
    rig.run(1);
  }
  rig.run(60);
}

export function entriesOf(rig: WatchedRig): Entry[] {
  const entries: Entry[] = [];
  rig.session.capture.flush();
  new Follower(rig.session.capture).follow({ entry: (entry) => entries.push(entry) });
  return entries;
}
