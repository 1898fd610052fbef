/** A device queue whose chains in flight are kept account of, so that they outlive this process.
 *  Spec: vhost-user protocol, "Inflight I/O tracking" */
import type { Bytes } from '../units.ts';
import type { GuestMemory } from './guest-memory.ts';
import { PatchedMemory } from './patched-memory.ts';
import type {
  Chain,
  DeviceQueue,
  InflightLog,
  Popped,
  QueuePosition,
  QueueSetup,
  RingSnapshot,
} from './virtqueue.ts';

/** Opens the queue where an earlier life left it. `open` makes the queue itself. */
export function openInflightQueue(
  setup: QueueSetup,
  log: InflightLog,
  memory: GuestMemory,
  open: (setup: QueueSetup, memory: GuestMemory) => DeviceQueue,
): DeviceQueue {
  const recovered = log.recover();
  if (recovered === undefined) return new InflightQueue(open(setup, memory), log);
  const { position, patches, count } = recovered;
  if (count === 0) return new InflightQueue(open({ ...setup, position }, memory), log);
  const patched = new PatchedMemory(memory, patches);
  const queue = open({ ...setup, position }, patched);
  return new InflightQueue(queue, log, { memory: patched, count });
}

class InflightQueue implements DeviceQueue {
  readonly setup: QueueSetup;
  private readonly queue: DeviceQueue;
  private readonly log: InflightLog;
  /** In the order in which they were popped. */
  private readonly inFlight = new Set<Chain>();
  /** Those of an earlier life: their place in the ring is lost, so the account keeps them even when they are rewound. */
  private readonly recovered = new Set<Chain>();
  private patched: { readonly memory: PatchedMemory; count: number } | undefined;

  constructor(
    queue: DeviceQueue,
    log: InflightLog,
    patched?: { memory: PatchedMemory; count: number },
  ) {
    this.setup = queue.setup;
    this.queue = queue;
    this.log = log;
    this.patched = patched;
  }

  pop(): Popped | undefined {
    const popped = this.queue.pop();
    if (popped === undefined) return undefined;
    this.inFlight.add(popped.chain);
    this.log.popped(popped);
    if (this.patched !== undefined) this.countRecovered(this.patched, popped.chain);
    return popped;
  }

  availableChains(): number {
    return this.queue.availableChains();
  }

  pushUsed(chain: Chain, writtenBytes: Bytes): number {
    this.inFlight.delete(chain);
    this.recovered.delete(chain);
    this.log.returning(chain);
    const used = this.queue.pushUsed(chain, writtenBytes);
    this.log.returned(chain);
    return used;
  }

  takeInterruptNeed(): boolean {
    return this.queue.takeInterruptNeed();
  }

  enableKicks(): boolean {
    return this.queue.enableKicks();
  }

  disableKicks(): void {
    this.queue.disableKicks();
  }

  position(): QueuePosition {
    return this.queue.position();
  }

  rewind(count: number): void {
    this.queue.rewind(count);
    for (const chain of [...this.inFlight].slice(this.inFlight.size - count)) {
      this.inFlight.delete(chain);
      if (!this.recovered.delete(chain)) this.log.rewound(chain);
    }
  }

  takeViolations() {
    return this.queue.takeViolations();
  }

  snapshot(): RingSnapshot | undefined {
    return this.queue.snapshot();
  }

  private countRecovered(patched: { memory: PatchedMemory; count: number }, chain: Chain): void {
    this.recovered.add(chain);
    patched.count--;
    if (patched.count > 0) return;
    patched.memory.drop();
    this.patched = undefined;
  }
}
