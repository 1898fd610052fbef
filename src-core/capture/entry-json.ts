/** Bodies of the rare kinds of entries: JSON, so that another reader needs no table for them. 64-bit numbers are
 *  `{"$n": "decimal"}`. What comes from a file is checked before it is believed. */
import * as v from 'valibot';
import { isRuleId, observedRule, type RuleId } from '../spec/rules.ts';
import type { EntryBody } from './entry.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function jsonBody(entry: EntryBody): Uint8Array {
  const text = JSON.stringify(entry, (_key, part: unknown) =>
    typeof part === 'bigint' ? { $n: part.toString() } : part,
  );
  return encoder.encode(text);
}

/** `undefined` when the text is no JSON or not of the shape that `kind` has. */
export function parseJsonBody(kind: string, body: Uint8Array): EntryBody | undefined {
  if (!Object.hasOwn(SHAPES, kind)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(body), reviveBigint);
  } catch {
    return undefined; // damaged: the reader counts it
  }
  const checked = v.safeParse(SHAPES[kind as keyof typeof SHAPES], value);
  return checked.success ? asMeant(checked.output as EntryBody) : undefined;
}

const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const direction = v.picklist(['output', 'input']);
const params = v.object({
  format: count,
  rate: count,
  channels: count,
  bufferBytes: count,
  periodBytes: count,
  features: count,
});
const address = v.bigint();
const setupStep = v.variant('what', [
  v.object({ what: v.literal('features'), offered: address, accepted: address }),
  v.object({ what: v.literal('status'), status: count }),
  v.object({
    what: v.literal('memory'),
    regions: v.array(v.object({ guestAddress: address, widthBytes: count })),
  }),
  v.object({
    what: v.literal('queue'),
    queue: count,
    size: count,
    packed: v.boolean(),
    descriptorArea: address,
    driverArea: address,
    deviceArea: address,
    availIdx: count,
  }),
  v.object({ what: v.literal('queue-stopped'), queue: count, availIdx: count }),
  v.object({
    what: v.literal('config-read'),
    offsetBytes: count,
    bytes: count,
    values: v.optional(v.array(count)),
  }),
  v.object({ what: v.literal('reset') }),
  v.object({ what: v.picklist(['attached', 'gone', 'note', 'watched']), detail: v.string() }),
  v.object({ what: v.literal('unheard'), streamId: v.number(), detail: v.string() }),
  v.object({ what: v.literal('offered'), offered: address }),
  v.object({ what: v.literal('config'), jacks: count, streams: count, chmaps: count }),
]);

const SHAPES = {
  track: v.object({
    kind: v.literal('track'),
    track: count,
    streamId: count,
    direction,
    params,
    comparesPosted: v.optional(v.boolean()),
  }),
  xrun: v.object({
    kind: v.literal('xrun'),
    streamId: count,
    track: count,
    side: v.picklist(['guest', 'host']),
    atFrame: count,
    missingFrames: count,
    silentFrames: v.optional(count),
  }),
  setup: v.object({ kind: v.literal('setup'), step: setupStep }),
  violation: v.object({
    kind: v.literal('violation'),
    popped: v.optional(count),
    violation: v.object({
      rule: v.custom<RuleId>((id) => typeof id === 'string' && isRuleId(id)),
      detail: v.string(),
      queue: v.optional(count),
      streamId: v.optional(count),
      grade: v.optional(v.picklist(['derived', 'assumed'])),
    }),
  }),
  forgotten: v.object({
    kind: v.literal('forgotten'),
    messages: count,
    pcmBytes: count,
    why: v.string(),
  }),
  dropped: v.object({
    kind: v.literal('dropped'),
    entries: count,
    pcmBytes: count,
    why: v.string(),
  }),
  sample: v.object({
    kind: v.literal('sample'),
    queue: count,
    takenIdx: count,
    usedIdx: count,
    inUse: count,
  }),
  mark: v.object({
    kind: v.literal('mark'),
    id: count,
    fromNs: count,
    toNs: count,
    text: v.string(),
    colour: count,
    removed: v.optional(v.boolean()),
  }),
} as const;

/** Rules that have got another id since they were recorded get it here. */
function asMeant(entry: EntryBody): EntryBody {
  if (entry.kind !== 'violation' || entry.violation.grade !== undefined) return entry;
  return { ...entry, violation: { ...entry.violation, rule: observedRule(entry.violation.rule) } };
}

function reviveBigint(_key: string, part: unknown): unknown {
  const tagged = part as { $n?: unknown } | null;
  if (tagged === null || typeof tagged !== 'object' || typeof tagged.$n !== 'string') return part;
  return BigInt(tagged.$n);
}
