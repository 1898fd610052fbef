/** The sections of a pcapng file and their interfaces: byte order, what is ours, and how times are counted. A capture that
 *  Ringside wrote has one section with one interface; what other programs made of it may have several of each. */
import type { Bytes, Ns, Seq, TrackId } from '../units.ts';
import { lastAtMost } from './columns.ts';
import { type Epoch, epochOf } from './epoch.ts';

export interface Interface {
  /** Of LINKTYPE_WIRESHARK_UPPER_PDU, as our packets are. */
  readonly isOurs: boolean;
  /** Its clock counts nanoseconds since 1970, as ours does. */
  readonly isPlain: boolean;
  /** Ticks of its clock in a second; nanoseconds unless somebody converted the file. */
  readonly ticksPerS: bigint;
  /** Added to every time. */
  readonly offsetS: bigint;
}

export interface Section {
  readonly at: Bytes;
  readonly isBigEndian: boolean;
  readonly interfaces: Interface[];
  /** Place behind the last interface that was taken in, so that walking over it again changes nothing. */
  knownTo: Bytes;
  /** Added to the numbers of its entries and tracks: sections that were joined all begin at 0. Not known before its first
   *  entry was taken in. */
  seqBase: Seq | undefined;
  trackBase: TrackId;
}

const NS_PER_SECOND = 1_000_000_000n;
/** An interface that was lost to damage: it was ours. */
const ASSUMED: Interface = {
  isOurs: true,
  isPlain: true,
  ticksPerS: NS_PER_SECOND,
  offsetS: 0n,
};
/** A file of sections alone must not grow this list for ever; the last then stands for all that follow. */
const SECTIONS_BOUND = 100_000;
const INTERFACES_BOUND = 10_000;

export class Sections {
  readonly epoch: Epoch;
  readonly list: Section[] = [];
  private readonly places: number[] = [];

  constructor(startedAtUnixMs: number) {
    this.epoch = epochOf(startedAtUnixMs);
    this.add(0, false);
  }

  /** The section that begins at `at`: known already, or new. */
  begin(at: Bytes, isBigEndian: boolean): Section {
    const known = this.of(at);
    if (known.at === at && known.isBigEndian === isBigEndian) return known;
    if (this.list.length >= SECTIONS_BOUND) return known;
    return this.add(at, isBigEndian);
  }

  /** The section that the block at `at` is in. */
  of(at: Bytes): Section {
    const { list } = this;
    const last = list[list.length - 1] as Section;
    return at >= last.at ? last : (list[lastAtMost(this.places, at)] ?? last);
  }

  /** Takes in the interface whose block ends at `endAt`. */
  addInterface(section: Section, endAt: Bytes, found: Interface): void {
    if (endAt <= section.knownTo || section.interfaces.length >= INTERFACES_BOUND) return;
    section.knownTo = endAt;
    section.interfaces.push(found);
  }

  /** Time of a packet since the capture's start. */
  nsOf({ isPlain, ticksPerS, offsetS }: Interface, high: number, low: number): Ns {
    const { epoch } = this;
    if (isPlain) return (high - epoch.high) * 0x1_0000_0000 + low - epoch.low;
    const ticks = (BigInt(high) << 32n) | BigInt(low);
    const ns = (ticks * NS_PER_SECOND) / ticksPerS + offsetS * NS_PER_SECOND;
    return Number(ns - ((BigInt(epoch.high) << 32n) | BigInt(epoch.low)));
  }

  private add(at: Bytes, isBigEndian: boolean): Section {
    const section: Section = {
      at,
      isBigEndian,
      interfaces: [],
      knownTo: at,
      seqBase: at === 0 ? 0 : undefined,
      trackBase: 0,
    };
    const isReplaced = this.list.at(-1)?.at === at; // the assumed first one turns out to be of another byte order
    if (isReplaced) this.list.pop();
    else this.places.push(at);
    this.list.push(section);
    return section;
  }
}

export function interfaceOf(section: Section, id: number): Interface {
  return section.interfaces[id] ?? ASSUMED;
}
