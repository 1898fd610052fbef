/** Account of the chains in flight of a split virtqueue. A state for each descriptor, used at the heads of chains; the
 *  heads of the last batch returned form a list, for a death between used.idx and the states.
 *  Spec: vhost-user, "Inflight I/O tracking", split virtqueue */
import type {
  Chain,
  InflightLog,
  Popped,
  QueueSetup,
  RecoveredChains,
} from '../queue/virtqueue.ts';
import { writeLe16 } from '../spec/layout.ts';
import { splitLayout } from '../spec/ring.ts';
import {
  INFLIGHT_VERSION,
  type InflightRegion,
  ringPatches,
  SPLIT_REGION,
  SPLIT_STATE,
} from './vhost-user-inflight-region.ts';

type State = NonNullable<ReturnType<typeof SPLIT_STATE.read>>;

const U16 = 0xffff;
const FREE: State = { inflight: 0, next: 0, counter: 0n };

export class SplitInflightLog implements InflightLog {
  private readonly region: InflightRegion;
  private readonly setup: QueueSetup;
  private counter = 0n;
  private lastBatchHead = 0;
  private usedIdx: number;
  /** By head, of chains in flight: their place in the order. */
  private readonly counters = new Map<number, bigint>();
  private recovering = 0;

  constructor(region: InflightRegion, setup: QueueSetup) {
    this.region = region;
    this.setup = setup;
    this.usedIdx = setup.position.used;
  }

  recover(): RecoveredChains | undefined {
    const heads = this.headsLeft();
    this.writeHeader();
    if (heads === undefined) return undefined;
    this.recovering = heads.length;
    const { size, driverArea, position } = this.setup;
    const ringAt = driverArea + BigInt(splitLayout(size).availRingAt);
    const entries = heads.map((head) => {
      const entry = new Uint8Array(2);
      writeLe16(entry, 0, head);
      return entry;
    });
    return {
      count: heads.length,
      position: { ...position, avail: this.usedIdx },
      patches: ringPatches(ringAt, size, this.usedIdx % size, entries),
    };
  }

  popped({ chain }: Popped): void {
    if (this.recovering > 0) {
      this.recovering--;
      return;
    }
    if (chain.head >= this.region.states) return;
    this.counter += 1n;
    this.counters.set(chain.head, this.counter);
    this.write(chain.head, { inflight: 1, next: 0, counter: this.counter });
  }

  returning({ head }: Chain): void {
    const counter = this.counters.get(head);
    if (counter === undefined) return;
    this.write(head, { inflight: 1, next: this.lastBatchHead, counter });
    this.lastBatchHead = head;
    this.writeHeader();
  }

  returned({ head }: Chain): void {
    const counter = this.counters.get(head);
    this.usedIdx = (this.usedIdx + 1) & U16;
    if (counter !== undefined) {
      this.write(head, { ...FREE, counter });
      this.counters.delete(head);
    }
    this.writeHeader();
  }

  rewound({ head }: Chain): void {
    if (this.counters.delete(head)) this.write(head, FREE);
  }

  /** Heads that were popped and never returned, oldest first; `undefined` when nobody kept this account before. */
  private headsLeft(): number[] | undefined {
    const header = this.region.readHeader(SPLIT_REGION);
    const states = this.region.readStates(SPLIT_REGION, SPLIT_STATE);
    const isOurs =
      header?.version === INFLIGHT_VERSION &&
      header.descNum === this.region.states &&
      states.length === this.region.states;
    if (!isOurs) {
      for (let head = 0; head < this.region.states; head++) this.write(head, FREE);
      return undefined;
    }
    // The ring is ahead of the account: what was returned last may still stand as in flight.
    const lastBatch = (this.usedIdx - header.usedIdx) & U16;
    let head = header.lastBatchHead;
    for (let done = 0; done < Math.min(lastBatch, states.length); done++) {
      const state = states[head];
      if (state === undefined) break;
      states[head] = { ...state, inflight: 0 };
      this.write(head, { ...state, inflight: 0 });
      head = state.next;
    }
    this.lastBatchHead = header.lastBatchHead;
    return this.take(states);
  }

  private take(states: readonly State[]): number[] {
    const left: { head: number; counter: bigint }[] = [];
    states.forEach((state, head) => {
      if (state.counter > this.counter) this.counter = state.counter;
      if (state.inflight === 1 && head < this.setup.size) {
        left.push({ head, counter: state.counter });
        this.counters.set(head, state.counter);
      } else if (state.inflight !== 0) {
        this.write(head, FREE);
      }
    });
    left.sort((one, other) => (one.counter < other.counter ? -1 : 1));
    return left.map(({ head }) => head);
  }

  private write(head: number, state: State): void {
    this.region.writeState(SPLIT_REGION, SPLIT_STATE, head, state);
  }

  private writeHeader(): void {
    const { lastBatchHead, usedIdx } = this;
    const descNum = this.region.states;
    const header = { features: 0n, version: INFLIGHT_VERSION, descNum, lastBatchHead, usedIdx };
    this.region.writeHeader(SPLIT_REGION, header);
  }
}
