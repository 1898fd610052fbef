/** Payloads on their way to the streams whose they are. Each belongs to the run that was on when its message was posted, and its place
 *  in it follows from all that went before. So a payload waits until the requests before it are known, which may take a line of
 *  the trace; and what of it was played is known by its status, or where that is over, because nothing has stopped the stream. */
import { type Direction, VIRTIO_SND_S_OK } from '../spec/sound.ts';
import type { Bytes, Ns } from '../units.ts';
import type { PcmAnswer, QueueWatch, WatchedPayload } from './queue-watch.ts';
import type { RunPlace } from './run-place.ts';
import type { WatchedRequests } from './watched-requests.ts';
import { isUnbegun, type WatchedStream, type WatchedStreams } from './watched-streams.ts';

/** A payload as its stream takes it. */
export interface OrderedPayload extends WatchedPayload {
  /** Of its bytes, those that count. */
  readonly playedBytes: Bytes;
  /** They are known to be so many, and to be of this run. */
  readonly isCounted: boolean;
  readonly atNs: Ns;
  /** It did not come before that. */
  readonly notBeforeNs: Ns;
}

interface Waiting {
  /** Absent: nobody knows what it was. */
  readonly payload?: WatchedPayload;
  readonly direction: Direction;
  readonly place: RunPlace;
  readonly atNs: Ns;
  readonly notBeforeNs: Ns;
  isSteady: boolean;
  /** Requests that were answered by the end of the look that told of it. */
  through: number;
}

export interface OrderOptions {
  readonly streams: WatchedStreams;
  readonly requests: WatchedRequests;
  /** `latency_bytes` of a tx status counts what of its own message was not played (QEMU before 11). */
  readonly tellsUnplayed: boolean;
  readonly onPayload: (payload: OrderedPayload) => void;
}

/** States in which a device returns what it did not play. */
const RETURNS_UNPLAYED: readonly string[] = ['stopped', 'released', 'params'];

export class PayloadOrder {
  private readonly options: OrderOptions;
  private waiting: Waiting[] = [];
  /** Of the look that goes on. */
  private fresh: Waiting[] = [];
  private harmful = 0;
  /** Nothing was under way when the last look ended that may stop a stream. */
  private wasSettled = false;

  constructor(options: OrderOptions) {
    this.options = options;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** `payload` is missing where nobody knows what came back. */
  add(
    what: { readonly payload?: WatchedPayload; readonly place: RunPlace },
    direction: Direction,
    atNs: Ns,
    notBeforeNs: Ns,
  ): void {
    const waiting = { ...what, direction, atNs, notBeforeNs, isSteady: false, through: 0 };
    this.fresh.push(waiting);
    this.waiting.push(waiting);
  }

  /** All queues were looked at, control first and last, where it is watched. */
  settle(control: QueueWatch | undefined): void {
    const { requests } = this.options;
    const isSteady = this.wasSettled && control?.harmful === this.harmful;
    for (const waiting of this.fresh.splice(0)) {
      waiting.isSteady = isSteady;
      waiting.through = requests.count;
    }
    this.deliver();
    this.harmful = control?.harmful ?? 0;
  }

  /** Requests were taken: whether all were. */
  settled(control: QueueWatch | undefined): void {
    this.deliver();
    const isIdle = control !== undefined && control.observer.inFlight().length === 0;
    this.wasSettled = isIdle && this.options.requests.isDecided;
  }

  /** Hands on what waits for no request any more. */
  deliver(): void {
    const { taken } = this.options.streams;
    if (this.waiting.length === 0) return;
    const due = this.waiting.filter(({ place }) => place.from <= taken);
    this.waiting = this.waiting.filter(({ place }) => place.from > taken);
    for (const each of due) this.hand(each);
  }

  private hand(waiting: Waiting): void {
    const { payload, place, direction, atNs, notBeforeNs } = waiting;
    // Of which runs it may be.
    const through = place.isSplit ? waiting.through : place.from;
    const { streams, onPayload } = this.options;
    const stream = payload && streams.all[payload.streamId];
    const played = payload && stream && this.playedPart(payload, stream, waiting.isSteady);
    const isSure = played?.isSure === true && !place.isSplit;
    const isCounted = isSure && payload?.isWhole === true;
    if (payload !== undefined && played !== undefined && stream !== undefined) {
      // Frames are counted from the first payload of which all is known.
      const playedBytes = isCounted || !isUnbegun(stream) ? played.bytes : 0;
      onPayload({ ...payload, playedBytes, isCounted, atNs, notBeforeNs });
    }
    // Whose it is, is as little known as what it is.
    if (payload?.isWhole !== true) streams.unplace(through, direction);
    else if (!isSure && stream !== undefined && !isUnbegun(stream)) {
      stream.unplacedThrough = Math.max(stream.unplacedThrough, through);
    }
  }

  private playedPart(payload: WatchedPayload, stream: WatchedStream, isSteady: boolean) {
    const { pcm, answer, isWhole } = payload;
    const all = pcm.length;
    if (stream.direction === 'input') return { bytes: all, isSure: true };
    const told = isWhole ? this.toldPart(all, answer) : undefined;
    if (told !== undefined && answer?.isOwn === true) return { bytes: told, isSure: true };
    if (isSteady && !RETURNS_UNPLAYED.includes(stream.state)) return { bytes: all, isSure: true };
    return { bytes: told ?? all, isSure: false };
  }

  /** What a status says was played of a payload of so many bytes. */
  private toldPart(bytes: Bytes, answer: PcmAnswer | undefined): Bytes | undefined {
    if (answer === undefined) return undefined;
    if (answer.status !== VIRTIO_SND_S_OK) return 0;
    const tells = this.options.tellsUnplayed && answer.latencyBytes <= bytes;
    return tells ? bytes - answer.latencyBytes : undefined;
  }
}
