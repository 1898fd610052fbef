/** What a host that runs inside the page has: the page's clock, memory in place of a disk, silence in place of sound. */
import { NullSink } from '../src-core/audio/null-sink.ts';
import { ToneSource } from '../src-core/audio/tone-source.ts';
import type { ByteStore } from '../src-core/capture/store.ts';
import { type Clock, TimerList } from '../src-core/clock.ts';
import { HostError } from '../src-core/host-error.ts';
import type { HostPorts } from '../src-core/host-ports.ts';
import { NS_PER_MS, type Ns } from '../src-core/units.ts';

/** `makeStore` gives memory to keep a capture in. */
export function pagePorts(makeStore: () => ByteStore): HostPorts {
  const clock = new PageClock();
  return {
    clock,
    version: RINGSIDE_VERSION,
    platform: 'browser',
    carrier: 'page',
    cannotAttach: 'a page alone has no sockets; the command “ringside” and the desktop app have.',
    suggestedSocket: () => '/tmp/ringside.sock',
    unixMs: () => Date.now(),
    makeStore,
    recordTo: noDisk,
    openFile: noDisk,
    saveTo: noDisk,
    listSinks: () => [{ spec: 'null', label: 'nowhere (paced by the clock)' }],
    openAudio: () => ({ sink: new NullSink(clock), source: new ToneSource(clock, 440) }),
    recent: () => [],
    remember: () => undefined,
  };
}

function noDisk(): never {
  const action = 'Choose the file in the page, or download the capture.';
  throw new HostError('no-disk', 'A page cannot reach files by their path.', action);
}

/** The page's monotonic time; timers as exact as the browser's. */
class PageClock implements Clock {
  private readonly startMs = performance.now();
  private readonly timers = new TimerList();
  private pending: ReturnType<typeof setTimeout> | undefined;

  nowNs(): Ns {
    return Math.round((performance.now() - this.startMs) * NS_PER_MS);
  }

  at(atNs: Ns, run: () => void): () => void {
    const cancel = this.timers.add(atNs, run);
    this.arm();
    return cancel;
  }

  private arm(): void {
    clearTimeout(this.pending);
    const nextNs = this.timers.nextNs();
    if (nextNs === undefined) return;
    const waitMs = Math.max(0, (nextNs - this.nowNs()) / NS_PER_MS);
    this.pending = setTimeout(() => this.runDue(), waitMs);
  }

  private runDue(): void {
    const nowNs = this.nowNs();
    for (let run = this.timers.takeDue(nowNs); run; run = this.timers.takeDue(nowNs)) run();
    this.arm();
  }
}
