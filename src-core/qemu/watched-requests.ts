/** The control requests of a watched device, in the order in which they were answered: each changes its stream. One that was gone
 *  when it was looked at waits a moment for the line of a trace that says what it was. */
import type { EntryBody } from '../capture/entry.ts';
import { emptiedChain } from '../queue/chain-bytes.ts';
import type { Grade } from '../spec/grades.ts';
import { requestKind } from '../spec/sound.ts';
import type { Ns, Seq } from '../units.ts';
import type { EntryWindow } from './entry-window.ts';
import { type LookedRequest, type ToldCode, ToldCodes } from './told-codes.ts';
import type { WatchedStreams } from './watched-streams.ts';

/** A request that came back. */
export interface AnsweredRequest {
  readonly popped: Seq;
  readonly body: Uint8Array;
  /** Absent: the answer could not be read. */
  readonly status: number | undefined;
  readonly isStale: boolean;
}

export class WatchedRequests {
  private readonly streams: WatchedStreams;
  private readonly window: EntryWindow;
  private readonly onCommand: (streamId: number) => void;
  private readonly codes = new ToldCodes((request, told) => this.told.set(request.popped, told));
  private readonly told = new Map<Seq, ToldCode>();
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
  }

  tell(told: ToldCode): void {
    this.codes.tell(told);
  }

  /** Takes what can be taken, in order. `all`: nothing more will be told. */
  take(nowNs: Ns, all = false): void {
    this.codes.settle(all ? Number.POSITIVE_INFINITY : nowNs);
    for (let [next] = this.answered; next !== undefined; [next] = this.answered) {
      const { popped, body, status, isStale, atNs } = next;
      if (isStale && this.codes.isWaiting(popped)) return;
      this.answered.shift();
      const told = this.told.get(popped);
      this.told.delete(popped);
      const streamId =
        told === undefined
          ? this.streams.request(body, status, atNs)
          : this.toldOf(popped, told, status, atNs);
      if (streamId !== undefined) this.onCommand(streamId);
    }
    this.told.clear();
  }

  reset(): void {
    this.codes.reset();
    this.told.clear();
    this.answered = [];
  }

  /** What stood in memory was another's. */
  private toldOf(
    popped: Seq,
    { code, streamId: named }: ToldCode,
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
    if (command === undefined || streamId < 0) return undefined;
    return this.streams.told(command, streamId, status, atNs);
  }
}

function blank(body: EntryBody): EntryBody {
  if (body.kind !== 'popped') return body;
  return { ...body, chain: emptiedChain(body.chain), body: new Uint8Array(), grade: 'unavailable' };
}
