/** What the log shows: set-up steps, notices and notes of the session as lines, and all of it as a bug report. Pure. */
import type { Hello, Notice } from '../../../src-core/contract.ts';
import type { FindingGroup, SessionStatus, SetupRow } from '../../../src-core/contract-data.ts';
import { featureNames } from '../../../src-core/spec/ring.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { setupText } from '../../frame/setup-text.ts';
import { xrunText } from '../../store/xrun-text.ts';
import { goneText, type Known, redact } from './redact.ts';

export type LogLevel = 'step' | 'info' | 'warning' | 'error';

export interface LogLine {
  readonly id: string;
  readonly atNs: Ns;
  readonly level: LogLevel;
  /** Who says it: the driver's set-up, the transport, Ringside. */
  readonly from: string;
  readonly text: string;
}

export interface LoggedNotice extends Notice {
  readonly id: number;
  readonly atNs: Ns;
}

export const LOG_LEVELS: readonly LogLevel[] = ['step', 'info', 'warning', 'error'];

/** In the order of time. */
export function logLines(
  rows: readonly SetupRow[],
  notices: readonly LoggedNotice[],
): readonly LogLine[] {
  const steps = rows.map(
    (row): LogLine => ({
      id: `step-${row.seq}`,
      atNs: row.atNs,
      level:
        row.step.what === 'gone' || row.step.what === 'unheard'
          ? 'warning'
          : row.step.what === 'note'
            ? 'info'
            : 'step',
      from: row.step.what === 'note' || row.step.what === 'gone' ? 'transport' : 'set-up',
      text: setupText(row),
    }),
  );
  const said = notices.map(
    ({ id, atNs, severity, what, action, raw }): LogLine => ({
      id: `notice-${id}`,
      atNs,
      level: severity,
      from: 'Ringside',
      text: [[what, action].filter(Boolean).join(' '), raw].filter(Boolean).join('\n'),
    }),
  );
  return [...steps, ...said].sort((a, b) => a.atNs - b.atNs);
}

export interface ReportParts {
  readonly hello: Hello | undefined;
  readonly status: SessionStatus | null | undefined;
  readonly findings: readonly FindingGroup[];
  readonly lines: readonly LogLine[];
  readonly browser: string;
}

/** Markdown for an issue: what runs, what the device has, what was found, what was logged. */
export function bugReport({ hello, status, findings, lines, browser }: ReportParts): string {
  const session =
    status === null || status === undefined
      ? ['No session.']
      : [
          `- Session: ${status.title} (${status.kind}${status.simulated ? ', simulated guest' : ''}), ${status.phase}`,
          `- ${status.sentence}`,
          `- Messages: ${status.messages}, entries: ${status.entries}, lost: ${status.lostEntries}`,
          `- Features accepted: ${featureNames(status.acceptedFeatures).join(', ') || 'none'}`,
          ...status.streams.map(
            (stream) =>
              `- Stream ${stream.streamId}: ${stream.direction}, ${stream.state}, ${xrunText(stream, status.trace !== undefined)}`,
          ),
          `- Sink: ${status.sink.title} ${status.sink.note}`.trimEnd(),
        ];
  return [
    '## What happened',
    '',
    '_What did you do, what did you expect, what came instead?_',
    '',
    '## Where',
    '',
    `- Ringside ${hello?.version ?? '?'} on ${hello?.platform ?? '?'} (${hello?.carrier ?? '?'})`,
    `- ${browser}`,
    ...session,
    '',
    '## Findings',
    '',
    ...(findings.length === 0
      ? ['None.']
      : findings.map(
          ({ rule, by, severity, count, firstDetail }) =>
            `- ${rule} ${severity} by the ${by}, ${count} times: ${firstDetail}`,
        )),
    '',
    '## Log',
    '',
    ...fenced(
      lines.map(
        ({ atNs, level, from, text }) => `${formatTime(atNs, 6)} ${level} ${from}: ${text}`,
      ),
    ),
    '',
  ].join('\n');
}

/** Names of the machine, its user and its files go, and the report says how many; or it says that they are in it. */
export function withoutMachine(report: string, known: Known | undefined): string {
  const redacted = known === undefined ? undefined : redact(report, known);
  const told =
    redacted === undefined
      ? 'Nothing: paths and names of this machine are in this report.'
      : goneText(redacted);
  return `${redacted?.text ?? report}\n## Left out\n\n${told}\n`;
}

/** Paths that the session and the host name. */
export function knownPaths(
  hello: Hello | undefined,
  status: SessionStatus | null | undefined,
  folders: readonly string[],
): readonly string[] {
  const own = [status?.recordPath, hello?.suggestedSocket, ...folders];
  const recent = hello?.recent.map(({ path }) => path) ?? [];
  return [...own, ...recent].filter((path) => path !== undefined);
}

/** Lines that have a text in them, whatever its case; none for no text. */
export function foundIn(lines: readonly LogLine[], text: string): readonly LogLine[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  return lines.filter((line) => `${line.from} ${line.text}`.toLowerCase().includes(wanted));
}

/** A text in parts, every second of which is what was searched for. */
export function partsOf(text: string, wanted: string): readonly string[] {
  const word = wanted.trim();
  if (word === '') return [text];
  const escaped = word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return text.split(new RegExp(`(${escaped})`, 'gi'));
}

/** What is logged may have fences in it: its own is longer. */
function fenced(lines: readonly string[]): readonly string[] {
  const longest = Math.max(2, ...(lines.join('\n').match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return [fence, ...lines, fence];
}
