// What `--record` kept of a session: its entries and tables, and the times that follow from them.

import { DiskStore } from '../../electron/capture-disk.ts';
import type { Capture } from '../../src-core/capture/capture.ts';
import { readEntries } from '../../src-core/capture/capture-file.ts';
import { openCapture } from '../../src-core/capture/capture-reader.ts';
import type { Entry } from '../../src-core/capture/entry.ts';
import { readReport } from '../../src-core/capture/read-report.ts';
import type { Track } from '../../src-core/capture/tracks.ts';
import { rateHzOf } from '../../src-core/spec/formats.ts';
import { NS_PER_S } from '../../src-core/units.ts';

export interface RecordedSession {
  readonly capture: Capture;
  readonly entries: readonly Entry[];
}

/** Reads a capture file; throws where it is damaged. */
export function readSession(path: string): RecordedSession {
  const store = DiskStore.open(path);
  const opened = openCapture(store);
  if ('error' in opened) throw new Error(opened.error);
  const { capture, end } = opened;
  if (end.holes > 0) throw new Error(readReport(end).join(' '));
  const reader = readEntries(store, capture.facts.startedAtUnixMs);
  return { capture, entries: Array.from(reader, ({ entry }) => entry) };
}

/** How long a run took, as a part of the time that its frames last: 1.03 is 3 % too slow. The middle of what every period
 *  says of it, since a busy machine may hand over one of them late. */
export function paceOf({ entries }: RecordedSession, track: Track): number {
  const rateHz = rateHzOf(track.params.rate);
  let startNs = Number.NaN;
  const paces: number[] = [];
  for (const entry of entries) {
    if (entry.kind === 'state' && entry.streamId === track.streamId && entry.to === 'running') {
      startNs = entry.atNs;
    }
    if (entry.kind !== 'moved' || entry.track !== track.track) continue;
    const playedNs = ((entry.fromFrame + entry.frames) * NS_PER_S) / rateHz;
    paces.push((entry.atNs - startNs) / playedNs);
  }
  return paces.sort((one, other) => one - other)[paces.length >> 1] ?? Number.NaN;
}

/** What the transport told in words. */
export function notesOf({ entries }: RecordedSession): string[] {
  return entries.flatMap((entry) =>
    entry.kind === 'setup' && 'detail' in entry.step ? [entry.step.detail] : [],
  );
}
