/** What an import met: how many lines, and which of them could not be used and why. Nothing stops an import; everything that
 *  it could not use is counted here, and the first of each kind are named by line. */
import { LIMITS } from '../../limits.ts';
import type { EventBatch } from './event-batch.ts';

export type ReportKind =
  | 'unknown'
  | 'torn'
  | 'dropped'
  | 'headless'
  | 'lost'
  | 'nameless'
  | 'clock';

export interface ReportItem {
  readonly kind: ReportKind;
  /** Line of the trace, or record of a binary one, from 1. */
  readonly line: number;
  readonly text: string;
}

export interface ReportedDevice {
  /** Its pointer, as `--device` takes it. */
  readonly address: string;
  readonly shown: boolean;
  readonly lines: number;
}

export interface ImportReport {
  readonly lines: number;
  /** Lines that are no event that Ringside knows. */
  readonly unknown: number;
  /** Lines of which a part is missing, and bytes that are no record. */
  readonly torn: number;
  /** Events of other virtio devices, other sound devices included. */
  readonly otherDevices: number;
  /** Events that QEMU itself says it lost. */
  readonly dropped: number;
  /** Chains that came back and were taken before the trace began, or whose taking is missing. */
  readonly headless: number;
  /** Chains whose return is missing: their element was used for another one. */
  readonly lost: number;
  /** Events of a virtqueue that was never named. */
  readonly nameless: number;
  /** Times that went back: by less than a second they are held, by more the clock is set. */
  readonly clock: number;
  readonly devices: readonly ReportedDevice[];
  /** Some of each kind, in the order of the trace. */
  readonly items: readonly ReportItem[];
}

export class ReportKeeper {
  lines = 0;
  otherDevices = 0;
  readonly counts: Record<ReportKind, number> = {
    ...{ unknown: 0, torn: 0, dropped: 0, headless: 0, lost: 0, nameless: 0, clock: 0 },
  };
  private readonly items: ReportItem[] = [];
  private readonly kept: Partial<Record<ReportKind, number>> = {};

  /** Takes over what a batch counted. */
  gather(batch: EventBatch): void {
    this.lines += batch.lines;
    this.counts.unknown += batch.unknown;
    this.counts.torn += batch.torn;
    this.counts.dropped += batch.dropped;
    for (const { kind, line, text } of batch.oddities) this.keep(kind, line, text);
  }

  note(kind: ReportKind, line: number, text: () => string): void {
    this.counts[kind]++;
    if ((this.kept[kind] ?? 0) < LIMITS.reportItems) this.keep(kind, line, text());
  }

  totals(): { readonly lines: number; readonly odd: number } {
    const odd = Object.values(this.counts).reduce((sum, count) => sum + count, 0);
    return { lines: this.lines, odd };
  }

  report(devices: readonly ReportedDevice[]): ImportReport {
    const { lines, otherDevices, counts } = this;
    const items = this.items.toSorted((a, b) => a.line - b.line);
    return { lines, otherDevices, ...counts, devices, items };
  }

  private keep(kind: ReportKind, line: number, text: string): void {
    const kept = this.kept[kind] ?? 0;
    if (kept >= LIMITS.reportItems) return;
    this.kept[kind] = kept + 1;
    this.items.push({ kind, line, text });
  }
}
