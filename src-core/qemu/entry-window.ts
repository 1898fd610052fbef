/** The last moments of a watch, in which two sources tell of the same things: looks at the rings, which know what happened and
 *  between which two looks, and lines of a trace, which know when. Each entry waits here for its line, for a short time; then
 *  all go on in the order of their times. */
import type { EntryBody } from '../capture/entry.ts';
import { CONTROLQ } from '../spec/sound.ts';
import { NS_PER_MS, type Ns, type Seq } from '../units.ts';

/** What of a message a trace gives a time to. */
export type Stage = 'popped' | 'used';

export interface Wait {
  readonly queue: number;
  readonly stage: Stage;
  /** The look before: it did not happen before that. */
  readonly notBeforeNs: Ns;
}

interface Row {
  readonly id: Seq;
  /** Among equal times. */
  order: number;
  atNs: Ns;
  readonly seenNs: Ns;
  body: EntryBody;
  wait: Wait | undefined;
}

/** So long an entry waits for its line, and a line for its entry. */
const WINDOW_NS = 50 * NS_PER_MS;
/** Two clocks are compared, one of which is told in microseconds. */
const CLOCK_ERROR_NS = 2 * NS_PER_MS;

export class EntryWindow {
  /** Entries that got their time from a trace. */
  matched = 0;
  private readonly append: (atNs: Ns, body: EntryBody) => Seq;
  private rows: Row[] = [];
  private nextId: Seq = 0;
  private lastNs: Ns = 0;
  /** Numbers that the capture gave, by our own; as many as may still be named. */
  private readonly seqs = new Map<Seq, Seq>();
  /** When the last message that was handed on came, by queue. */
  private readonly lastPoppedNs: Ns[] = [];
  private readonly early: { queue: number; stage: Stage; atNs: Ns }[] = [];

  constructor(append: (atNs: Ns, body: EntryBody) => Seq) {
    this.append = append;
  }

  /** Takes an entry that was seen at `atNs`. `wait`: a trace may tell when it really was. Gives the number by which later
   *  entries name it. */
  add(atNs: Ns, body: EntryBody, wait?: Wait): Seq {
    const id = this.nextId++;
    const row = { id, order: id, atNs, seenNs: atNs, body, wait };
    if (body.kind === 'told') this.followPopped(row, body.popped);
    if (body.kind === 'moved') this.precedeUsed(row, body.popped);
    this.rows.push(row);
    if (wait === undefined) return id;
    const place = this.early.findIndex((each) => isFor(each, row));
    const [line] = place < 0 ? [] : this.early.splice(place, 1);
    if (line !== undefined) this.settle(row, line.atNs);
    return id;
  }

  /** Changes what an entry says that was not handed on yet. */
  amend(id: Seq, change: (body: EntryBody) => EntryBody): void {
    const row = this.rows.find((each) => each.id === id);
    if (row !== undefined) row.body = change(row.body);
  }

  /** A trace says that this stage of the queue's next message was at `atNs`. */
  tell(queue: number, stage: Stage, atNs: Ns): void {
    const row = this.rows.find((each) => isFor({ queue, stage, atNs }, each));
    if (row !== undefined) this.settle(row, atNs);
    else this.early.push({ queue, stage, atNs });
  }

  /** Hands on what waits no more. `all`: everything, at the end. */
  flush(nowNs: Ns, all = false): void {
    const old = nowNs - WINDOW_NS;
    while ((this.early[0]?.atNs ?? Number.POSITIVE_INFINITY) < old) this.early.shift();
    this.keepOrder();
    let blockedNs = Number.POSITIVE_INFINITY;
    for (const row of this.rows) {
      if (all || row.seenNs <= old) row.wait = undefined;
      // Until its line comes, it may have been at any time since the look before.
      if (row.wait !== undefined) blockedNs = Math.min(blockedNs, row.wait.notBeforeNs);
    }
    const due = this.rows.filter(({ wait, atNs }) => wait === undefined && atNs < blockedNs);
    if (due.length === 0) return;
    this.rows = this.rows.filter((row) => !due.includes(row));
    // An entry never comes before one that it names: equal times keep their order.
    due.sort(
      (left, right) =>
        left.atNs - right.atNs || rank(left) - rank(right) || left.order - right.order,
    );
    for (const row of due) this.hand(row);
  }

