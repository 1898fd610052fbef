/** What a session came to, for people: the text that the commands print at the end, and the QEMU arguments at the start. */
import type { RunSummary, Summary } from '../../src-core/contract-summary.ts';
import { counted, grouped } from '../status-line.ts';

/** The arguments as a shell takes them, one a line, joined by backslashes so that all of it can be pasted. */
export function qemuText(qemuArguments: readonly string[]): string {
  return `${qemuArguments.map((argument) => `  ${argument}`).join(' \\\n')}\n`;
}

/** A summary in lines that end in a newline each. */
export function summaryText(summary: Summary): string {
  const { control, event, tx, rx } = summary.messages;
  const lines = [
    `messages    control ${grouped(control)}, event ${grouped(event)}, tx ${grouped(tx)}, rx ${grouped(rx)}`,
    ...summary.streams.flatMap(({ id, direction, runs }) => [
      `stream ${id}    ${direction}, ${counted(runs.length, 'run')}`,
      ...runs.map((run) => `            ${runText(run)}`),
    ]),
    ...violationLines(summary),
    ...(summary.dropped > 0 ? [`lost        ${counted(summary.dropped, 'record')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function runText(run: RunSummary): string {
  const { format, rateHz, channels, frames, underruns, file, sha256 } = run;
  const seconds = rateHz > 0 ? ` (${(frames / rateHz).toFixed(3)} s)` : '';
  const parts = [
    `${format}, ${counted(channels, 'channel')}, ${grouped(rateHz)} Hz: ${counted(frames, 'frame')}${seconds}`,
    ...(underruns > 0 ? [counted(underruns, 'underrun')] : []),
    ...(file === null ? [] : [file]),
    ...(sha256 === null ? [] : [`sha256 ${sha256.slice(0, 12)}…`]),
  ];
  return parts.join(', ');
}

function violationLines({ violations }: Summary): string[] {
  if (violations.length === 0) return ['violations  none'];
  return violations.map(({ rule, section, by, count, detail }, index) => {
    const heading = index === 0 ? 'violations' : '';
    return `${heading.padEnd(12)}${grouped(count)} × ${rule} (section ${section}, ${by}): ${detail}`;
  });
}
