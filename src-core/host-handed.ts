/** Takes in the files that a page hands over in slices: a trace is imported while it comes, a capture is kept first, because
 *  views read anywhere in it. */
import { readFacts } from './capture/capture-file.ts';
import { SNIFF_BYTES, sniff } from './capture/importers/sniff.ts';
import type { ByteStore } from './capture/store.ts';
import type { HandedFile, HandedRequests } from './contract-handed.ts';
import { HandedTrace } from './handed-trace.ts';
import type { HostContext } from './host-context.ts';
import { HostError } from './host-error.ts';
import { loadCapture, shownCapture, unreadable } from './host-files.ts';
import type { Shown } from './host-status.ts';
import { showTrace } from './host-trace.ts';
import { LIMITS } from './limits.ts';
import { type Handlers, Later } from './rpc.ts';
import { joined, looksLikeTrace } from './trace-bytes.ts';
import { NS_PER_S, type Ns } from './units.ts';

/** The beginning that is looked at before anything is read: it tells what is what. */
const HEAD_BYTES = 4 << 20;
/** A page that hands over nothing for so long has gone. */
const PATIENCE_NS = 15 * NS_PER_S;

type Answer = (isWanted: boolean) => void;

/** Where the bytes go once it is known what they are. */
interface Taker {
  readonly isWanted: boolean;
  give(bytes: Uint8Array): void;
  finish(why?: string): void;
  whenRoom(answer: Answer): void;
}

export function handedHandlers(host: HostContext): Pick<Handlers, keyof HandedRequests> {
  let files = 0;
  let handed: Handed | undefined;
  return {
    beginHanded: (file) => {
      handed?.giveUp();
      handed = new Handed(host, file);
      return { file: ++files };
    },
    handSlice: ({ file, bytes }) => {
      const own = file === files ? handed : undefined;
      if (own === undefined) return { isWanted: false };
      own.take(bytes);
      return new Later((resolve) => own.whenRoom((isWanted) => resolve({ isWanted })));
    },
  };
}

class Handed {
  private readonly host: HostContext;
  private readonly file: HandedFile;
  private head: Uint8Array[] = [];
  private receivedBytes = 0;
  private taker: Taker | undefined;
  private isOver = false;
  private cancelPatience = () => {};

  constructor(host: HostContext, file: HandedFile) {
    this.host = host;
    this.file = file;
  }

  /** Throws HostError when the beginning is that of nothing that can be read. */
  take(bytes: Uint8Array): void {
    if (this.isOver || this.taker?.isWanted === false) return;
    if (bytes.length > LIMITS.handedSliceBytes) {
      throw new HostError('slice-too-large', 'A page hands over too much at once.', 'Reload it.');
    }
    this.receivedBytes += bytes.length;
    const isLast = bytes.length === 0 || this.receivedBytes >= this.file.totalBytes;
    if (this.taker !== undefined) this.taker.give(bytes);
    else this.head.push(bytes);
    if (this.taker === undefined && (isLast || this.hasHead())) this.begin(isLast);
    else if (isLast) this.finish();
    else this.wait();
  }

  whenRoom(answer: Answer): void {
    if (this.taker !== undefined) this.taker.whenRoom(answer);
    else answer(!this.isOver);
  }

  giveUp(): void {
    if (!this.isOver) this.finish('Another file was opened.');
  }

  /** A capture says in its first bytes what it is; of a trace the import learns from more. */
  private hasHead(): boolean {
    return this.receivedBytes >= HEAD_BYTES || isCapture(this.head[0] ?? new Uint8Array());
  }

  private begin(isLast: boolean): void {
    const head = joined(this.head, this.receivedBytes);
    this.head = [];
    try {
      this.taker = takerOf(this.host, this.file, head, isLast);
    } catch (thrown) {
      this.isOver = true;
      throw thrown;
    }
    if (isLast) this.finish();
    else this.wait();
  }

  private finish(why?: string): void {
    this.isOver = true;
    this.cancelPatience();
    const isShort = this.receivedBytes < this.file.totalBytes;
    this.taker?.finish(why ?? (isShort ? 'The page could read no more of it.' : undefined));
  }

