/** Writes what is readable of a capture as a whole file of one section: what a damaged, merged or edited one is mended to. */
import type { Capture } from './capture.ts';
import { CaptureLog } from './capture-log.ts';
import { Follower } from './follower.ts';
import type { ByteStore } from './store.ts';

/** Copies entries in steps. What is missing is written down in place, as a `dropped` entry under the first missing number. */
export class Recovery {
  entries = 0;
  lostEntries = 0;
  /** A sentence when the new file took no more. */
  error: string | undefined;
  private readonly follower: Follower;
  private readonly log: CaptureLog;
  private nextSeq = 0;
  private lastNs = 0;

  constructor(capture: Capture, target: ByteStore, application: string) {
    this.follower = new Follower(capture);
    this.log = new CaptureLog(target, { ...capture.facts, application });
  }

  /** False when all is copied, or when it cannot go on (`error`). */
  copySome(bytes: number): boolean {
    const visitor = {
      entry: (entry: Parameters<CaptureLog['append']>[2] & { seq: number; atNs: number }) => {
        const { seq, atNs, ...body } = entry;
        this.put(seq, atNs, body as typeof entry);
        this.entries++;
        this.nextSeq = seq + 1;
        this.lastNs = atNs;
      },
      lost: (entries: number) => this.lost(entries),
    };
    const hasMore = this.follower.follow(visitor, { bytes });
    if (!hasMore) this.log.finish();
    this.error ??= this.log.lostEntries > 0 ? this.log.lastError() : undefined;
    return hasMore && this.error === undefined;
  }

  /** A hole at the very beginning is none that a reader could see: its numbers just begin later. */
  private lost(entries: number): void {
    this.lostEntries += entries;
    if (this.entries === 0) return;
    const why = `${entries} entries could not be read from the file that this one was recovered from`;
    this.put(this.nextSeq, this.lastNs, { kind: 'dropped', entries, pcmBytes: 0, why });
  }

  private put(seq: number, atNs: number, entry: Parameters<CaptureLog['append']>[2]): void {
    this.log.append(seq, atNs, entry);
  }
}
