/** `ringside info FILE`: what a capture holds. */
import { Option } from 'commander';
import type { Capture } from '../../../src-core/capture/capture.ts';
import type { Summary } from '../../../src-core/contract-summary.ts';
import type { Direction } from '../../../src-core/spec/sound.ts';
import { makeSummary } from '../../../src-core/summary.ts';
import { NS_PER_S } from '../../../src-core/units.ts';
import { counted, grouped } from '../../status-line.ts';
import type { OfflineCommand } from '../command-row.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { jsonLine } from '../json-output.ts';
import type { Offline } from '../offline.ts';
import { type OpenedCapture, openCaptureFile } from '../open-capture-file.ts';
import { summaryText } from '../report.ts';

interface InfoOptions {
  readonly json?: boolean;
}

export const INFO: OfflineCommand = {
  group: 'Captures:',
  usage: 'info <FILE>',
  summary: 'what a capture holds: session, messages, streams, findings, loss',
  options: [new Option('--json', 'as one JSON object (ringside.info/1)')],
  notes: `Examples:
  ringside info session.pcapng
  ringside info session.pcapng --json | jq .messages
  ssh lab cat session.pcapng | ringside info -

FILE may be - for standard input.

Exit codes: 0 told, 2 wrong usage, 3 no readable capture, 5 the capture is cut, damaged or lost something (told all the
same), 10 fault of Ringside, 130 interrupted.`,
  runOffline: runInfo,
};

async function runInfo(
  offline: Offline,
  { json }: InfoOptions,
  [path = '']: readonly string[],
): Promise<ExitCode> {
  const opened = await openCaptureFile(path, offline);
  const { capture } = opened;
  const streams = streamsOf(capture);
  const parts = { version: RINGSIDE_VERSION, capture, streams, files: [], hashes: new Map() };
  const summary = makeSummary(parts);
  offline.output.data(
    json === true ? jsonLine('ringside.info/1', factsOf(opened, summary)) : text(opened, summary),
  );
  opened.close();
  return opened.damage === undefined && summary.dropped === 0 ? EXIT.ok : EXIT.incomplete;
}

function factsOf({ capture, path, damage, skipped }: OpenedCapture, summary: Summary) {
  const { version: _version, ...told } = summary;
  const { title, startedAtUnixMs, simulated } = capture.facts;
  return {
    file: path,
    sizeBytes: capture.heldBytes(),
    title,
    startedAt: new Date(startedAtUnixMs).toISOString(),
    simulated,
    excerpt: capture.facts.excerpt ?? null,
    durationNs: capture.endNs,
    entries: capture.entries,
    ...told,
    findings: { ...capture.story.severities },
    skippedPackets: skipped,
    damage: damage ?? null,
  };
}

function text({ capture, path, skipped, damage }: OpenedCapture, summary: Summary): string {
  const { title, startedAtUnixMs, simulated } = capture.facts;
  const { error, warning, note } = capture.story.severities;
  const lines = [
    `file        ${path}, ${counted(capture.heldBytes(), 'byte')}`,
    `session     ${title}${simulated ? ' (simulated)' : ''}`,
    `started     ${new Date(startedAtUnixMs).toISOString()}`,
    ...excerptLine(capture),
    `length      ${(capture.endNs / NS_PER_S).toFixed(3)} s, ${grouped(capture.entries)} entries`,
  ];
  const findings = `findings    ${counted(error, 'error')}, ${counted(warning, 'warning')}, ${counted(note, 'note')}`;
  const tail = [
    findings,
    ...(skipped > 0 ? [`skipped     ${counted(skipped, 'packet')} of other programs`] : []),
    ...(damage === undefined ? [] : [`damage      ${damage}`]),
  ];
  return `${lines.join('\n')}\n${summaryText(summary)}${tail.join('\n')}\n`;
}

/** Of a part of another capture: which part. */
function excerptLine({ facts: { excerpt } }: Capture): string[] {
  if (excerpt === undefined) return [];
  const { fromNs, toNs, filter } = excerpt;
  const seconds = (ns: number | undefined) => (ns === undefined ? '' : `${ns / NS_PER_S} s`);
  const isRange = fromNs !== undefined || toNs !== undefined;
  const range = isRange ? [`${seconds(fromNs)} .. ${seconds(toNs)}`.trim()] : [];
  return [`excerpt     ${[...range, ...(filter === undefined ? [] : [filter])].join(', ')}`];
}

/** Streams that the capture tells of, in the order of their ids. */
function streamsOf(capture: Capture): { streamId: number; direction: Direction }[] {
  const known = new Map<number, Direction>();
  for (const { streamId, direction } of capture.tracks) known.set(streamId, direction);
  return [...known]
    .sort(([one], [other]) => one - other)
    .map(([streamId, direction]) => ({ streamId, direction }));
}
