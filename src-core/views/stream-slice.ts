/** What the streams panel shows of each stream: state, parameters, where the buffer is, what the lifecycle has seen. From the
 *  device while there is one, from the capture alone otherwise. */
import type { Capture } from '../capture/capture.ts';
import type { StreamStatus } from '../contract-data.ts';
import { frameBytesOf, type StreamParams } from '../spec/formats.ts';
import { readLe32 } from '../spec/layout.ts';
import {
  type Direction,
  PCM_INFO,
  type StreamState,
  VIRTIO_SND_D_INPUT,
  VIRTIO_SND_R_PCM_INFO,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import type { Frames, TrackId } from '../units.ts';
import { openMessages, tracedDirections, tracedRuns } from './traced-streams.ts';

/** A guest that goes takes the streams' states with it within this time. */
const WIPE_NS = 1e8;

/** What the device knows of a stream at this moment; `device/stream.ts` gives it. */
export interface LiveStream {
  readonly streamId: number;
  readonly direction: Direction;
  readonly state: StreamState;
  readonly params?: StreamParams | undefined;
  readonly track?: TrackId | undefined;
  readonly pendingFrames: Frames;
  readonly pendingMessages: number;
  readonly delayFrames: Frames;
  readonly movedFrames: Frames;
}

/** What a stream offers. */
export interface Offer {
  readonly direction: Direction;
  readonly formats: readonly number[];
  readonly rates: readonly number[];
  readonly channelsMin: number;
  readonly channelsMax: number;
}

export function streamStatuses(
  capture: Capture,
  live: readonly LiveStream[] | undefined,
  offers: readonly Offer[],
): StreamStatus[] {
  const known = live ?? offers.map((offer, streamId) => recordedStream(capture, offer, streamId));
  return known.map((stream) => {
    const { streamId, params } = stream;
    const tracks = capture.tracks.filter((track) => track.streamId === streamId);
    const offer = offers[streamId];
    const isTraced = capture.facts.trace !== undefined;
    const runs = isTraced ? tracedRuns(capture, streamId) : tracks;
    return {
      streamId,
      direction: stream.direction,
      state: stream.state,
      ...(params === undefined ? {} : { params }),
      ...(stream.track === undefined ? {} : { track: stream.track }),
      runs: runs.length,
      guestFrames: guestFrames(stream),
      deviceFrames: stream.pendingFrames,
      deviceMessages: isTraced ? openMessages(capture, streamId) : stream.pendingMessages,
      sinkFrames: stream.delayFrames,
      movedFrames: stream.movedFrames,
      underruns: runs.reduce((sum, run) => sum + run.underruns, 0),
      transitions: capture.story.transitions.get(streamId) ?? {},
      refused: capture.story.refused.get(streamId) ?? {},
      formats: offer?.formats ?? [],
      rates: offer?.rates ?? [],
      channelsMin: offer?.channelsMin ?? 0,
      channelsMax: offer?.channelsMax ?? 0,
    };
  });
}

/** What the streams of a recorded session offered, read from the last whole answer to PCM_INFO. Spec: 5.14.6.6.2 */
export function recordedOffers(capture: Capture): Offer[] {
  if (capture.facts.trace !== undefined) return tracedOffers(capture);
  const { messages } = capture;
  const offers: Offer[] = [];
  for (let row = 0; row < Math.min(messages.rows, 10_000); row++) {
    const isAnswer = messages.status.get(row) === VIRTIO_SND_S_OK;
    if (messages.code.get(row) !== VIRTIO_SND_R_PCM_INFO || !isAnswer) continue;
    const asked = capture.entryAt(messages.poppedAt.get(row));
    const answer = capture.entryAt(messages.usedAt.get(row));
    if (asked?.kind !== 'popped' || answer?.kind !== 'used') continue;
    const startId = readLe32(asked.body, 4);
    const strideBytes = Math.max(readLe32(asked.body, 12), 1);
    for (let at = 4, id = startId; id < 64; at += strideBytes, id++) {
      const info = PCM_INFO.read(answer.reply, at);
      if (info === undefined) break;
      offers[id] = {
        direction: info.direction === VIRTIO_SND_D_INPUT ? 'input' : 'output',
        formats: bitsOf(info.formats),
        rates: bitsOf(info.rates),
        channelsMin: info.channelsMin,
        channelsMax: info.channelsMax,
      };
    }
  }
  return withTracks(capture, offers);
}

/** A trace names no formats. */
function tracedOffers(capture: Capture): Offer[] {
  const nothing = { formats: [], rates: [], channelsMin: 0, channelsMax: 0 };
  return tracedDirections(capture).map((direction) => ({ direction, ...nothing }));
}

/** Streams that moved PCM though no PCM_INFO was seen: the capture may have begun later. */
function withTracks(capture: Capture, offers: Offer[]): Offer[] {
  for (const { streamId, direction } of capture.tracks) {
    offers[streamId] ??= { direction, formats: [], rates: [], channelsMin: 0, channelsMax: 0 };
  }
  const nothing = { formats: [], rates: [], channelsMin: 0, channelsMax: 0 };
  return Array.from(offers, (offer) => offer ?? { direction: 'output', ...nothing });
}

function recordedStream(capture: Capture, offer: Offer, streamId: number): LiveStream {
  const track = capture.tracks.findLast((known) => known.streamId === streamId);
  return {
    streamId,
    direction: offer.direction,
    state: lastState(capture, streamId),
    params: track?.params,
    track: track?.track,
    pendingFrames: 0,
    pendingMessages: 0,
    delayFrames: 0,
    movedFrames: track?.frames ?? 0,
  };
}

/** The state that the session ended in: what came of a guest that went away is not what one wants to look at. */
function lastState(capture: Capture, streamId: number): StreamState {
  const { setup, states } = capture.story;
  const end = setup.findLast(({ step }) => step.what === 'attached' || step.what === 'gone');
  const goneNs = end?.step.what === 'gone' ? end.atNs : Number.POSITIVE_INFINITY;
  const changes = states.filter((change) => change.streamId === streamId);
  const last = changes.at(-1);
  const isWiped = last?.state === 'init' && last.atNs >= goneNs - WIPE_NS;
  return (isWiped ? changes.at(-2) : last)?.state ?? 'init';
}

/** What of the stream's buffer is not posted: the guest's application may be filling it, or it is empty. */
function guestFrames(stream: LiveStream): Frames {
  const frameBytes = stream.params === undefined ? 0 : frameBytesOf(stream.params);
  if (stream.params === undefined || frameBytes === 0) return 0;
  return Math.max(0, Math.floor(stream.params.bufferBytes / frameBytes) - stream.pendingFrames);
}

function bitsOf(set: bigint): number[] {
  const bits: number[] = [];
  for (let bit = 0; bit < 64; bit++) if ((set >> BigInt(bit)) & 1n) bits.push(bit);
  return bits;
}