  private wait(): void {
    const { clock } = this.host.ports;
    this.cancelPatience();
    this.cancelPatience = clock.at(clock.nowNs() + PATIENCE_NS, () => this.lookAgain());
  }

  /** It waits for room of ours as well. */
  private lookAgain(): void {
    if (this.taker?.isWanted === false) return;
    let hasRoom = false;
    this.whenRoom(() => {
      hasRoom = true;
    });
    if (hasRoom && this.taker !== undefined) this.finish('The page that handed it over has gone.');
    else if (hasRoom) this.isOver = true;
    else this.wait();
  }
}

function isCapture(head: Uint8Array): boolean {
  return sniff(head.subarray(0, SNIFF_BYTES)).kind === 'pcapng';
}

function whyNot(head: Uint8Array): string {
  const found = sniff(head.subarray(0, SNIFF_BYTES));
  return found.kind === 'unknown' ? found.why : 'it is no pcapng file';
}

function takerOf(host: HostContext, file: HandedFile, head: Uint8Array, isLast: boolean): Taker {
  if (isCapture(head)) return captureTaker(host, file, head);
  if (head.length > 0 && !looksLikeTrace(head)) throw unreadable(file.name, whyNot(head));
  return traceTaker(host, file, head, isLast);
}

function traceTaker(
  host: HostContext,
  { name, totalBytes, device }: HandedFile,
  head: Uint8Array,
  isLast: boolean,
): Taker {
  const trace = new HandedTrace(totalBytes);
  trace.give(head);
  if (isLast) trace.finish();
  const source = host.ports.unpackTrace?.(trace) ?? trace;
  showTrace(host, source, name, device === undefined ? {} : { device });
  const shown = host.shown();
  return {
    get isWanted() {
      return !trace.isClosed;
    },
    give: (bytes) => trace.give(bytes),
    finish: (why) => {
      if (why === undefined || host.shown() !== shown) trace.finish();
      else shown?.trace?.stop(why);
    },
    whenRoom: (answer) => trace.whenRoom(answer),
  };
}

function captureTaker(
  host: HostContext,
  { name, totalBytes }: HandedFile,
  head: Uint8Array,
): Taker {
  const store = host.ports.makeStore();
  store.append(head);
  const facts = readFacts(store);
  if ('error' in facts) {
    store.close();
    throw unreadable(name, facts.error);
  }
  const shown = shownCapture(host, store, facts, { sentence: `Taking in ${name}…` });
  const sinceNs = host.ports.clock.nowNs();
  const finish = (why?: string) => {
    if (!isTaking(host, shown)) return;
    delete shown.cancelTaking;
    loadCapture(host, shown, { name, store, ...(why === undefined ? {} : { whyShort: why }) });
  };
  shown.cancelTaking = () => finish('Reading was cancelled.');
  host.show(shown);
  return {
    get isWanted() {
      return isTaking(host, shown);
    },
    give: (bytes) => {
      if (!isTaking(host, shown)) return;
      if (!store.append(bytes)) finish(`No more could be kept of it: ${store.lastError()}.`);
      else tellTaken(host, shown, { store, totalBytes, sinceNs });
    },
    finish,
    whenRoom: (answer) => answer(isTaking(host, shown)),
  };
}

/** Until everything has come, somebody cancels it, or something else is shown. */
function isTaking(host: HostContext, shown: Shown): boolean {
  return host.shown() === shown && shown.cancelTaking !== undefined;
}

interface Taken {
  readonly store: ByteStore;
  readonly totalBytes: number;
  readonly sinceNs: Ns;
}

function tellTaken(host: HostContext, shown: Shown, { store, totalBytes, sinceNs }: Taken): void {
  const doneBytes = store.heldBytes();
  const seconds = Math.max(1e-3, (host.ports.clock.nowNs() - sinceNs) / NS_PER_S);
  shown.loading = { doneBytes, totalBytes, bytesPerS: Math.round(doneBytes / seconds) };
  host.changed();
}
