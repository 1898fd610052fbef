/** What a session or a capture came to, as `--json` prints it. */
import type { WatchSummary } from './qemu/watch-status.ts';
import type { Offender, RuleId } from './spec/rules.ts';
import type { Direction } from './spec/sound.ts';
import type { Bytes, Frames } from './units.ts';

/** The object that `--json` prints. What a source cannot tell is null. */
export interface Summary {
  readonly version: string;
  readonly messages: MessageCounts;
  readonly streams: readonly {
    readonly id: number;
    readonly direction: Direction;
    readonly runs: readonly RunSummary[];
  }[];
  readonly violations: readonly {
    readonly rule: RuleId;
    readonly section: string;
    readonly by: Offender;
    readonly count: number;
    readonly detail: string;
  }[];
  /** Entries that were lost. */
  readonly dropped: number;
  /** Of a watched QEMU. */
  readonly watch?: WatchSummary;
}

export interface RunSummary {
  readonly format: string;
  readonly rateHz: number;
  readonly channels: number;
  readonly bufferBytes: Bytes;
  readonly periodBytes: Bytes;
  readonly frames: Frames;
  /** Of the PCM in the stream's own format; null when no PCM was recorded. */
  readonly sha256: string | null;
  /** WAV file that it went to; null when there is none. */
  readonly file: string | null;
  readonly underruns: number;
}

export interface MessageCounts {
  readonly control: number;
  readonly event: number;
  readonly tx: number;
  readonly rx: number;
}
