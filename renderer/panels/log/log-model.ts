/** What the log shows: set-up steps, notices and notes of the session as lines, and all of it as a bug report. Pure. */
import type { Hello, Notice } from '../../../src-core/contract.ts';
import type { FindingGroup, SessionStatus, SetupRow } from '../../../src-core/contract-data.ts';
import { featureNames } from '../../../src-core/spec/ring.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { setupText } from '../../frame/setup-text.ts';
import { xrunText } from '../../store/xrun-text.ts';

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
      level: row.step.what === 'gone' ? 'warning' : row.step.what === 'note' ? 'info' : 'step',
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
      text: [what, action, raw].filter(Boolean).join(' '),
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
    '```',
    ...lines.map(
      ({ atNs, level, from, text }) => `${formatTime(atNs, 6)} ${level} ${from}: ${text}`,
    ),
    '```',
    '',
  ].join('\n');
}

/** Paths of the machine with only their last part left: `/home/me/run.pcapng` → `…/run.pcapng`. */
export function withoutPaths(text: string): string {
  return text
    .replace(/(?:file:\/\/)?(?:~|\/[\w.@+-]+)(?:\/[\w.@+-]+)*\/([\w.@+-]+)/g, '…/$1')
    .replace(/[A-Za-z]:\\(?:[^\s\\]+\\)*([^\s\\]+)/g, '…/$1');
}
