/** Two captures side by side: aligned by stream, run, control sequence and frame number, never by clock. What differs by
 *  time alone (when messages came, how long they took, latency_bytes) is no difference; the distributions of the stages
 *  are there to be compared by eye. */
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import { formatName, frameBytesOf, rateHzOf } from '../spec/formats.ts';
import type { RuleId } from '../spec/rules.ts';
import { CONTROLQ, codeName, VIRTIO_SND_S_OK } from '../spec/sound.ts';
import type { Frames } from '../units.ts';
import { type ControlMessage, controlDifference, controlMessage } from './control-diff.ts';
import { trackReader } from './pcm-reader.ts';
import { firstUnequal } from './pcm-scan.ts';

/** The first place at which two sequences differ. */
export interface CaptureDifference {
  /** `control queue`, `stream 0, run 1`. */
  readonly where: string;
  /** Which message of that sequence, from 0; the frame where it is about sound. */
  readonly message?: number;
  readonly frame?: Frames;
  readonly field: string;
  readonly a: string;
  readonly b: string;
  /** Rows of the message in both captures; -1: there is none. */
  readonly rowA: number;
  readonly rowB: number;
}

export interface FindingsDifference {
  readonly rule: RuleId;
  readonly a: number;
  readonly b: number;
}

export interface CaptureDiff {
  readonly same: boolean;
  /** The first difference of each sequence that has one: the control queue's, then each run's, its sound last. */
  readonly differences: readonly CaptureDifference[];
  /** Rules that were broken in one of them only, or more often. */
  readonly findings: readonly FindingsDifference[];
}

export function diffCaptures(a: Capture, b: Capture): CaptureDiff {
  const differences = [...controlDifferences(a, b), ...runDifferences(a, b)];
  const findings = findingsDifferences(a, b);
  const isGained = findings.some((finding) => finding.a === 0 || finding.b === 0);
  return { same: differences.length === 0 && !isGained, differences, findings };
}

function controlDifferences(a: Capture, b: Capture): CaptureDifference[] {
  const [rowsA, rowsB] = [controlRows(a), controlRows(b)];
  const count = Math.max(rowsA.length, rowsB.length);
  for (let place = 0; place < count; place++) {
    const rowA = rowsA[place] ?? -1;
    const rowB = rowsB[place] ?? -1;
    const one = messageAt(a, rowA);
    const other = messageAt(b, rowB);
    const found = controlDifference(one, other);
    if (found === undefined) continue;
    return [{ where: 'control queue', message: place, ...found, rowA, rowB }];
  }
  return [];
}

function controlRows({ messages }: Capture): number[] {
  const rows: number[] = [];
  for (let row = 0; row < messages.rows; row++) {
    if (messages.queue.get(row) === CONTROLQ) rows.push(row);
  }
  return rows;
}

function messageAt(capture: Capture, row: number): ControlMessage | undefined {
  return row < 0 ? undefined : controlMessage(capture, row);
}

function runDifferences(a: Capture, b: Capture): CaptureDifference[] {
  const rowsA = rowsByTrack(a);
  const rowsB = rowsByTrack(b);
  const keys = [...new Set([...a.tracks, ...b.tracks].map(keyOf))].sort();
  return keys.flatMap((key) => {
    const one = a.tracks.find((track) => keyOf(track) === key);
    const other = b.tracks.find((track) => keyOf(track) === key);
    const where = `stream ${(one ?? other)?.streamId}, run ${(one ?? other)?.run}`;
    if (one === undefined || other === undefined) {
      const [inA, inB] = [one, other].map((track) => (track === undefined ? 'absent' : 'there'));
      return [{ where, field: 'run', a: inA ?? '', b: inB ?? '', rowA: -1, rowB: -1 }];
    }
    const unlike = paramsDifference(one, other, where);
    if (unlike !== undefined) return [unlike];
    const messages = messageDifference(
      { capture: a, rows: rowsA.get(one.track) ?? [] },
      { capture: b, rows: rowsB.get(other.track) ?? [] },
      where,
    );
    const sound = soundDifference({ capture: a, track: one }, { capture: b, track: other }, where);
    return [messages, sound].flatMap((found) => found ?? []);
  });
}

function keyOf({ streamId, run }: Track): string {
  return `${String(streamId).padStart(5, '0')} ${String(run).padStart(9, '0')}`;
}

