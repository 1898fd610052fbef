/** The event queue: buffers are popped only when there is something to tell, so that a paused guest loses none.
 *  Spec: 5.14.6.3, 5.14.6.7, 5.14.6.10.4 */
import type { Record as RecordEntry } from '../capture/entry.ts';
import { LIMITS } from '../limits.ts';
import { writeChain } from '../queue/chain-bytes.ts';
import type { GuestMemory } from '../queue/guest-memory.ts';
import { CTL_EVENT, EVENTQ, SND_EVENT, VIRTIO_SND_EVT_CTL_NOTIFY } from '../spec/sound.ts';
import type { Message } from './message.ts';
import { MessageFifo } from './message-fifo.ts';
import type { QueuePort } from './queue-port.ts';
import type { ViolationLog } from './violation-log.ts';

export interface EventDeps {
  readonly port: QueuePort;
  readonly memory: GuestMemory;
  readonly record: RecordEntry;
  readonly violations: ViolationLog;
}

const NO_BYTES = new Uint8Array(0);

/** Keeps at most LIMITS.pendingEvents for a driver that posts no buffers; then the oldest goes, and is counted. */
export class EventSender {
  private readonly deps: EventDeps;
  private readonly pending = new MessageFifo<Uint8Array>();
  private lostEvents = 0;
  /** Whether a driver has given the queue since the last reset: before, nobody listens. */
  private isHeard = false;

  constructor(deps: EventDeps) {
    this.deps = deps;
  }

  /** The queue runs: from now on events are kept for the driver. */
  listen(): void {
    this.isHeard = true;
  }

  /** `code`: one of VIRTIO_SND_EVT_JACK_…, VIRTIO_SND_EVT_PCM_…; `data`: the jack or the stream. */
  send(code: number, data: number): void {
    this.post(SND_EVENT.write({ code, data }));
  }

  /** `mask`: bits of CTL_EVT_MASK_… */
  sendControl(controlId: number, mask: number): void {
    this.post(CTL_EVENT.write({ code: VIRTIO_SND_EVT_CTL_NOTIFY, controlId, mask }));
  }

  /** Fills buffers as far as there are events and buffers, and interrupts. Says whether it stopped at LIMITS.chainsPerKick. */
  deliver(): boolean {
    const { port } = this.deps;
    let left: number = LIMITS.chainsPerKick;
    for (let wasPromised = false; this.pending.count > 0 && left > 0; ) {
      const message = port.pop();
      if (message !== undefined) {
        this.fill(message);
        left--;
        wasPromised = false;
      } else if (wasPromised || !port.enableKicks()) {
        break;
      } else {
        wasPromised = true;
      }
    }
    port.signal();
    return left === 0;
  }

  /** A reset: nothing is told of what was before. Says how many events were waiting. */
  clear(): number {
    const count = this.pending.count;
    while (this.pending.count > 0) this.pending.shift();
    this.recordLost();
    this.isHeard = false;
    return count;
  }

  private post(event: Uint8Array): void {
    if (!this.isHeard) return;
    if (this.pending.count >= LIMITS.pendingEvents) {
      this.pending.shift();
      this.lostEvents++;
    }
    this.pending.push(event);
    this.deliver();
  }

  private fill(message: Message): void {
    const { port, memory } = this.deps;
    const event = this.pending.first;
    if (event === undefined || !this.isUsable(message)) {
      port.complete(message, 0, NO_BYTES);
      return;
    }
    const written = writeChain(memory, message.chain.writable, 0, event);
    // An event goes out whole or waits for the next buffer.
    if (written === event.length) this.pending.shift();
    port.complete(message, written, event.subarray(0, written));
    this.recordLost();
  }

  private isUsable({ chain, seq, isBroken }: Message): boolean {
    const { violations } = this.deps;
    const { readableBytes, writableBytes } = chain;
    if (readableBytes > 0) {
      const detail = `an event buffer has ${readableBytes} device-readable bytes`;
      violations.report({ rule: 'VS-R-03', detail, queue: EVENTQ }, seq);
    }
    if (writableBytes < SND_EVENT.widthBytes) {
      const detail = `an event buffer has ${writableBytes} of ${SND_EVENT.widthBytes} bytes of room`;
      violations.report({ rule: 'VS-R-02', detail, queue: EVENTQ }, seq);
      return false;
    }
    return !isBroken;
  }

  private recordLost(): void {
    if (this.lostEvents === 0) return;
    const why = `${this.lostEvents} events were lost: the event queue had no buffers`;
    this.deps.record({ kind: 'forgotten', messages: this.lostEvents, pcmBytes: 0, why });
    this.lostEvents = 0;
  }
}
