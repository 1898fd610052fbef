/** Traces of QEMU, as a view asks for them and hears of them. */

import type { TraceFacts } from './capture/capture-log.ts';
import type { ImportReport } from './capture/importers/import-report.ts';
import type { Nothing } from './contract-nothing.ts';
import type { Summary } from './contract-summary.ts';
import type { Direction } from './spec/sound.ts';
import type { Ns } from './units.ts';

export interface TraceOptions {
  /** File, FIFO, or `-` for standard input; plain, gzip or zstd. */
  readonly path: string;
  /** Pointer of the sound device to show, as the report names it; the first one without it. */
  readonly device?: string;
  /** File `trace-events-all` of the QEMU that wrote a binary trace. */
  readonly eventsPath?: string;
  /** Go on when the end is reached: the trace grows. */
  readonly follow?: boolean;
  readonly recordPath?: string;
}

/** Of a session or a capture that comes from a trace. */
export interface TraceStatus extends TraceFacts {
  readonly isFollowed: boolean;
  readonly lines: number;
  /** Lines that could not be used, for whatever reason. */
  readonly odd: number;
}

/** One PREPARE…RELEASE run; what a trace has no word of is null. */
export interface TracedRun {
  readonly format: null;
  readonly rateHz: null;
  readonly channels: null;
  readonly bufferBytes: null;
  readonly periodBytes: null;
  readonly frames: null;
  readonly sha256: null;
  readonly file: null;
  readonly fromNs: Ns;
  /** Suspected: a trace does not show what was heard. */
  readonly underruns: number;
  /** Times in which messages waited for longer than all of them last; suspected as well. */
  readonly stalls: number;
}

/** What `import --json` and `trace --json` print: the summary of a live session, and the report. */
export interface TraceSummary extends Omit<Summary, 'streams'> {
  readonly streams: readonly {
    readonly id: number;
    readonly direction: Direction;
    readonly runs: readonly TracedRun[];
  }[];
  readonly report: Pick<
    ImportReport,
    'lines' | 'unknown' | 'torn' | 'otherDevices' | 'dropped'
  > | null;
}

export interface TraceRequests {
  openTrace: { params: TraceOptions; result: Record<string, never> };
  /** Reads the trace that is shown once more, for another of its sound devices. False where the host cannot: it came from a page
   *  or a pipe. */
  pickTraceDevice: { params: { device: string }; result: { isReopened: boolean } };
  traceSummary: { params: Nothing; result: TraceSummary | null };
  /** What the import met so far; `null` when the session is none. */
  importReport: { params: Nothing; result: ImportReport | null };
}
