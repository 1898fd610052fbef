/** What `ringside check` tells, whatever the format. */
import type { CheckedCapture } from '../../../src-core/analysis/check-capture.ts';
import type { Severity } from '../../../src-core/spec/rules.ts';
import { NS_PER_S, type Ns } from '../../../src-core/units.ts';

export interface Outcome {
  /** As the user wrote it. */
  readonly file: string;
  readonly version: string;
  readonly title: string;
  readonly simulated: boolean;
  /** Entries that are missing. */
  readonly lost: number;
  /** A sentence; absent when the file is whole. */
  readonly damage?: string;
  /** From this severity on a finding counts; absent: none does. */
  readonly failOn?: Severity;
  readonly checked: CheckedCapture;
}

export type Format = (outcome: Outcome) => string;

export function seconds(ns: Ns): string {
  return `${(ns / NS_PER_S).toFixed(6)} s`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const RANK: Readonly<Record<Severity, number>> = { error: 3, warning: 2, note: 1 };

export function reaches(severity: Severity, failOn: Severity | undefined): boolean {
  return failOn !== undefined && RANK[severity] >= RANK[failOn];
}

/** `0.123456 s, message 12 (with 13, 14), stream 0`: where a finding is. */
export function placeOf(finding: {
  readonly atNs: Ns;
  readonly evidence: readonly number[];
  readonly streamId: number;
}): string {
  const [first, ...others] = finding.evidence;
  const message = first === undefined ? '' : `, message ${first}`;
  const more = others.length === 0 ? '' : ` (with ${others.join(', ')})`;
  const stream = finding.streamId < 0 ? '' : `, stream ${finding.streamId}`;
  return `${seconds(finding.atNs)}${message}${more}${stream}`;
}
