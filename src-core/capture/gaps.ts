/** Stretches of time of which the capture has less than there was: entries that were lost or could not be read, PCM that was
 *  not kept, and what a ring file let go. Told by the entries as they come, live and opened alike. */
import type { Bytes, Ns } from '../units.ts';

export interface Gap {
  /** `lost`: entries are missing. `hole`: bytes of the file could not be read. `withheld`: PCM of which only hashes were kept.
   *  `let-go`: a ring file kept control messages and findings alone. */
  readonly kind: 'lost' | 'hole' | 'withheld' | 'let-go';
  readonly fromNs: Ns;
  /** Infinite while nothing came after it. */
  toNs: Ns;
  /** Entries that are missing; of `withheld` those that stand there without their PCM. 0: it is not known how many. */
  entries: number;
  pcmBytes: Bytes;
  /** -1: everything. */
  readonly streamId: number;
  /** Why, as whoever lost it said; empty for `withheld`. */
  readonly why: string;
}

/** Beyond so many the last one grows instead. */
const MOST = 10_000;

export class Gaps {
  readonly list: Gap[] = [];
  /** It ends with the next entry that is there. */
  private open: Gap | undefined;
  /** By stream: it goes on until PCM comes with its bytes. */
  private readonly withheld = new Map<number, Gap>();

  /** Something is missing from here until the next entry. */
  begin(kind: 'lost' | 'hole', fromNs: Ns, entries: number, pcmBytes: Bytes, why: string): void {
    const toNs = Number.POSITIVE_INFINITY;
    this.open = this.add({ kind, fromNs, toNs, entries, pcmBytes, streamId: -1, why });
  }

  /** An entry is there, or (`isKept` false) only told in the tables: the bytes of the capture do not have it. Says whether
   *  a loss begins with it. */
  taken(atNs: Ns, isKept: boolean): boolean {
    if (isKept) {
      if (this.open !== undefined) this.open.toNs = Math.min(this.open.toNs, atNs);
      this.open = undefined;
      return false;
    }
    if (this.open === undefined) {
      this.begin('lost', atNs, 1, 0, 'the disk took no more');
      return true;
    }
    this.open.entries++;
    return false;
  }

  /** PCM of a stream changed hands, `withheldBytes` of it without being kept. */
  moved(streamId: number, atNs: Ns, withheldBytes: Bytes): void {
    if (withheldBytes === 0) {
      if (this.withheld.size > 0) this.withheld.delete(streamId);
      return;
    }
    let gap = this.withheld.get(streamId);
    if (gap === undefined) {
      const none = { entries: 0, pcmBytes: 0, why: '' };
      gap = this.add({ kind: 'withheld', fromNs: atNs, toNs: atNs, streamId, ...none });
      this.withheld.set(streamId, gap);
    }
    gap.toNs = Math.max(gap.toNs, atNs);
    gap.entries++;
    gap.pcmBytes += withheldBytes;
  }

  /** A ring file says what it let go. */
  letGo(fromNs: Ns, toNs: Ns, entries: number, why: string): void {
    this.add({ kind: 'let-go', fromNs, toNs, entries, pcmBytes: 0, streamId: -1, why });
  }

  /** Those that touch a stretch of time. */
  within(fromNs: Ns, toNs: Ns): readonly Gap[] {
    return this.list.filter((gap) => gap.toNs >= fromNs && gap.fromNs <= toNs);
  }

  private add(gap: Gap): Gap {
    const last = this.list.at(-1);
    if (this.list.length < MOST || last === undefined) {
      this.list.push(gap);
      return gap;
    }
    last.toNs = Math.max(last.toNs, gap.toNs);
    last.entries += gap.entries;
    last.pcmBytes += gap.pcmBytes;
    return last;
  }
}
