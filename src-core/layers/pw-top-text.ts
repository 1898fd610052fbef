/** What `pw-top -b` prints: a screen a second, without a time, each with a heading and a line for each node:
 *
 *      S   ID  QUANT   RATE    WAIT    BUSY   W/Q   B/Q  ERR FORMAT           NAME
 *      R   28   2048  48000  17.6us  12.6us  0.00  0.00    0     F32P 2 48000 null-sink
 *      R   33   4800  48000   2.1ms 122.4us  0.05  0.00    0    S16LE 2 48000  + pw-play
 *
 *  A driver comes first, those that follow it have a `+`. Behind `ts %.s` each line begins with the seconds since 1970, and the
 *  times are known. WAIT is how long a node waited to be scheduled in a cycle, BUSY how long it took; ERR counts up. */
import { NS_PER_S, type Ns } from '../units.ts';
import type { LayerStore } from './layer-store.ts';

const STAMP = /^(\d{9,11})\.(\d{1,9})\s/;
const HEADING = /^S\s+ID\s+QUANT\s+RATE\s+WAIT\s+BUSY\s+W\/Q\s+B\/Q\s+ERR\b/;
const NODE =
  /^([RSCIE!])\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s+(\S{1,12})\s+(\S{1,12})\s+(\S{1,12})\s+(\S{1,12})\s+(\d{1,12})(?:\s(.{0,300}))?$/;
const UNITS: Readonly<Record<string, number>> = { us: 1e3, ms: 1e6, s: 1e9, ns: 1 };
const NAME_LETTERS = 60;

export class PwTopText {
  /** Its lines have times of the calendar. */
  hasTimes = false;
  /** First screen on which a node ran; NaN while there was none. */
  firstRunNs: Ns = Number.NaN;
  firstNs: Ns = Number.NaN;
  private readonly store: LayerStore;
  /** Screens so far. */
  private screens = 0;
  private nowNs: Ns = 0;
  private driver = { quantum: 0, rateHz: 0 };
  private readonly errors = new Map<string, number>();

  constructor(store: LayerStore) {
    this.store = store;
  }

  line(text: string): void {
    const stamp = STAMP.exec(text);
    const line = stamp === null ? text : text.slice(stamp[0].length).trimStart();
    if (HEADING.test(line)) this.beginScreen(stamp);
    else if (line.trim() !== '') {
      const problem = this.node(line);
      if (problem !== undefined) this.store.problem(problem);
    }
  }

  private beginScreen(stamp: RegExpExecArray | null): void {
    this.screens++;
    this.driver = { quantum: 0, rateHz: 0 };
    this.hasTimes ||= stamp !== null;
    this.nowNs =
      stamp === null
        ? (this.screens - 1) * NS_PER_S
        : Number(stamp[1]) * NS_PER_S + Number((stamp[2] ?? '').padEnd(9, '0'));
    if (Number.isNaN(this.firstNs)) this.firstNs = this.nowNs;
  }

  /** Gives what is wrong with it. */
  private node(line: string): string | undefined {
    const found = NODE.exec(line.trimEnd());
    if (found === null) return 'this is neither a heading nor a node of pw-top';
    if (this.screens === 0) return 'a node stands before the first heading';
    const [, state = '', id = '', quant = '', rate = '', wait = '', busy = ''] = found;
    const name = nameOf(id, found[10] ?? '');
    const isFollower = (found[10] ?? '').includes(' + ');
    if (!isFollower) this.driver = { quantum: Number(quant), rateHz: Number(rate) };
    const waitNs = durationOf(wait);
    const busyNs = durationOf(busy);
    if (waitNs === undefined || busyNs === undefined) {
      return `“${waitNs === undefined ? wait : busy}” is no time`;
    }
    const cycleNs = (this.driver.quantum / Math.max(1, this.driver.rateHz)) * NS_PER_S;
    const share = (ns: number) => (cycleNs > 0 ? ns / cycleNs : Number.NaN);
    const isRunning = state === 'R';
    if (isRunning && Number.isNaN(this.firstRunNs)) this.firstRunNs = this.nowNs;
    this.count(name, isRunning ? share(busyNs) : Number.NaN, share(waitNs), Number(found[9]));
    return undefined;
  }

  private count(name: string, busy: number, wait: number, errors: number): void {
    const series = this.store.seriesOf(name, 'quantum');
    const before = this.errors.get(name);
    if (series !== undefined) this.errors.set(name, errors);
    const atNs = this.nowNs;
    const isFault = before !== undefined && errors > before;
    const text = isFault ? `ERR went from ${before} to ${errors}` : undefined;
    const row = { atNs, code: isFault ? 'fault' : 'sample', value: busy, extra: wait } as const;
    this.store.add(series, text === undefined ? row : { ...row, text });
  }
}

/** Whether a line is the heading of a screen. */
export function isPwTopLine(line: string): boolean {
  return HEADING.test(line.replace(STAMP, '').trimStart());
}

/** The format and the name stand in one column; the name is what follows the rate, or the format's absence. */
function nameOf(id: string, rest: string): string {
  const [, name = ''] = /^(?:\s*\S+\s+\d+\s+\d+\s)?(.*)$/.exec(rest) ?? [];
  const plain = name.replace(/^\s*\+?\s*/, '').trim();
  return `${id} ${plain === '' ? 'unnamed' : plain.slice(0, NAME_LETTERS)}`;
}

/** `17.6us`, `2.1ms`, `---` (not measured), `+++` (more than fits). */
function durationOf(text: string): Ns | undefined {
  if (text === '---') return 0;
  if (text === '+++') return 10 * NS_PER_S;
  const found = /^(\d{1,9}(?:\.\d{1,6})?)(ns|us|ms|s)$/.exec(text);
  const unit = UNITS[found?.[2] ?? ''];
  return found === null || unit === undefined ? undefined : Number(found[1]) * unit;
}
