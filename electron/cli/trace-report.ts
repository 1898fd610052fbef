/** What a trace came to, for people. */
import type { ImportReport } from '../../src-core/capture/importers/import-report.ts';
import type { TraceSummary } from '../../src-core/contract-trace.ts';
import { counted, grouped } from '../status-line.ts';

const ITEMS = 20;

/** A summary in lines that end in a newline each. */
export function traceText(summary: TraceSummary, report: ImportReport | null): string {
  const { control, event, tx, rx } = summary.messages;
  const lines = [
    `messages    control ${grouped(control)}, event ${grouped(event)}, tx ${grouped(tx)}, rx ${grouped(rx)}`,
    ...summary.streams.map(({ id, direction, runs }) => {
      const dry = runs.reduce((sum, run) => sum + run.underruns, 0);
      const stalls = runs.reduce((sum, run) => sum + run.stalls, 0);
      const suspected = [
        ...(dry > 0
          ? [counted(dry, `suspected ${direction === 'output' ? 'underrun' : 'overrun'}`)]
          : []),
        ...(stalls > 0 ? [counted(stalls, 'suspected stall')] : []),
      ];
      const parts = [direction, counted(runs.length, 'run'), ...suspected].join(', ');
      return `stream ${id}    ${parts}; formats and PCM are not in a trace`;
    }),
    ...summary.violations.map(
      ({ rule, section, by, count, detail }) =>
        `finding     ${grouped(count)} × ${rule} (section ${section}, ${by}): ${detail}`,
    ),
    ...(report === null ? [] : reportLines(report)),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the import met, and its first odd lines. */
export function reportLines(report: ImportReport): string[] {
  const { lines, items, devices } = report;
  const kinds = [
    ...([
      ['unknown', report.unknown],
      ['torn', report.torn],
    ] as const),
    ...([
      ['of other devices', report.otherDevices],
      ['lost by QEMU', report.dropped],
    ] as const),
    ...([['returns without a beginning', report.headless]] as const),
    ...([['messages that never came back', report.lost]] as const),
    ...([['of queues without a name', report.nameless]] as const),
    ...([['with a time that goes back', report.clock]] as const),
  ].filter(([, count]) => count > 0);
  const told = kinds.map(([what, count]) => `${grouped(count)} ${what}`).join(', ');
  return [
    `trace       ${counted(lines, 'line')}${told === '' ? '' : `: ${told}`}`,
    ...devices
      .filter(({ shown }) => !shown || devices.length > 1)
      .map(({ address, shown }) =>
        shown
          ? `device      ${address}, shown here`
          : `device      ${address}, not shown: --device ${address} shows it`,
      ),
    ...items.slice(0, ITEMS).map(({ line, kind, text }) => `line ${line}: ${kind}: ${text}`),
    ...(items.length > ITEMS ? [`… and more: --json counts them, the window lists them`] : []),
  ];
}
