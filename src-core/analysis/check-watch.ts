/** What somebody who looks on from outside cannot know: `qemu/watch-session.ts` sees rings a look at a time, and streams only from
 *  the moment at which it came. What it cannot know is no finding, and the report of the rules says why. */
import type { Entry } from '../capture/entry.ts';
import type { RuleId } from '../spec/rules.ts';
import { CONTROLQ } from '../spec/sound.ts';
import { NS_PER_MS, type Ns } from '../units.ts';
import type { Held } from './check-held.ts';
import type { World } from './check-world.ts';

const ORDER =
  'A watch sees the rings a look at a time: what came first on two queues between two looks is not known.';
const FETCHED = 'A watch sees what lies in a ring, not when the device fetches it.';
const STATUS = 'A watch asks for the status twice a second: what was between is not seen.';
const SINK = 'A watch does not see what the device hands on to be heard, nor when.';

/** Rules that no watch can decide, each with why. */
export const BEYOND_A_WATCH: ReadonlyMap<RuleId, string> = new Map<RuleId, string>([
  ['VQ-04', ORDER],
  ['VQ-16', ORDER],
  ['VQ-17', ORDER],
  ['VQ-20', ORDER],
  ['VQ-21', ORDER],
  ['VQ-25', FETCHED],
  ['VQ-28', FETCHED],
  ['VQ-29', ORDER],
  ['VQ-S-02', STATUS],
  ['VQ-S-03', STATUS],
  ['VQ-S-08', STATUS],
  ['VQ-S-12', STATUS],
  ['VQ-S-15', STATUS],
  ['VQ-S-16', STATUS],
  ['VS-R-16', ORDER],
  ['VS-D-11', SINK],
  ['VS-D-12', ORDER],
  ['VS-I-21', ORDER],
  ['VS-P-01', SINK],
  ['VS-P-02', SINK],
  ['VS-P-08', SINK],
]);

/** Rules of times, which a watch knows to a look. */
export const TIMED: ReadonlySet<RuleId> = new Set(['VS-I-17', 'VS-I-18', 'VS-I-19', 'VS-P-09']);

/** Two looks through the slowest way to guest memory: what is nearer together than this may have been the other way about. */
export const LOOKS_NS: Ns = 100 * NS_PER_MS;

/** What the device answered was not there to read any more. */
export function isUnread(world: World, { writtenBytes, reply }: Entry & { kind: 'used' }): boolean {
  return world.isWatched && reply.length < Math.min(4, writtenBytes);
}

/** Requests of this message's streams may have done anything: what the streams do from now on is not known. */
export function loseSight(world: World, message: Held | undefined): void {
  const isControl = message === undefined || message.queue === CONTROLQ;
  const streams = message?.stream === undefined ? world.streams.values() : [message.stream];
  for (const stream of streams) {
    stream.wasSuspended = true;
    stream.lastReturned = -1;
    stream.startedNs = Number.NaN;
    if (!isControl) continue;
    stream.state = undefined;
    stream.isAssumed = false;
    // START, STOP and RELEASE leave them as they are
    const changes = message?.command === undefined || message.command === 'SET_PARAMS';
    if (changes) stream.params = undefined;
  }
}

/** Why a rule was not looked at, where more would have been there to see. */
export function watchGap(world: World): string | undefined {
  if (!world.isWatched) return undefined;
  const why = [
    ...(world.hasPast ? ['the watch began in the middle of what went on'] : []),
    ...(world.blurred > 0 ? [`${world.blurred} messages were gone when they were looked at`] : []),
  ];
  return why.length === 0 ? undefined : `Not all of it was seen: ${why.join(', and ')}.`;
}
