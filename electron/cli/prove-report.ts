/** What `ringside prove` says: for people, and as a report in Markdown to attach to something. */
import type { AudioVerdict } from '../../src-core/analysis/audio-verdict.ts';

/** Everything that was found out, as `--json` has it. */
export interface Told extends AudioVerdict {
  readonly file: string;
  readonly title: string;
  readonly simulated: boolean;
  readonly view: string;
  readonly stream: number;
  readonly run: number;
  /** Runs that were compared to find this one. */
  readonly runs: number;
  readonly layout: string;
  readonly rateHz: number;
  readonly reference: { readonly file: string; readonly layout: string; readonly sha256: string };
  readonly heardSha256: string;
  /** Messages of the run that were written to after they had been posted. */
  readonly lateWrites: number;
  readonly comparesPosted: boolean;
  /** Row of the message that carried the first different frame. */
  readonly message?: number;
}

export function proofText(told: Told): string {
  const lines = [
    told.sentence,
    `  stream ${told.stream}, run ${told.run}, ${told.view}: ${told.heardFrames} frames, ${told.layout}`,
    `  reference ${told.reference.file}: ${told.referenceFrames} frames, ${told.reference.layout}`,
    ...differenceLines(told).map((line) => `  ${line}`),
    ...lateLines(told).map((line) => `  ${line}`),
    ...(told.simulated
      ? ['  the session was simulated: this is the demo guest, not a real one']
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

export function markdownReport(told: Told): string {
  const rows = [
    ['capture', `${told.file} (${told.title}${told.simulated ? ', simulated' : ''})`],
    ['what was compared', `stream ${told.stream}, run ${told.run}, ${told.view}`],
    ['stream', `${told.heardFrames} frames, ${told.layout}`],
    [
      'reference',
      `${told.reference.file}: ${told.referenceFrames} frames, ${told.reference.layout}`,
    ],
    ['silence before and behind', `${told.leadingFrames} and ${told.trailingFrames} frames`],
    ['late writes in the run', told.comparesPosted ? String(told.lateWrites) : 'not looked for'],
    ['SHA-256 of the reference’s samples', told.reference.sha256],
    ['SHA-256 of the run’s samples', told.heardSha256],
    ['made by', `Ringside ${RINGSIDE_VERSION}`],
  ];
  return [
    `# Proof of audio: ${told.verdict}`,
    '',
    `${told.sentence}.`,
    '',
    ...differenceLines(told).map((line) => `- ${line}`),
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
  ].join('\n');
}

function differenceLines({ difference, message, rateHz }: Told): string[] {
  if (difference === undefined) return [];
  const { heardFrame, class: name, rest } = difference;
  const seconds = rateHz > 0 ? `, ${(heardFrame / rateHz).toFixed(6)} s into it` : '';
  const carrier = message === undefined ? '' : `, carried by message ${message}`;
  const after =
    rest === undefined
      ? []
      : [
          rest === 'identical'
            ? 'everything behind it is identical'
            : `the next difference is at frame ${rest} of the reference`,
        ];
  return [`class ${name}, at frame ${heardFrame} of the run${seconds}${carrier}`, ...after];
}

function lateLines({ lateWrites, comparesPosted }: Told): string[] {
  if (!comparesPosted) return ['late writes were not looked for when this was recorded'];
  return lateWrites === 0
    ? []
    : [`${lateWrites} messages of the run were written to after they had been posted (VS-P-03)`];
}
