/** Account of the chains in flight of a packed virtqueue. Used elements overwrite descriptors that others still need, so the
 *  account holds the descriptors themselves: one state each, taken from a list of free states and given back to it.
 *
 *      free_head ─► state ─► state ─► …        a chain: head state (inflight, counter, num, last) ─► state ─► last state
 *
 *  Heads and positions are there twice: `old_…` is how things stood before the return that is under way.
 *  Spec: vhost-user, "Inflight I/O tracking", packed virtqueue */
import type { GuestMemory } from '../queue/guest-memory.ts';
import type {
  Chain,
  InflightLog,
  Popped,
  QueueSetup,
  RecoveredChains,
} from '../queue/virtqueue.ts';
import { readLe16, writeLe16 } from '../spec/layout.ts';
import { PVIRTQ_DESC, VIRTQ_DESC_F_AVAIL, VIRTQ_DESC_F_USED } from '../spec/ring.ts';
import {
  INFLIGHT_VERSION,
  type InflightRegion,
  PACKED_REGION,
  PACKED_STATE,
  ringPatches,
} from './vhost-user-inflight-region.ts';

type State = NonNullable<ReturnType<typeof PACKED_STATE.read>>;
type Header = NonNullable<ReturnType<typeof PACKED_REGION.read>>;

/** A chain in flight: its states, in the order of its descriptors. */
type Held = readonly number[];

const UNUSED: State = {
  inflight: 0,
  next: 0,
  last: 0,
  num: 0,
  counter: 0n,
  id: 0,
  flags: 0,
  len: 0,
  addr: 0n,
};
const WRAP_BITS = VIRTQ_DESC_F_AVAIL | VIRTQ_DESC_F_USED;

export class PackedInflightLog implements InflightLog {
  private readonly region: InflightRegion;
  private readonly setup: QueueSetup;
  private readonly memory: GuestMemory;
  /** What the shared memory holds; it is never believed again after `recover`. */
  private states: State[] = [];
  private free: number[] = [];
  private counter = 0n;
  private usedSlot: number;
  private usedWrap: boolean;
  /** How the header stood before the return that is under way. */
  private settled: Pick<Header, 'oldFreeHead' | 'oldUsedIdx' | 'oldUsedWrap'>;
  private readonly held = new Map<Chain, Held>();
  private recovering: Held[] = [];

  constructor(region: InflightRegion, setup: QueueSetup, memory: GuestMemory) {
    this.region = region;
    this.setup = setup;
    this.memory = memory;
    this.usedSlot = setup.position.used;
    this.usedWrap = setup.position.usedWrap;
    this.settled = { oldFreeHead: 0, oldUsedIdx: 0, oldUsedWrap: 0 };
  }

  recover(): RecoveredChains | undefined {
    const chains = this.chainsLeft();
    const held = new Set(chains?.flat());
    this.free = this.states.map((_, state) => state).filter((state) => !held.has(state));
    this.free.forEach((state, place) => {
      this.write(state, { ...UNUSED, next: this.free[place + 1] ?? 0 });
    });
    this.settle();
    if (chains === undefined) return undefined;
    this.recovering = [...chains];
    const { size, descriptorArea } = this.setup;
    const descriptors = chains.flatMap((chain) => chain.map((state) => this.stateAt(state)));
    const { usedSlot, usedWrap } = this;
    return {
      count: chains.length,
      position: { avail: usedSlot, availWrap: usedWrap, used: usedSlot, usedWrap },
      patches: ringPatches(descriptorArea, size, usedSlot, this.asAvailable(descriptors)),
    };
  }

  popped({ chain, availIdx }: Popped): void {
    const recovered = this.recovering.shift();
    if (recovered !== undefined) {
      this.held.set(chain, recovered);
      return;
    }
    if (chain.ringSlots > this.free.length) return;
    const states = this.free.splice(0, chain.ringSlots);
    this.counter += 1n;
    // The head comes last: it is what says that all of them hold something.
    for (let place = states.length - 1; place >= 0; place--) {
      const isHead = place === 0;
      this.write(states[place] ?? 0, {
        ...this.descriptorAt((availIdx + place) % this.setup.size),
        next: states[place + 1] ?? 0,
        inflight: isHead ? 1 : 0,
        last: isHead ? (states.at(-1) ?? 0) : 0,
        num: isHead ? states.length : 0,
        counter: isHead ? this.counter : 0n,
      });
    }
    this.held.set(chain, states);
    this.settle();
  }

  returning(chain: Chain): void {
    const states = this.held.get(chain);
    const last = states?.at(-1);
    if (states !== undefined && last !== undefined) {
      this.write(last, { ...this.stateAt(last), next: this.free[0] ?? 0 });
      this.free.unshift(...states);
    }
    this.usedSlot += chain.ringSlots;
    if (this.usedSlot >= this.setup.size) {
      this.usedSlot -= this.setup.size;
      this.usedWrap = !this.usedWrap;
    }
    this.writeHeader();
  }

  returned(chain: Chain): void {
    const head = this.held.get(chain)?.[0];
    this.held.delete(chain);
    if (head !== undefined) this.write(head, { ...this.stateAt(head), inflight: 0 });
    this.settle();
  }

