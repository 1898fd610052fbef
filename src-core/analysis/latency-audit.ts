/** Audit of `latency_bytes`: what the device declares against the bytes that were measured ahead, under each interpretation
 *  that devices use. The standard says "current device latency" and no more. Spec: 5.14.6.8 (virtio_snd_pcm_status) */
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import type { LatencyAudit, LatencyInterpretation } from '../contract-latency.ts';
import { VIRTIO_SND_S_OK } from '../spec/sound.ts';
import type { Bytes } from '../units.ts';
import { queuedBytes, sinkBytes } from './measured-latency.ts';
import { queueOf, trackRateHz } from './ownership.ts';
import { medianOf } from './pace.ts';

/** Messages of a stream that are compared: evenly taken from all of them. */
const COMPARED = 2000;
const ROWS_LOOKED_AT = 200_000;
const TELLING_LEAST = 10;
const FOLLOWS_FROM = 0.6;

interface Compared {
  readonly declared: Bytes;
  /** By interpretation; `undefined` where it was not measured. */
  readonly expected: readonly (Bytes | undefined)[];
}

interface Row {
  readonly id: LatencyInterpretation;
  readonly name: string;
  readonly meaning: string;
}

export const INTERPRETATIONS: readonly Row[] = [
  {
    id: 'zero',
    name: 'zero',
    meaning: 'what is left of this very message: QEMU to 10.2 (0 on every normal return)',
  },
  {
    id: 'queued',
    name: 'all queued',
    meaning: 'bytes still queued on the stream behind this message: QEMU 11',
  },
  {
    id: 'queued-and-sink',
    name: 'queued and sink',
    meaning: 'bytes queued behind this message and what the sink still holds: Ringside',
  },
  { id: 'sink', name: 'host buffer', meaning: 'what the host’s audio buffer holds: crosvm' },
  {
    id: 'payload',
    name: 'payload',
    meaning: 'the length of the message that came back: vhost-device-sound',
  },
  {
    id: 'payload-short',
    name: 'payload less 4',
    meaning: 'the same without its last four bytes, which vhost-device-sound loses',
  },
  { id: 'buffer', name: 'whole buffer', meaning: 'buffer_bytes, whatever is in it' },
];

/** Of every output stream that has returned messages; its runs together. */
export function latencyAudits(capture: Capture): readonly LatencyAudit[] {
  const streams = new Set(
    capture.tracks.flatMap((track) => (track.direction === 'output' ? [track.streamId] : [])),
  );
  return [...streams]
    .sort((a, b) => a - b)
    .map((streamId) => auditOf(streamId, comparedOf(capture, streamId)));
}

function comparedOf(capture: Capture, streamId: number): Compared[] {
  const { messages } = capture;
  const rows: number[] = [];
  const first = Math.max(0, messages.rows - ROWS_LOOKED_AT);
  for (let row = first; row < messages.rows; row++) {
    const track = capture.tracks[messages.track.get(row)];
    if (track?.streamId !== streamId || messages.queue.get(row) !== queueOf(track)) continue;
    const isWhole = messages.frames.get(row) * track.frameBytes >= messages.payloadBytes.get(row);
    if (isWhole && messages.status.get(row) === VIRTIO_SND_S_OK) rows.push(row);
  }
  const step = Math.max(1, Math.ceil(rows.length / COMPARED));
  const compared: Compared[] = [];
  for (let place = 0; place < rows.length; place += step) {
    const row = rows[place] ?? 0;
    const track = capture.tracks[messages.track.get(row)];
    if (track !== undefined) compared.push(compare(capture, track, row));
  }
  return compared;
}

function compare(capture: Capture, track: Track, row: number): Compared {
  const { messages } = capture;
  const queued = queuedBytes(messages, track, row);
  const sink = sinkBytes(messages, track, row);
  const payload = messages.payloadBytes.get(row);
  return {
    declared: messages.latencyBytes.get(row),
    expected: [
      ...[0, queued, sink === undefined ? undefined : queued + sink, sink],
      ...[payload, payload - 4, track.params.bufferBytes],
    ],
  };
}

function auditOf(streamId: number, compared: readonly Compared[]): LatencyAudit {
  const telling = compared.filter(isTelling);
  const interpretations = INTERPRETATIONS.map((row, place) => {
    const errors: number[] = [];
    let matches = 0;
    for (const { declared, expected } of telling) {
      const bytes = expected[place];
      if (bytes === undefined) continue;
      errors.push(Math.abs(declared - bytes));
      if (declared === bytes) matches++;
    }
    return {
      ...row,
      matches,
      medianErrorBytes: medianOf(errors),
      maxErrorBytes: errors.reduce(
        (most, error) => Math.max(most, error),
        Number.NEGATIVE_INFINITY,
      ),
    };
  });
  const ranked = [...interpretations].sort((a, b) => b.matches - a.matches);
  const [best, next] = ranked;
  const count = telling.length;
  const isEnough = count >= TELLING_LEAST && best !== undefined;
  const share = isEnough ? best.matches / count : 0;
  const follows = share >= FOLLOWS_FROM && best !== undefined ? best.id : 'none';
  const confidence = follows === 'none' ? 0 : share - (next?.matches ?? 0) / count;
  const declared = compared.map((one) => one.declared);
  return {
    ...{ streamId, count: compared.length, telling: count, follows, confidence, interpretations },
    sentence: sentenceOf(streamId, { count, follows, share, confidence, best, declared }),
    declaredMinBytes: declared.reduce((least, bytes) => Math.min(least, bytes), Infinity),
    declaredMaxBytes: declared.reduce((most, bytes) => Math.max(most, bytes), -Infinity),
    declaredMedianBytes: medianOf(declared),
  };
}

/** Interpretations differ here: a message behind which nothing is queued proves nothing. */
function isTelling({ expected }: Compared): boolean {
  const [zero, queued] = expected;
  return queued !== zero;
}

function sentenceOf(
  streamId: number,
  found: {
    count: number;
    follows: LatencyInterpretation | 'none';
    share: number;
    confidence: number;
    best: Row | undefined;
    declared: readonly number[];
  },
): string {
  const { count, follows, share, confidence, best, declared } = found;
  if (count < TELLING_LEAST) {
    return `Stream ${streamId}: only ${count} messages came back with something queued behind them; too few to tell.`;
  }
  if (follows === 'none' || best === undefined) {
    const isConstant = new Set(declared).size === 1;
    const what = isConstant ? `always ${declared[0]} bytes` : 'different from all of them';
    return `Stream ${streamId}: latency_bytes follows no known interpretation; it is ${what}.`;
  }
  const percent = `${(share * 100).toFixed(0)} %`;
  const rest = confidence < 0.2 ? ', but another one explains nearly as much' : '';
  return `Stream ${streamId}: latency_bytes follows "${best.name}" in ${percent} of ${count} telling messages${rest}.`;
}

/** Declared latency in time, for people. */
export function latencyNs(track: Track, bytes: Bytes): number {
  const rateHz = trackRateHz(track);
  return rateHz > 0 ? (bytes / track.frameBytes / rateHz) * 1e9 : Number.NaN;
}
