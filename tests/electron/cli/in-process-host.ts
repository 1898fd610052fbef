// The real host without its thread: demo guest, null sink, capture in memory, and time that passes fifty times as fast.
import type { HostThread } from '../../../electron/host-thread.ts';
import { NullSink } from '../../../src-core/audio/null-sink.ts';
import { SilenceSource } from '../../../src-core/audio/silence-source.ts';
import { type ByteStore, MemoryStore } from '../../../src-core/capture/store.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { Host } from '../../../src-core/host.ts';
import { HostError } from '../../../src-core/host-error.ts';
import type { HostPorts } from '../../../src-core/host-ports.ts';
import { linkPair } from '../../../src-core/rpc.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';

export interface InProcessHost extends HostThread {
  readonly host: Host;
  /** As when the thread dies by itself. */
  break(reason: string): void;
}

const CAPTURE_BYTES = 64 * 1024 * 1024;

/** `storeBytes` bounds the capture, for losing some of it; `extra`: what else the machine has. */
export function startInProcessHost(
  storeBytes: number = CAPTURE_BYTES,
  extra: Partial<HostPorts> = {},
): InProcessHost {
  const clock = new ManualClock();
  const pump = setInterval(() => clock.advance(50 * NS_PER_MS), 1);
  const makeStore = (): ByteStore => new MemoryStore(storeBytes);
  const refuse = (path: string): never => {
    throw new HostError('no-disk', `There is no disk for ${path}.`, 'Do without.');
  };
  const host = new Host({
    ...{ clock, makeStore, recordTo: refuse, openFile: refuse, saveTo: refuse },
    ...{ version: '0.0.0', platform: 'test', carrier: 'browser', cannotAttach: 'No sockets here.' },
    suggestedSocket: () => '/tmp/test.sock',
    unixMs: () => 0,
    listSinks: () => [],
    openAudio: () => ({ sink: new NullSink(clock), source: new SilenceSource(clock) }),
    recent: () => [],
    remember: () => undefined,
    ...extra,
  });
  let end: (said: { reason?: string }) => void = () => undefined;
  const stopped = new Promise<{ reason?: string }>((resolve) => {
    end = resolve;
  });
  return {
    host,
    connect() {
      const [view, hostEnd] = linkPair();
      host.serve(hostEnd);
      return view;
    },
    hasGuest: () => host.hasGuest(),
    stopped,
    async stop() {
      host.stop();
      clearInterval(pump);
      end({});
    },
    break: (reason) => end({ reason }),
  };
}