  rewound(chain: Chain): void {
    const states = this.held.get(chain);
    if (states === undefined) return;
    this.held.delete(chain);
    states.forEach((state, place) => {
      this.write(state, { ...UNUSED, next: states[place + 1] ?? this.free[0] ?? 0 });
    });
    this.free.unshift(...states);
    this.settle();
  }

  /** Chains that were popped and never returned, oldest first; `undefined` when nobody kept this account before. Takes over
   *  the states and the position as they were left. */
  private chainsLeft(): readonly Held[] | undefined {
    const header = this.region.readHeader(PACKED_REGION);
    const states = this.region.readStates(PACKED_REGION, PACKED_STATE);
    const isOurs =
      header?.version === INFLIGHT_VERSION &&
      header.descNum === this.region.states &&
      states.length === this.region.states &&
      header.usedIdx < this.setup.size &&
      header.oldUsedIdx < this.setup.size;
    this.states = Array.from({ length: this.region.states }, (_, at) => states[at] ?? UNUSED);
    if (!isOurs) {
      this.states.fill(UNUSED);
      return undefined;
    }
    const isDone = isUnderWay(header) && this.isReturned(header);
    this.usedSlot = isDone ? header.usedIdx : header.oldUsedIdx;
    this.usedWrap = (isDone ? header.usedWrap : header.oldUsedWrap) !== 0;
    if (isDone) this.clearReturned(header);
    return this.inOrder();
  }

  /** Whether the return that the header tells of reached the ring: its descriptor is not available any more. */
  private isReturned({ oldUsedIdx, oldUsedWrap }: Header): boolean {
    const { flags } = this.descriptorAt(oldUsedIdx);
    return (flags & WRAP_BITS) !== availableBits(oldUsedWrap !== 0);
  }

  /** What the last return put in front of the free list may still stand as in flight. */
  private clearReturned({ freeHead, oldFreeHead }: Header): void {
    let at = freeHead;
    for (let done = 0; done < this.states.length; done++) {
      const state = this.states[at];
      if (state === undefined) return;
      this.states[at] = { ...state, inflight: 0 };
      at = state.next;
      if (at === oldFreeHead) return;
    }
  }

  private inOrder(): Held[] {
    const chains: { counter: bigint; states: Held }[] = [];
    const seen = new Set<number>();
    this.states.forEach(({ inflight, counter, num, last }, head) => {
      if (counter > this.counter) this.counter = counter;
      if (inflight !== 1) return;
      const states = this.chainFrom(head, num);
      const isWhole = states.length > 0 && states.at(-1) === last;
      if (!isWhole || states.some((state) => seen.has(state))) return;
      for (const state of states) seen.add(state);
      chains.push({ counter, states });
    });
    chains.sort((one, other) => (one.counter < other.counter ? -1 : 1));
    return seen.size > this.setup.size ? [] : chains.map(({ states }) => states);
  }

  private chainFrom(head: number, count: number): Held {
    const states: number[] = [];
    let at = head;
    while (states.length < count && at < this.states.length && states.length < this.setup.size) {
      states.push(at);
      at = this.stateAt(at).next;
    }
    return states.length === count && new Set(states).size === count ? states : [];
  }

  /** The descriptors as the driver would have written them from the used position on. */
  private asAvailable(descriptors: readonly State[]): Uint8Array[] {
    const { size } = this.setup;
    return descriptors.map(({ addr, len, id, flags }, place) => {
      const wrap = this.usedSlot + place < size ? this.usedWrap : !this.usedWrap;
      const bytes = PVIRTQ_DESC.write({ addr, len, id, flags });
      writeLe16(bytes, 14, (readLe16(bytes, 14) & ~WRAP_BITS) | availableBits(wrap));
      return bytes;
    });
  }

  private descriptorAt(slot: number): State {
    const at = this.setup.descriptorArea + BigInt(slot * PVIRTQ_DESC.widthBytes);
    const bytes = this.memory.read(at, PVIRTQ_DESC.widthBytes);
    const descriptor = bytes === undefined ? undefined : PVIRTQ_DESC.read(bytes);
    return { ...UNUSED, ...descriptor };
  }

  private stateAt(index: number): State {
    return this.states[index] ?? UNUSED;
  }

  private write(index: number, state: State): void {
    this.states[index] = state;
    this.region.writeState(PACKED_REGION, PACKED_STATE, index, state);
  }

  /** Nothing is under way: the present is also the past to go back to. */
  private settle(): void {
    this.settled = {
      oldFreeHead: this.free[0] ?? 0,
      oldUsedIdx: this.usedSlot,
      oldUsedWrap: this.usedWrap ? 1 : 0,
    };
    this.writeHeader();
  }

  private writeHeader(): void {
    this.region.writeHeader(PACKED_REGION, {
      features: 0n,
      version: INFLIGHT_VERSION,
      descNum: this.region.states,
      freeHead: this.free[0] ?? 0,
      usedIdx: this.usedSlot,
      usedWrap: this.usedWrap ? 1 : 0,
      ...this.settled,
    });
  }
}

function isUnderWay({ usedIdx, oldUsedIdx, usedWrap, oldUsedWrap }: Header): boolean {
  return usedIdx !== oldUsedIdx || usedWrap !== oldUsedWrap;
}

function availableBits(wrap: boolean): number {
  return wrap ? VIRTQ_DESC_F_AVAIL : VIRTQ_DESC_F_USED;
}
