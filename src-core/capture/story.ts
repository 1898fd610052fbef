/** What happened beside the messages: stream states over time, set-up, findings, marks. Built from entries. */
import { LIMITS } from '../limits.ts';
import { type FindingGrade, type RuleId, ruleOf, type Severity } from '../spec/rules.ts';
import type { PcmCommand, StreamState } from '../spec/sound.ts';
import type { Bytes, Ns, QueueIndex, Seq } from '../units.ts';
import type { EntryBody, SetupStep } from './entry.ts';
import { Gaps } from './gaps.ts';
import { UserMarks } from './marks.ts';
import { letGoOf } from './thin.ts';

export interface StateChange {
  readonly streamId: number;
  readonly state: StreamState;
  readonly atNs: Ns;
}

export interface Finding {
  readonly seq: Seq;
  readonly rule: RuleId;
  readonly atNs: Ns;
  readonly detail: string;
  /** Message row; -1: none. */
  readonly row: number;
  readonly queue: QueueIndex;
  readonly streamId: number;
  readonly grade: FindingGrade;
  /** Rows of messages that show it, the culprit first. */
  readonly evidence: readonly number[];
}

export interface FindingTally {
  readonly rule: RuleId;
  count: number;
  firstNs: Ns;
  lastNs: Ns;
  readonly firstDetail: string;
  /** The first `LIMITS.violationsPerRule`. */
  readonly findings: Finding[];
}

export interface Mark {
  readonly atNs: Ns;
  readonly kind: 'violation' | 'xrun' | 'dropped' | 'reset';
  readonly severity: Severity;
  readonly text: string;
  readonly row: number;
}

export interface SetupEvent {
  readonly seq: Seq;
  readonly atNs: Ns;
  readonly step: SetupStep;
}

/** Lists that a guest can lengthen stop at this many; the tallies go on counting. */
const LIST_BOUND = 100 * LIMITS.violationsPerRule;

export class Story {
  readonly states: StateChange[] = [];
  readonly setup: SetupEvent[] = [];
  readonly marks: Mark[] = [];
  readonly gaps = new Gaps();
  /** What the user marked. */
  readonly userMarks = new UserMarks();
  readonly tallies = new Map<RuleId, FindingTally>();
  readonly severities = { error: 0, warning: 0, note: 0 };
  /** How often each transition was taken, by stream: `params>prepared`. */
  readonly transitions = new Map<number, Record<string, number>>();
  /** Commands that the lifecycle did not allow, by stream: `running>RELEASE`. */
  readonly refused = new Map<number, Record<string, number>>();
  lostEntries = 0;
  lostPcmBytes = 0;
  /** What was concluded from entries: a file may hold the same conclusions, appended when its session ended. */
  private readonly concluded = new Set<string>();

  add(seq: Seq, atNs: Ns, entry: EntryBody, row: number): void {
    switch (entry.kind) {
      case 'state':
        this.changed(atNs, entry);
        break;
      case 'setup':
        this.setUp({ seq, atNs, step: entry.step });
        break;
      case 'violation': {
        const { rule, detail, queue = -1, streamId = -1 } = entry.violation;
        const grade: FindingGrade = entry.violation.grade ?? 'observed';
        const evidence = row < 0 ? [] : [row];
        const finding = { seq, rule, atNs, detail, row, queue, streamId, grade, evidence };
        if (grade === 'observed') this.found(finding);
        else this.conclude(finding);
        break;
      }
      case 'xrun': {
        // the device records a violation beside it: here it is only marked
        const { streamId, missingFrames, atFrame, side, silentFrames } = entry;
        const dry =
          silentFrames === undefined
            ? `the sound server ran dry near frame ${atFrame} of stream ${streamId}`
            : `the sink put in ${silentFrames} frames of silence at frame ${atFrame} of stream ${streamId}`;
        const text =
          side === 'guest'
            ? `stream ${streamId} missed ${missingFrames} frames at frame ${atFrame}: no message was posted`
            : dry;
        this.mark({ atNs, kind: 'xrun', severity: 'warning', text, row });
        break;
      }
      case 'mark':
        this.userMarks.take(entry);
        break;
      case 'forgotten':
        this.mark({ atNs, kind: 'reset', severity: 'note', text: entry.why, row: -1 });
        break;
      case 'dropped':
        this.lostEntries += entry.entries;
        this.lostPcmBytes += entry.pcmBytes;
        this.mark({ atNs, kind: 'dropped', severity: 'warning', text: entry.why, row: -1 });
        // without a loss it tells a step: from here on less is kept, or all of it again
        if (entry.entries + entry.pcmBytes > 0) {
          this.gaps.begin('lost', atNs, entry.entries, entry.pcmBytes, entry.why);
        }
        break;
      default: // messages and PCM are not its business
        break;
    }
  }

