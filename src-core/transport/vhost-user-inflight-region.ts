/** One queue's part of the memory that keeps account of chains in flight: a header, and a state for each descriptor.
 *  Spec: vhost-user, "Inflight I/O tracking" */
import type { GuestMemory } from '../queue/guest-memory.ts';
import type { Patch } from '../queue/patched-memory.ts';
import { type Struct, struct } from '../spec/layout.ts';
import type { GuestAddress } from '../units.ts';

/** Version of the layout; 0 is memory that nobody has used. */
export const INFLIGHT_VERSION = 1;

export const SPLIT_REGION = struct('queue_region_split', {
  features: 'le64',
  version: 'le16',
  descNum: 'le16',
  lastBatchHead: 'le16',
  usedIdx: 'le16',
});
export const SPLIT_STATE = struct('desc_state_split', {
  inflight: 'u8',
  padding: 'pad5',
  next: 'le16',
  counter: 'le64',
});
export const PACKED_REGION = struct('queue_region_packed', {
  features: 'le64',
  version: 'le16',
  descNum: 'le16',
  freeHead: 'le16',
  oldFreeHead: 'le16',
  usedIdx: 'le16',
  oldUsedIdx: 'le16',
  usedWrap: 'u8',
  oldUsedWrap: 'u8',
  /** As a C compiler lays the array behind it out. */
  padding: 'pad10',
});
export const PACKED_STATE = struct('desc_state_packed', {
  inflight: 'u8',
  padding: 'pad1',
  next: 'le16',
  last: 'le16',
  num: 'le16',
  counter: 'le64',
  id: 'le16',
  flags: 'le16',
  len: 'le32',
  addr: 'le64',
});

export class InflightRegion {
  readonly states: number;
  private readonly memory: GuestMemory;
  private readonly at: GuestAddress;

  constructor(memory: GuestMemory, at: GuestAddress, states: number) {
    this.memory = memory;
    this.at = at;
    this.states = states;
  }

  readHeader<V>(header: Struct<V>): V | undefined {
    return read(this.memory, this.at, header);
  }

  writeHeader<V>(header: Struct<V>, value: V): void {
    this.memory.write(this.at, header.write(value));
  }

  readStates<V>(header: Struct<unknown>, state: Struct<V>): V[] {
    const from = this.at + BigInt(header.widthBytes);
    const bytes = this.memory.read(from, this.states * state.widthBytes);
    if (bytes === undefined) return [];
    const states: V[] = [];
    for (let index = 0; index < this.states; index++) {
      const value = state.read(bytes, index * state.widthBytes);
      if (value !== undefined) states.push(value);
    }
    return states;
  }

  writeState<V>(header: Struct<unknown>, state: Struct<V>, index: number, value: V): void {
    const at = this.at + BigInt(header.widthBytes + index * state.widthBytes);
    this.memory.write(at, state.write(value));
  }
}

function read<V>(memory: GuestMemory, at: GuestAddress, layout: Struct<V>): V | undefined {
  const bytes = memory.read(at, layout.widthBytes);
  return bytes === undefined ? undefined : layout.read(bytes);
}

/** `slots` things of one width, laid round a ring of `size` from slot `from` on, as at most two patches. */
export function ringPatches(
  ringAt: GuestAddress,
  size: number,
  from: number,
  things: readonly Uint8Array[],
): Patch[] {
  const widthBytes = things[0]?.length ?? 0;
  const bytes = new Uint8Array(widthBytes * things.length);
  things.forEach((thing, index) => {
    bytes.set(thing, index * widthBytes);
  });
  const untilEnd = Math.min(bytes.length, (size - from) * widthBytes);
  const patches = [
    { at: ringAt + BigInt(from * widthBytes), bytes: bytes.subarray(0, untilEnd) },
    { at: ringAt, bytes: bytes.subarray(untilEnd) },
  ];
  return patches.filter((patch) => patch.bytes.length > 0);
}
