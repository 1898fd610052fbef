/** Tells every linked view what happened. Changes are told at most every 16 ms (`isSeldom`: every 250), the last one of a burst included: the view
 *  pulls what it shows, so there is no queue between host and view. */
import type { Clock } from './clock.ts';
import type { Announcement } from './contract.ts';
import type { Served } from './rpc.ts';
import { NS_PER_MS } from './units.ts';

const ANNOUNCE_NS = 16 * NS_PER_MS;
/** While the disk does not keep up, or a file is read. */
const SELDOM_NS = 250 * NS_PER_MS;

export class Announcer {
  private readonly clock: Clock;
  /** What a change is told as; `undefined` when there is nothing to tell by then. */
  private readonly makeChange: () => Announcement | undefined;
  private readonly links = new Set<Served>();
  /** Told less often. */
  isSeldom = false;
  private isPlanned = false;
  private lastNs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, makeChange: () => Announcement | undefined) {
    this.clock = clock;
    this.makeChange = makeChange;
  }

  add(link: Served): void {
    this.links.add(link);
  }

  remove(link: Served): void {
    this.links.delete(link);
  }

  say(announcement: Announcement): void {
    for (const link of this.links) link.announce(announcement);
  }

  /** Something changed: told soon, together with what changes until then. */
  changed(): void {
    if (this.isPlanned || this.links.size === 0) return;
    this.isPlanned = true;
    const { clock } = this;
    clock.at(
      Math.max(clock.nowNs(), this.lastNs + (this.isSeldom ? SELDOM_NS : ANNOUNCE_NS)),
      () => {
        this.isPlanned = false;
        this.lastNs = clock.nowNs();
        const change = this.makeChange();
        if (change !== undefined) this.say(change);
      },
    );
  }
}