/** Rows of I/O messages that carried sound, by the track that they belong to. */
function rowsByTrack({ messages }: Capture): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < messages.rows; row++) {
    const track = messages.track.get(row);
    if (track < 0) continue;
    const known = rows.get(track);
    if (known === undefined) rows.set(track, [row]);
    else known.push(row);
  }
  return rows;
}

function paramsDifference(one: Track, other: Track, where: string): CaptureDifference | undefined {
  const told = [one, other].map(({ direction, params }) => ({
    direction,
    format: formatName(params.format),
    rate: `${rateHzOf(params.rate)} Hz`,
    channels: String(params.channels),
    buffer_bytes: String(params.bufferBytes),
    period_bytes: String(params.periodBytes),
    features: `0x${params.features.toString(16)}`,
  }));
  const [a, b] = told;
  if (a === undefined || b === undefined) return undefined;
  const field = (Object.keys(a) as (keyof typeof a)[]).find((key) => a[key] !== b[key]);
  return field === undefined
    ? undefined
    : { where, field, a: a[field], b: b[field], rowA: -1, rowB: -1 };
}

interface Run {
  readonly capture: Capture;
  readonly rows: readonly number[];
}

function messageDifference(a: Run, b: Run, where: string): CaptureDifference | undefined {
  const count = Math.min(a.rows.length, b.rows.length);
  for (let message = 0; message < count; message++) {
    const rowA = a.rows[message] ?? -1;
    const rowB = b.rows[message] ?? -1;
    const one = ioFields(a.capture, rowA);
    const other = ioFields(b.capture, rowB);
    const place = one.findIndex(([, value], at) => value !== other[at]?.[1]);
    const [field, inA] = one[place] ?? [];
    if (field === undefined || inA === undefined) continue;
    const inB = other[place]?.[1] ?? '';
    return { where, message, field, a: inA, b: inB, rowA, rowB };
  }
  if (a.rows.length === b.rows.length) return undefined;
  return {
    where,
    message: count,
    field: 'messages',
    a: String(a.rows.length),
    b: String(b.rows.length),
    rowA: a.rows[count] ?? -1,
    rowB: b.rows[count] ?? -1,
  };
}

function ioFields({ messages }: Capture, row: number): (readonly [string, string])[] {
  const status = messages.status.get(row);
  return [
    ['payload', `${messages.payloadBytes.get(row)} bytes`],
    ['from_frame', String(messages.fromFrame.get(row))],
    ['frames', String(messages.frames.get(row))],
    ['status', status === VIRTIO_SND_S_OK ? 'OK' : codeName(status)],
    ['used.len', `${messages.writtenBytes.get(row)} bytes`],
  ];
}

interface Heard {
  readonly capture: Capture;
  readonly track: Track;
}

/** The first frame of both that is not the same. How long each lasts is told of its messages already. */
function soundDifference(a: Heard, b: Heard, where: string): CaptureDifference | undefined {
  if (frameBytesOf(a.track.params) === 0) return undefined;
  const one = trackReader(a.capture, a.track, 'consumed');
  const other = trackReader(b.capture, b.track, 'consumed');
  const frames = Math.min(one.frames, other.frames);
  const found = firstUnequal({ ...one, frames }, { ...other, frames }, 0);
  if (found.kind === 'equal') return undefined;
  const { frame } = found;
  return {
    where,
    frame,
    field: found.kind === 'lost' ? 'pcm (not in the capture)' : 'pcm',
    a: hex(one.read(frame, 1)),
    b: hex(other.read(frame, 1)),
    rowA: rowAt(a.track, frame),
    rowB: rowAt(b.track, frame),
  };
}

function rowAt(track: Track, frame: Frames): number {
  const place = track.placeOf(frame);
  return place < track.segments ? track.segment(place).row : -1;
}

function hex(bytes: Uint8Array): string {
  return bytes.length === 0
    ? 'nothing'
    : [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function findingsDifferences(a: Capture, b: Capture): FindingsDifference[] {
  const [one, other] = [a.story.tallies, b.story.tallies];
  const rules = [...new Set([...one.keys(), ...other.keys()])].sort();
  return rules.flatMap((rule) => {
    const counts = { a: one.get(rule)?.count ?? 0, b: other.get(rule)?.count ?? 0 };
    return counts.a === counts.b ? [] : [{ rule, ...counts }];
  });
}