  get isEmpty(): boolean {
    return this.rows.length === 0;
  }

  /** Whatever the lines say, a message comes back after it was there. */
  private keepOrder(): void {
    const messages = new Map(this.rows.map((row) => [row.id, row]));
    for (const row of this.rows) {
      const popped = messages.get(poppedOf(row.body) ?? -1);
      if (popped !== undefined && row.atNs < popped.atNs) row.atNs = popped.atNs;
    }
  }

  private settle(row: Row, atNs: Ns): void {
    this.matched++;
    row.atNs = Math.max(atNs, row.wait?.notBeforeNs ?? 0);
    row.wait = undefined;
    this.followers(row);
  }

  /** What is told of a message stands right behind it, and before what came of it. */
  private followPopped(row: Row, popped: Seq): void {
    const message = this.rows.find(({ id }) => id === popped);
    row.order = popped + 0.5;
    row.atNs = message?.atNs ?? 0;
  }

  /** PCM that waited for its format was handed over before its message came back all the same. */
  private precedeUsed(row: Row, popped: Seq): void {
    const used = this.rows.find(({ body }) => body.kind === 'used' && body.popped === popped);
    if (used === undefined) return;
    row.atNs = Math.min(row.atNs, used.atNs);
    row.order = used.order - 0.5;
  }

  /** What names a message was not before it; its PCM was handed over by the time at which it was used. */
  private followers({ id, atNs, body }: Row): void {
    const used = body.kind === 'used' ? body.popped : undefined;
    for (const row of this.rows) {
      const popped = poppedOf(row.body);
      if (popped === id && row.atNs < atNs) row.atNs = atNs;
      if (popped === used && row.body.kind === 'moved') row.atNs = Math.min(row.atNs, atNs);
    }
  }

  private hand(row: Row): void {
    const { kind } = row.body;
    // A kick whose message went on without it would be taken for that of the next one.
    if (kind === 'kick' && row.atNs < (this.lastPoppedNs[row.body.queue] ?? 0)) return;
    if (kind === 'popped') this.lastPoppedNs[row.body.queue] = row.atNs;
    const popped = poppedOf(row.body);
    const known = popped === undefined ? undefined : this.seqs.get(popped);
    // Our number is none of the capture's: it would name another message there.
    if (popped !== undefined && known === undefined) return;
    const body = known === undefined ? row.body : ({ ...row.body, popped: known } as EntryBody);
    this.lastNs = Math.max(this.lastNs, row.atNs);
    const seq = this.append(this.lastNs, body);
    if (row.body.kind === 'popped') this.seqs.set(row.id, seq);
    // What a control request was may be told later.
    if (row.body.kind === 'used' && row.body.queue !== CONTROLQ) this.seqs.delete(row.body.popped);
    const oldest = this.seqs.keys().next().value;
    if (this.seqs.size > 65_536 && oldest !== undefined) this.seqs.delete(oldest);
  }
}

/** Clocks are coarse: a kick comes before what it tells of, an interrupt after. */
function rank({ body }: Row): number {
  if (body.kind === 'kick') return -1;
  return body.kind === 'interrupt' ? 1 : 0;
}

function isFor(line: { queue: number; stage: Stage; atNs: Ns }, { wait, seenNs }: Row): boolean {
  return (
    wait !== undefined &&
    wait.queue === line.queue &&
    wait.stage === line.stage &&
    line.atNs >= wait.notBeforeNs - CLOCK_ERROR_NS &&
    (line.stage === 'popped' || line.atNs <= seenNs + CLOCK_ERROR_NS)
  );
}

function poppedOf(body: EntryBody): Seq | undefined {
  return 'popped' in body ? body.popped : undefined;
}
