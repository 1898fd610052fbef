/** Two control messages, field by field, by the names of the standard. */
import type { Capture } from '../capture/capture.ts';
import { readField, readLe32, type Struct } from '../spec/layout.ts';
import { codeName, requestKind, SND_HDR } from '../spec/sound.ts';

export interface ControlMessage {
  readonly request: Uint8Array;
  /** Absent when it never came back. */
  readonly reply: Uint8Array | undefined;
}

interface FieldDifference {
  readonly field: string;
  readonly a: string;
  readonly b: string;
}

export function controlMessage(capture: Capture, row: number): ControlMessage {
  const { poppedAt, usedAt } = capture.messages;
  const popped = capture.entryAt(poppedAt.get(row));
  const used = capture.entryAt(usedAt.get(row));
  return {
    request: popped?.kind === 'popped' ? popped.body : new Uint8Array(0),
    reply: used?.kind === 'used' ? used.reply : undefined,
  };
}

/** The first field that differs; `undefined` when nothing does. */
export function controlDifference(
  a: ControlMessage | undefined,
  b: ControlMessage | undefined,
): FieldDifference | undefined {
  if (a === undefined || b === undefined) {
    const [inA, inB] = [a, b].map((one) => (one === undefined ? 'absent' : nameOf(one)));
    return { field: 'request', a: inA ?? '', b: inB ?? '' };
  }
  if (nameOf(a) !== nameOf(b)) return { field: 'code', a: nameOf(a), b: nameOf(b) };
  const kind = requestKind(codeOf(a.request));
  const asked =
    kind === undefined ? undefined : fieldDifference(kind.request, a.request, b.request);
  const request = asked ?? bytesDifference('request', a.request, b.request);
  if (request !== undefined) return request;
  const [one, other] = [a.reply, b.reply];
  if (one === undefined || other === undefined) {
    if (one === other) return undefined;
    const [inA, inB] = [one, other].map((reply) =>
      reply === undefined ? 'none' : statusOf(reply),
    );
    return { field: 'answer', a: inA ?? '', b: inB ?? '' };
  }
  if (statusOf(one) !== statusOf(other)) {
    return { field: 'status', a: statusOf(one), b: statusOf(other) };
  }
  const records =
    kind?.record === undefined ? undefined : recordDifference(kind.record, one, other);
  return records ?? bytesDifference('answer', one, other);
}

/** Of the records behind the header of an answer. */
function recordDifference(
  record: Struct<unknown>,
  a: Uint8Array,
  b: Uint8Array,
): FieldDifference | undefined {
  const { widthBytes } = record;
  const end = Math.min(a.length, b.length);
  for (let at = SND_HDR.widthBytes, item = 0; at + widthBytes <= end; at += widthBytes, item++) {
    const found = fieldDifference(record, a.subarray(at), b.subarray(at));
    if (found !== undefined) return { ...found, field: `answer[${item}].${found.field}` };
  }
  return undefined;
}

function fieldDifference(
  struct: Struct<unknown>,
  a: Uint8Array,
  b: Uint8Array,
): FieldDifference | undefined {
  if (a.length < struct.widthBytes || b.length < struct.widthBytes) return undefined;
  for (const field of struct.fields) {
    const [one, other] = [a, b].map((bytes) => textOf(readField(bytes, 0, field)));
    if (one !== undefined && other !== undefined && one !== other) {
      return { field: field.name, a: one, b: other };
    }
  }
  return undefined;
}

function bytesDifference(field: string, a: Uint8Array, b: Uint8Array): FieldDifference | undefined {
  if (a.length !== b.length) {
    return { field: `${field} length`, a: `${a.length} bytes`, b: `${b.length} bytes` };
  }
  const at = a.findIndex((byte, place) => byte !== b[place]);
  if (at < 0) return undefined;
  return { field: `${field} byte ${at}`, a: textOf(a[at] ?? 0), b: textOf(b[at] ?? 0) };
}

function textOf(value: number | bigint | Uint8Array): string {
  return value instanceof Uint8Array ? [...value].join(' ') : String(value);
}

function codeOf(bytes: Uint8Array): number {
  return bytes.length >= 4 ? readLe32(bytes, 0) : -1;
}

function nameOf({ request }: ControlMessage): string {
  const code = codeOf(request);
  return code < 0 ? `${request.length} bytes` : codeName(code);
}

function statusOf(reply: Uint8Array): string {
  const code = codeOf(reply);
  return code < 0 ? `${reply.length} bytes` : codeName(code);
}