  /** A stretch of the file could not be read. */
  hole(atNs: Ns, at: number, bytes: number, entries: number): void {
    this.lostEntries += entries;
    const lost = entries > 0 ? `; ${entries} entries are missing` : '';
    const text = `the file is damaged here: ${bytes} bytes from byte ${at} on could not be read${lost}`;
    this.mark({ atNs, kind: 'dropped', severity: 'warning', text, row: -1 });
    this.gaps.begin('hole', atNs, entries, 0, text);
  }

  /** Every entry, before what it says: `isKept` false where the bytes do not have it. */
  taken(atNs: Ns, isKept: boolean): void {
    if (!this.gaps.taken(atNs, isKept)) return;
    const text = 'the disk takes no more: from here on entries are not kept';
    this.mark({ atNs, kind: 'dropped', severity: 'warning', text, row: -1 });
  }

  /** PCM changed hands, `withheldBytes` of it without being kept. */
  moved(streamId: number, atNs: Ns, withheldBytes: Bytes): void {
    this.lostPcmBytes += withheldBytes;
    this.gaps.moved(streamId, atNs, withheldBytes);
  }

  /** Takes a finding that was not observed but follows from entries; false for one that is known already. */
  conclude(finding: Finding): boolean {
    const { rule, row, queue, streamId, detail } = finding;
    const key = row < 0 ? `${rule} ${queue} ${streamId} ${detail}` : `${rule} ${row}`;
    if (this.concluded.has(key)) return false;
    const kept = this.tallies.get(rule)?.findings.length ?? 0;
    if (kept < LIMITS.violationsPerRule) this.concluded.add(key);
    this.found(finding);
    return true;
  }

  refuse(streamId: number, command: PcmCommand): void {
    countIn(
      this.refused,
      streamId,
      `${this.stateAt(streamId, Number.POSITIVE_INFINITY)}>${command}`,
    );
  }

  stateAt(streamId: number, atNs: Ns): StreamState {
    const change = this.states.findLast(
      (known) => known.streamId === streamId && known.atNs <= atNs,
    );
    return change?.state ?? 'init';
  }

  private changed(atNs: Ns, entry: EntryBody & { kind: 'state' }): void {
    const { streamId, from, to } = entry;
    if (this.states.length < LIST_BOUND) this.states.push({ streamId, state: to, atNs });
    countIn(this.transitions, streamId, `${from}>${to}`);
  }

  private setUp(event: SetupEvent): void {
    if (this.setup.length < LIST_BOUND) this.setup.push(event);
    if (event.step.what === 'note') {
      const { detail } = event.step;
      const gone = letGoOf(detail);
      if (gone !== undefined) this.gaps.letGo(gone.fromNs, gone.toNs, gone.entries, detail);
    }
    if (event.step.what === 'reset') {
      const { atNs } = event;
      this.mark({ atNs, kind: 'reset', severity: 'note', text: 'device reset', row: -1 });
    }
  }

  private found(finding: Finding): void {
    const { rule, atNs, detail, row } = finding;
    const { severity } = ruleOf(rule);
    this.severities[severity]++;
    const tally = this.tallies.get(rule);
    if (tally === undefined) {
      const first = { rule, count: 1, firstNs: atNs, lastNs: atNs, firstDetail: detail };
      this.tallies.set(rule, { ...first, findings: [finding] });
    } else {
      tally.count++;
      tally.lastNs = atNs;
      if (tally.findings.length < LIMITS.violationsPerRule) tally.findings.push(finding);
    }
    this.mark({ atNs, kind: 'violation', severity, text: `${rule}: ${detail}`, row });
  }

  private mark(mark: Mark): void {
    if (this.marks.length < LIST_BOUND) this.marks.push(mark);
  }
}

function countIn(
  counts: Map<number, Record<string, number>>,
  streamId: number,
  name: string,
): void {
  const known = counts.get(streamId) ?? {};
  known[name] = (known[name] ?? 0) + 1;
  if (counts.size < LIMITS.streams || counts.has(streamId)) counts.set(streamId, known);
}
