/** The control requests of a watched device, in the order in which they were answered: each changes its stream. One that was gone
 *  when it was looked at waits a moment for the line of a trace that says what it was. */
import type { EntryBody } from '../capture/entry.ts';
import { emptiedChain } from '../queue/chain-bytes.ts';
import type { Grade } from '../spec/grades.ts';
import { readLe32 } from '../spec/layout.ts';
import { requestKind } from '../spec/sound.ts';
import type { Ns, Seq } from '../units.ts';
import type { EntryWindow } from './entry-window.ts';
import { type LookedRequest, type MatchedCode, type ToldCode, ToldCodes } from './told-codes.ts';
import { changesRun, isRequest, type WatchedStreams } from './watched-streams.ts';

/** A request that came back. */
export interface AnsweredRequest {
  readonly popped: Seq;
  readonly body: Uint8Array;
  /** Absent: the answer could not be read. */
  readonly status: number | undefined;
  readonly isStale: boolean;
  /** `body` is its own: no other request had its memory when that was read. */
  readonly isOwn: boolean;
}

/** Stands for requests of which nothing is known. */
const NOBODY_SAW: AnsweredRequest = {
  ...{ popped: -1, body: new Uint8Array(), status: undefined },
  ...{ isStale: true, isOwn: false },
};

export class WatchedRequests {
  private readonly streams: WatchedStreams;
  private readonly window: EntryWindow;
  private readonly onCommand: (streamId: number) => void;
  private readonly codes = new ToldCodes((request, told) => this.told.set(request.popped, told));
  private readonly told = new Map<Seq, MatchedCode>();
  /** Those that were answered so far. */
  count = 0;
  /** The last of them that may have ended a run or begun one, counted from 1 on. */
  lastChange = 0;
  private answered: (AnsweredRequest & { readonly atNs: Ns })[] = [];

  constructor(streams: WatchedStreams, window: EntryWindow, onCommand: (streamId: number) => void) {
    this.streams = streams;
    this.window = window;
    this.onCommand = onCommand;
  }

  /** While a trace tells of them. */
  looked(request: LookedRequest): void {
    this.codes.add(request);
  }

  answer(request: AnsweredRequest, atNs: Ns): void {
    this.answered.push({ ...request, atNs });
    this.count++;
    if (mayChangeRun(request)) this.lastChange = this.count;
  }

  /** Some came and went that nobody saw. */
  missed(): void {
    this.count++;
    this.lastChange = this.count;
    this.answered.push({ ...NOBODY_SAW, atNs: 0 });
  }

  /** Whether all that were answered were taken. */
  get isDecided(): boolean {
    return this.answered.length === 0;
  }

  tell(told: ToldCode): void {
    this.codes.tell(told);
  }

  /** Takes what can be taken, in order, of the first `upTo` that were answered. `before`: called before the next one is taken.
   *  Without `upTo`: all, nothing more will be told. */
  take(nowNs: Ns, before: () => void, upTo?: number): void {
    this.codes.settle(upTo === undefined ? Number.POSITIVE_INFINITY : nowNs);
    const last = upTo ?? Number.POSITIVE_INFINITY;
    for (let [next] = this.answered; next !== undefined; [next] = this.answered) {
      if (this.streams.taken >= last) return;
      const { popped, body, status, isStale, isOwn, atNs } = next;
      if (isStale && this.codes.isWaiting(popped)) return;
      before();
      this.answered.shift();
      this.streams.taken++;
      const told = this.told.get(popped);
      this.told.delete(popped);
      const isUnknown = told === undefined && !(isOwn && this.streams.knows(body));
      const streamId =
        told === undefined || told.isAsRead
          ? this.streams.request(body, status, atNs)
          : this.toldOf(popped, told, status, atNs);
      // It may have begun a run, or ended one.
      if (isUnknown) this.streams.unplace(this.streams.taken);
      if (streamId !== undefined) this.onCommand(streamId);
    }
    this.told.clear();
  }

  reset(): void {
    this.codes.reset();
    this.told.clear();
    this.answered = [];
    // What comes is of other runs than what was.
    this.count++;
    this.lastChange = this.count;
    this.streams.taken = this.count;
  }

  /** What stood in memory was another's. */
  private toldOf(
    popped: Seq,
    { code, streamId: named }: MatchedCode,
    status: number | undefined,
    atNs: Ns,
  ): number | undefined {
    const command = requestKind(code)?.command;
    const isUnnamed = named < 0 && command === 'PREPARE';
    const of: { readonly streamId: number; readonly grade: Grade } = isUnnamed
      ? this.streams.preparing()
      : { streamId: named, grade: 'derived' };
    const { streamId } = of;
    const grade = command === undefined || streamId >= 0 ? of.grade : 'unavailable';
    this.window.amend(popped, blank);
    this.window.add(atNs, { kind: 'told', popped, code, streamId, grade });
    if (command === undefined) return undefined;
    if (of.grade !== 'derived' || streamId < 0) this.streams.unplace(this.streams.taken);
    if (streamId < 0) return undefined;
    return this.streams.told(command, streamId, status, atNs);
  }
}

/** All may, but those that are known not to. */
function mayChangeRun({ body, isOwn }: AnsweredRequest): boolean {
  if (!isOwn || !isRequest(body)) return true;
  const command = requestKind(readLe32(body, 0))?.command;
  return command !== undefined && changesRun(command);
}

function blank(body: EntryBody): EntryBody {
  if (body.kind !== 'popped') return body;
  return { ...body, chain: emptiedChain(body.chain), body: new Uint8Array(), grade: 'unavailable' };
}
