/** A host on a manual clock with everything in memory, and a client of it. */
import { NullSink } from '../../src-core/audio/null-sink.ts';
import { ToneSource } from '../../src-core/audio/tone-source.ts';
import { MemoryStore, memoryStoreOf } from '../../src-core/capture/store.ts';
import { ManualClock } from '../../src-core/clock.ts';
import { Host } from '../../src-core/host.ts';
import { HostError } from '../../src-core/host-error.ts';
import type { HostPorts } from '../../src-core/host-ports.ts';
import { type Client, linkPair, openClient } from '../../src-core/rpc.ts';
import { NS_PER_MS } from '../../src-core/units.ts';

export interface HostHarness {
  readonly clock: ManualClock;
  readonly host: Host;
  readonly client: Client;
  readonly files: Map<string, Uint8Array>;
}

export function startHost(extra: Partial<HostPorts> = {}): HostHarness {
  const clock = extra.clock instanceof ManualClock ? extra.clock : new ManualClock();
  const files = new Map<string, Uint8Array>();
  const host = new Host({ ...memoryPorts(clock, files), ...extra });
  const [view, served] = linkPair();
  host.serve(served);
  return { clock, host, client: openClient(view), files };
}

/** Moves the clock on in small steps, so that everything that waits for its turn gets it. */
export function run(clock: ManualClock, ms: number): void {
  for (let done = 0; done < ms; done += 1) clock.advance(NS_PER_MS);
}

function memoryPorts(clock: ManualClock, files: Map<string, Uint8Array>): HostPorts {
  return {
    clock,
    version: '0.0.0-test',
    platform: 'test',
    carrier: 'page',
    cannotAttach: 'There is no socket in a test.',
    suggestedSocket: () => '/run/test.sock',
    unixMs: () => 1_790_000_000_000,
    makeStore: () => new MemoryStore(1 << 28),
    recordTo: () => new MemoryStore(1 << 28),
    openFile: (path) => {
      const bytes = files.get(path);
      if (bytes === undefined) throw new HostError('cannot-read', `no ${path}`, 'Check the path.');
      return memoryStoreOf(bytes);
    },
    saveTo: (path, source) => {
      files.set(path, source.read(0, source.heldBytes()));
      return source.heldBytes();
    },
    listSinks: () => [{ spec: 'null', label: 'null' }],
    openAudio: () => ({ sink: new NullSink(clock), source: new ToneSource(clock, 440) }),
    recent: () => [],
    remember: () => {},
  };
}
