/** Text of Linux's ftrace with the events `snd_pcm:*` of the guest's kernel (sound/core/pcm_trace.h, formats unchanged since 4.13):
 *
 *      aplay-91   [000] d..1.    12.345678: hwptr: pcmC0D0p/sub0: IRQ: pos=480, old=0, base=0, period=480, buf=1920
 *      aplay-91   [000] .....    12.345690: applptr: pcmC0D0p/sub0: prev=1920, curr=2400, avail=0, period=480, buf=1920
 *      aplay-91   [000] d..1.    12.445690: xrun: pcmC0D0p/sub0: XRUN: old=2400, base=1920, period=480, buf=1920
 *      aplay-91   [000] d..1.    12.445690: hw_ptr_error: pcmC0D0p/sub0: ERROR: Lost interrupts?
 *
 *  as `trace`, `trace_pipe`, `trace-cmd report` and `perf script` print them. How full the guest's buffer is follows from the two
 *  pointers: `applptr` tells it, `hwptr` moves it on. */
import { NS_PER_S, type Ns } from '../units.ts';
import type { LayerSeries, LayerStore } from './layer-store.ts';

const EVENT =
  /\s(\d{1,9})\.(\d{6,9}):\s+(?:snd_pcm:)?(hwptr|xrun|hw_ptr_error|applptr):\s+(?:snd_pcm:)?(\S{1,40}):\s(.{0,300})$/;
const SUBSTREAM = /^pcmC\d{1,5}D\d{1,5}([pc])\/sub\d{1,5}$/;
const LOST = /^CPU:\d+ \[(?:LOST (?:(\d+) )?EVENTS|(?:(\d+) )?EVENTS DROPPED)\]/;
const SECONDS_MOST = 1e9;

interface Substream {
  readonly series: LayerSeries | undefined;
  readonly isPlayback: boolean;
  /** Both count on without end; NaN while not known. */
  applFrames: number;
  hwFrames: number;
}

export class SndPcmText {
  /** Time of the first frames that an application wrote to a playback stream; NaN while there were none. */
  firstWriteNs: Ns = Number.NaN;
  firstNs: Ns = Number.NaN;
  private readonly store: LayerStore;
  private readonly substreams = new Map<string, Substream>();

  constructor(store: LayerStore) {
    this.store = store;
  }

  line(text: string): void {
    const lost = LOST.exec(text);
    if (lost !== null) this.store.problem(`the kernel lost ${lost[1] ?? lost[2] ?? 'some'} events`);
    const found = EVENT.exec(text);
    const problem = found === null ? undefined : this.event(found);
    if (problem !== undefined) this.store.problem(problem);
  }

  /** Gives what is wrong with it. */
  private event(found: RegExpExecArray): string | undefined {
    const [, seconds = '', fraction = '', event = '', name = '', rest = ''] = found;
    if (Number(seconds) > SECONDS_MOST) return `${seconds} s is no time`;
    const atNs = Number(seconds) * NS_PER_S + Number(fraction.padEnd(9, '0'));
    const substream = this.substreamOf(name);
    if (substream === undefined) return `“${name}” names no substream`;
    if (Number.isNaN(this.firstNs)) this.firstNs = atNs;
    if (event === 'applptr') return this.applied(substream, atNs, rest);
    if (event === 'hwptr') return this.moved(substream, atNs, rest);
    this.failed(substream, atNs, event, rest);
    return undefined;
  }

  private applied(substream: Substream, atNs: Ns, rest: string): string | undefined {
    const field = fieldsOf(rest);
    const [prev, curr, avail, buffer] = ['prev', 'curr', 'avail', 'buf'].map(field);
    if (prev === undefined || curr === undefined || avail === undefined || buffer === undefined) {
      return 'applptr needs prev, curr, avail and buf, all of them numbers';
    }
    substream.applFrames = curr;
    const fill = substream.isPlayback ? buffer - avail : avail;
    substream.hwFrames = substream.isPlayback ? curr - fill : curr + fill;
    if (substream.isPlayback && curr > prev && Number.isNaN(this.firstWriteNs)) {
      this.firstWriteNs = atNs;
    }
    scale(substream, buffer);
    const extra = curr - prev;
    this.store.add(substream.series, { atNs, code: 'write', value: fill, extra });
    return undefined;
  }

  private moved(substream: Substream, atNs: Ns, rest: string): string | undefined {
    const field = fieldsOf(rest);
    const [pos, old, base, buffer] = ['pos', 'old', 'base', 'buf'].map(field);
    if (pos === undefined || old === undefined || base === undefined || buffer === undefined) {
      return 'hwptr needs pos, old, base and buf, all of them numbers';
    }
    // as the kernel does: what went back went around
    const at = base + pos < old ? base + pos + buffer : base + pos;
    const { applFrames, isPlayback } = substream;
    const fill = isPlayback ? applFrames - at : at - applFrames;
    substream.hwFrames = at;
    scale(substream, buffer);
    const isLikely = fill >= 0 && fill <= 2 * buffer;
    const code = rest.startsWith('IRQ') ? 'interrupt' : 'position';
    const value = isLikely ? fill : Number.NaN;
    this.store.add(substream.series, { atNs, code, value, extra: at - old });
    return undefined;
  }

  private failed(substream: Substream, atNs: Ns, event: string, rest: string): void {
    const text = event === 'xrun' ? 'xrun: the guest’s buffer ran dry or over' : rest.slice(0, 120);
    const value = event === 'xrun' ? 0 : Number.NaN;
    this.store.add(substream.series, { atNs, code: 'fault', value, text });
  }

  private substreamOf(name: string): Substream | undefined {
    const known = this.substreams.get(name);
    if (known !== undefined) return known;
    const found = SUBSTREAM.exec(name);
    if (found === null) return undefined;
    const series = this.store.seriesOf(name, 'frames');
    const isPlayback = found[1] === 'p';
    const substream = { series, isPlayback, applFrames: Number.NaN, hwFrames: Number.NaN };
    // beyond the bound of series they are counted, not kept
    if (series !== undefined) this.substreams.set(name, substream);
    return substream;
  }
}

function scale({ series }: Substream, bufferFrames: number): void {
  if (series !== undefined && bufferFrames > series.top) series.top = bufferFrames;
}

function fieldsOf(rest: string): (name: string) => number | undefined {
  return (name) => {
    const found = new RegExp(`(?:^|[ ,])${name}=(\\d{1,15})(?:,|$|\\s)`).exec(rest);
    return found === null ? undefined : Number(found[1]);
  };
}

/** Whether a line is an event of this kind. */
export function isSndPcmLine(line: string): boolean {
  return EVENT.test(line);
}
