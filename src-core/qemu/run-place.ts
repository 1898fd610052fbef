/** Between which control requests a message was posted, and so in which run of its stream: nobody tells, and our thread may be held
 *  up for as long as a run takes to end and another to begin.
 *
 *      look: control ─► transfers ─► control again
 *
 *  A RELEASE is answered after everything of its run was returned. So a message that is in flight after so many requests were seen
 *  to be answered was posted behind them; and before those that the look behind it finds. */

export interface RunPlace {
  /** So many requests were answered before it was posted. */
  from: number;
  /** Another run may have begun after them, before it was posted. */
  isSplit: boolean;
}

interface Placed {
  readonly place: RunPlace;
  readonly isInFlight: () => boolean;
}

/** Places of one queue's messages, until it is known where they are. */
export class RunPlaces {
  private fresh: Placed[] = [];
  private split: Placed[] = [];
  private before = 0;
  private now = 0;

  /** A look begins, after `answered` requests. */
  begin(answered: number): void {
    this.before = this.now;
    this.now = answered;
  }

  /** `isInFlight`: as the last look has it. Of a stale one nobody knows when since the look before it came. */
  add(isStale: boolean, isInFlight: () => boolean): RunPlace {
    const place = { from: isStale ? this.before : this.now, isSplit: false };
    this.fresh.push({ place, isInFlight });
    return place;
  }

  /** The look is over: what is in flight yet came behind all requests that were answered when it began. */
  narrow(): void {
    for (const { place, isInFlight } of this.split.splice(0)) {
      if (!isInFlight()) continue;
      place.from = this.now;
      place.isSplit = false;
    }
  }

  /** Control was looked at again: the last request that may have changed a run was number `lastChange`, from 1 on. */
  settle(lastChange: number): void {
    for (const placed of this.fresh.splice(0)) {
      placed.place.isSplit = lastChange > placed.place.from;
      if (placed.place.isSplit) this.split.push(placed);
    }
  }
}
