/** The one vocabulary: what a message has, by name. The filter language, `ringside read`, columns and exports use these
 *  names and no others. Units: time in ns, rate in Hz. */
import { FORMATS, frameBytesOf, rateHzOf } from '../spec/formats.ts';
import { RULES } from '../spec/rules.ts';
import { CODE_NAMES, CONTROLQ, EVENTQ, RXQ, TXQ, VIRTIO_SND_S_OK } from '../spec/sound.ts';
import type { Ns } from '../units.ts';
import type { Block } from './column-scan.ts';
import {
  ABSENT,
  type EnumField,
  type EnumSymbol,
  type Field,
  head,
  number,
  perRun,
  stored,
  symbol,
  symbols,
} from './field.ts';
import { type FieldReader, fillRuns, fillThree, fillTwo, type Stored } from './field-reader.ts';
import { measuredBytes } from './measured-latency.ts';
import { momentFields, stageFields } from './stage-fields.ts';
import type { ValueSet } from './value-set.ts';

const IO = [TXQ, RXQ] as const;
/** Queues whose messages come back with a status. */
const ANSWERED = [CONTROLQ, TXQ, RXQ] as const;
const NOT_OK: ValueSet = [
  [1, VIRTIO_SND_S_OK - 1],
  [VIRTIO_SND_S_OK + 1, 0xffff],
];

const QUEUE_SYMBOLS: readonly EnumSymbol[] = [
  symbol(0, 'control', 'control requests, from the driver', 'controlq', 'ctl'),
  symbol(1, 'event', 'events, from the device', 'eventq'),
  symbol(2, 'tx', 'playback: PCM from the guest', 'txq'),
  symbol(3, 'rx', 'recording: PCM to the guest', 'rxq'),
];
const KIND_SYMBOLS = [
  symbol(0, 'request', 'a control request'),
  symbol(1, 'event', 'a buffer for an event, or the event in it'),
  symbol(2, 'write', 'PCM to be played'),
  symbol(3, 'read', 'room for recorded PCM'),
];
const DIRECTION_SYMBOLS = [
  symbol(2, 'output', 'playback', 'playback'),
  symbol(3, 'input', 'recording', 'capture'),
];
const SEVERITY_SYMBOLS = [
  symbol(1, 'note', 'worth knowing'),
  symbol(2, 'warning', 'may be heard, or may break elsewhere'),
  symbol(3, 'error', 'breaks the standard'),
];
const CODES = [...CODE_NAMES].filter(([code]) => code < VIRTIO_SND_S_OK);
const STATUSES = [...CODE_NAMES].filter(([code]) => code >= VIRTIO_SND_S_OK);

