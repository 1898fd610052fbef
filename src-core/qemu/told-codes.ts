/** Control requests that were gone when they were looked at, and the lines of a trace that say what they were. QEMU handles
 *  requests in the order in which it popped them, so that the first line is about the first request; times keep both in step where
 *  one of the two was missed. */
import { LIMITS } from '../limits.ts';
import { readLe32 } from '../spec/layout.ts';
import { requestKind } from '../spec/sound.ts';
import { NS_PER_MS, type Ns, type Seq } from '../units.ts';
import { isRequest } from './watched-streams.ts';

/** A control request as it was looked at. */
export interface LookedRequest {
  readonly popped: Seq;
  /** The looks between which it came. */
  readonly notBeforeNs: Ns;
  readonly seenNs: Ns;
  /** Its bytes, empty when they were gone. */
  readonly body: Uint8Array;
  /** It had been returned by then: the bytes may be another's. */
  readonly isStale: boolean;
}

/** What a trace says of a request; `streamId` is -1 where it names none. */
export interface ToldCode {
  readonly atNs: Ns;
  readonly code: number;
  readonly streamId: number;
}

/** A line that was found to be about a request. */
export interface MatchedCode extends ToldCode {
  /** The bytes that were read say the same. */
  readonly isAsRead: boolean;
}

/** Two clocks are compared, one of which is told in microseconds. */
const CLOCK_ERROR_NS = 2 * NS_PER_MS;
/** So long a request waits for its line. */
const WAIT_NS = 50 * NS_PER_MS;

export class ToldCodes {
  private readonly requests: LookedRequest[] = [];
  private readonly codes: ToldCode[] = [];
  private readonly onTold: (request: LookedRequest, told: MatchedCode) => void;

  /** `onTold`: this request, which was gone when it was looked at, was that. */
  constructor(onTold: (request: LookedRequest, told: MatchedCode) => void) {
    this.onTold = onTold;
  }

  add(request: LookedRequest): void {
    this.requests.push(request);
    if (this.requests.length > LIMITS.observedPayloads) this.requests.shift();
    this.match();
  }

  tell(told: ToldCode): void {
    this.codes.push(told);
    if (this.codes.length > LIMITS.observedPayloads) this.codes.shift();
    this.match();
  }

  /** What waited long enough is given up. */
  settle(nowNs: Ns): void {
    const old = nowNs - WAIT_NS;
    while ((this.requests[0]?.seenNs ?? Number.POSITIVE_INFINITY) < old) this.requests.shift();
    while ((this.codes[0]?.atNs ?? Number.POSITIVE_INFINITY) < old) this.codes.shift();
    this.match();
  }

  /** Whether a line may still say what this request was. */
  isWaiting(popped: Seq): boolean {
    return this.requests.some((request) => request.popped === popped);
  }

  /** The driver or the device began anew. */
  reset(): void {
    this.requests.length = 0;
    this.codes.length = 0;
  }

  private match(): void {
    for (let [request] = this.requests; request !== undefined; [request] = this.requests) {
      const place = this.placeOf(request);
      if (place === undefined) return;
      const told = place < 0 ? undefined : this.codes[place];
      this.codes.splice(0, place + 1);
      this.requests.shift();
      if (told === undefined || !request.isStale) continue;
      this.onTold(request, { ...told, isAsRead: isSaid(request.body, told) });
    }
  }

  /** Which of the codes is this request's; -1: none of them, and none to come; `undefined`: it may come yet. */
  private placeOf({ body, isStale, notBeforeNs, seenNs }: LookedRequest): number | undefined {
    const inTime = (told: ToldCode) =>
      told.atNs >= notBeforeNs - CLOCK_ERROR_NS &&
      (!isStale || told.atNs <= seenNs + CLOCK_ERROR_NS);
    const isKnown = !isStale && body.length >= 4;
    const place = this.codes.findIndex((told) => inTime(told) && (!isKnown || isSaid(body, told)));
    if (place >= 0) return place;
    const isOver = this.codes.some(({ atNs }) => isStale && atNs > seenNs + CLOCK_ERROR_NS);
    return isOver ? -1 : undefined;
  }
}

/** Whether the bytes say the same as the line. */
function isSaid(body: Uint8Array, { code, streamId }: ToldCode): boolean {
  if (body.length < 4 || readLe32(body, 0) !== code) return false;
  const hasStream = streamId >= 0 && requestKind(code)?.command !== undefined && isRequest(body);
  return !hasStream || readLe32(body, 4) === streamId;
}
