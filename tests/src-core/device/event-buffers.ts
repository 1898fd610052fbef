// What the device wrote into the event queue's buffers.
import { readLe32 } from '../../../src-core/spec/layout.ts';
import { EVENTQ } from '../../../src-core/spec/sound.ts';
import type { Guest, Posted } from './harness.ts';

/** Code and data of each event that came, in order. */
export function eventsOf(guest: Guest): [number, number][] {
  guest.collect();
  return guest
    .all('used')
    .filter(({ queue, writtenBytes }) => queue === EVENTQ && writtenBytes === 8)
    .map(({ reply }) => [readLe32(reply, 0), readLe32(reply, 4)]);
}

/** Posts buffers for events without a kick, as Linux does. */
export function postEventBuffers(guest: Guest, count: number, room = 8): Posted[] {
  return Array.from({ length: count }, () => guest.post(EVENTQ, new Uint8Array(0), room));
}