export const FIELDS: readonly Field[] = [
  stored('number', 'count', 'number of the `popped` entry: names the message', 'observed', {
    column: ({ seq }) => seq,
  }),
  stored('time', 'time', 'when the device popped it, since the capture began', 'observed', {
    column: ({ poppedNs }) => poppedNs,
  }),
  symbols('queue', QUEUE_SYMBOLS, 'virtqueue that it came over', 'observed', queueFrom(0)),
  symbols('kind', KIND_SYMBOLS, 'what it is for', 'derived', queueFrom(0)),
  symbols('direction', DIRECTION_SYMBOLS, 'which way its PCM goes', 'derived', queueFrom(2)),
  stored('stream', 'count', 'PCM stream that it names', 'observed', {
    column: ({ streamId }) => streamId,
    least: 0,
  }),
  symbols(
    'code',
    CODES.map(([code, name]) => symbol(code, shortName(name), name, name)),
    'code of the request or of the event',
    'observed',
    { column: ({ code }) => code, least: 1 },
  ),
  symbols(
    'status',
    STATUSES.map(([code, name]) => symbol(code, shortName(name), name, name)),
    'status that the device answered; absent until then',
    'observed',
    { column: ({ status }) => status, least: 1 },
  ),
  ...momentFields(),
  ...stageFields(),
  stored('head', 'count', 'head of its descriptor chain', 'observed', {
    column: ({ head }) => head,
  }),
  stored('bytes', 'bytes', 'PCM of an I/O message, or bytes of a control request', 'observed', {
    column: ({ payloadBytes }) => payloadBytes,
  }),
  stored('written', 'bytes', 'bytes that the device wrote, as the used ring says', 'observed', {
    column: ({ writtenBytes }) => writtenBytes,
  }),
  stored(
    'latency_bytes',
    'bytes',
    '`latency_bytes` of its status: what the device declared to be ahead of it',
    'observed',
    {
      column: ({ latencyBytes }) => latencyBytes,
      queues: IO,
      having: { column: ({ status }) => status, least: 1 },
    },
  ),
  number(
    'latency_measured',
    'bytes',
    'bytes that were ahead of it when it came back, queued and in the sink: to be compared with `latency_bytes`',
    'derived',
    fillMeasured,
  ),
  stored('frames', 'frames', 'frames of PCM that moved for it', 'derived', {
    column: ({ frames }) => frames,
    queues: IO,
  }),
  number(
    'frame',
    'frames',
    'its first frame, counted from the beginning of the run',
    'derived',
    fillTwo(
      ({ fromFrame }) => fromFrame,
      ({ track }) => track,
      (frame, track) => (track < 0 ? ABSENT : frame),
    ),
  ),
  stored(
    'track',
    'count',
    'the run of a stream that it belongs to, counted over all streams',
    'derived',
    {
      column: ({ track }) => track,
      least: 0,
    },
  ),
  perRun('run', 'count', 'the run, counted within its stream', 'derived', ({ run }) => run),
  {
    ...head('format', 'sample format of its run', 'observed'),
    kind: 'enum',
    symbols: FORMATS.map(({ id, name, significantBits }) =>
      symbol(id, name, `${significantBits} bits`, `VIRTIO_SND_PCM_FMT_${name}`),
    ),
    isOrdered: false,
    fill: fillRuns(({ params }) => params.format),
  },
  perRun(
    'rate',
    'rate',
    'frame rate of its run',
    'observed',
    ({ params }) => rateHzOf(params.rate) || ABSENT,
  ),
  perRun('channels', 'count', 'channels of its run', 'observed', ({ params }) => params.channels),
  perRun(
    'period_bytes',
    'bytes',
    '`period_bytes` of its run',
    'observed',
    ({ params }) => params.periodBytes,
  ),
  perRun(
    'buffer_bytes',
    'bytes',
    '`buffer_bytes` of its run',
    'observed',
    ({ params }) => params.bufferBytes,
  ),
  perRun('period', 'time', 'how long a period of its run lasts', 'derived', ({ params }) =>
    nsOfBytes(params, params.periodBytes),
  ),
  perRun('buffer', 'time', 'how long a buffer of its run lasts', 'derived', ({ params }) =>
    nsOfBytes(params, params.bufferBytes),
  ),
  {
    ...symbols('severity', SEVERITY_SYMBOLS, 'its worst finding', 'derived', {
      column: ({ severity }) => severity,
      least: 1,
    }),
    isOrdered: true,
  },
  {
    ...head('finding', 'rules that findings about it name', 'derived'),
    kind: 'texts',
    texts: (reader, row) => reader.rulesOf(row),
    within: { column: ({ severity }) => severity, least: 1 },
    known: Object.entries(RULES).map(([id, { asks }]) => ({ text: id, doc: asks })),
  },
  {
    ...head('problem', 'it has a finding, or a status other than OK', 'derived'),
    kind: 'boolean',
    fill: fillThree(
      ({ severity }) => severity,
      ({ queue }) => queue,
      ({ status }) => status,
      (severity, queue, status) =>
        severity > 0 || (queue !== EVENTQ && status > 0 && status !== VIRTIO_SND_S_OK) ? 1 : 0,
    ),
    anyOf: [
      { stored: { column: ({ severity }) => severity }, set: [[1, 0xff]] },
      { stored: { column: ({ status }) => status, queues: ANSWERED }, set: NOT_OK },
    ],
  },
  {
    ...head('returned', 'the device gave it back', 'derived'),
    kind: 'boolean',
    fill: fillTwo(
      ({ usedAfterNs }) => usedAfterNs,
      ({ queue }) => queue,
      (used) => (Number.isNaN(used) ? 0 : 1),
    ),
  },
];

/** Other names that are understood. */
const ALIASES: Readonly<Record<string, string>> = { 'stage.total': 'latency', total: 'latency' };

const BY_NAME = new Map(FIELDS.map((field) => [field.name, field]));

export function fieldNamed(name: string): Field | undefined {
  return BY_NAME.get(ALIASES[name] ?? name);
}

export const FIELD_NAMES: readonly string[] = [...BY_NAME.keys()];

/** The name of a value of an enumeration; its number where the standard has no name for it. */
export function symbolName(field: EnumField, value: number): string {
  const known = field.symbols.find((each) => each.value === value);
  return known?.name ?? `0x${value.toString(16).padStart(4, '0')}`;
}

function nsOfBytes(params: { format: number; channels: number; rate: number }, bytes: number): Ns {
  const bytesPerS = frameBytesOf(params) * rateHzOf(params.rate);
  return bytesPerS === 0 ? ABSENT : (bytes * 1e9) / bytesPerS;
}

function fillMeasured({ source }: FieldReader, { first, count }: Block, into: Float64Array): void {
  const { messages, tracks } = source;
  for (let place = 0; place < count; place++) {
    const row = first + place;
    into[place] = measuredBytes(messages, tracks[messages.track.get(row)], row);
  }
}

function queueFrom(least: number): Stored {
  return { column: ({ queue }) => queue, least };
}

/** `VIRTIO_SND_R_PCM_START` as `PCM_START`. */
function shortName(name: string): string {
  return name.replace(/^VIRTIO_SND_(R|EVT|S)_/, '');
}
