/** A guest in our own process: a driver like Linux's on real rings in memory of its own, and an application that plays or
 *  records on a clock. What opens when nothing else is there, and the double that most tests use. */
import type { Clock } from '../clock.ts';
import type { GuestMemory } from '../queue/guest-memory.ts';
import { VIRTIO_SND_EVT_JACK_CONNECTED, VIRTIO_SND_EVT_JACK_DISCONNECTED } from '../spec/sound.ts';
import type { PlannedStalls } from '../stalls.ts';
import { NS_PER_S, type QueueIndex } from '../units.ts';
import { type GuestCounts, GuestKernel } from './demo-guest-kernel.ts';
import { type GuestEvent, probe } from './demo-guest-probe.ts';
import { type Program, Signal } from './demo-guest-program.ts';
import type { GuestStream } from './demo-guest-stream.ts';
import type { Scenario } from './scenarios.ts';
import type { DeviceSide, Transport } from './transport.ts';

export interface DemoGuestOptions {
  readonly scenario: Scenario;
  readonly clock: Clock;
  /** The same seed gives the same demo, to the sample and to the microsecond. */
  readonly seed: number;
  /** Planted on purpose; absent: nothing stalls. */
  readonly stalls?: PlannedStalls | undefined;
  /** How long to go on, to the next whole period; for ever unless given. */
  readonly seconds?: number;
  /** The last stream has been released. Called from within the guest: it may be stopped there. */
  readonly onFinished?: () => void;
  /** Also tells the device that the guest has gone. */
  readonly goneWhenFinished?: boolean;
}

export class DemoGuest implements Transport {
  readonly title: string;
  private readonly options: DemoGuestOptions;
  private readonly kernel: GuestKernel;
  private readonly plugged = new Map<number, boolean>();
  private readonly jackChanged = new Signal();
  private readonly openStreams: GuestStream[] = [];
  private readonly eventLog: GuestEvent[] = [];

  constructor(options: DemoGuestOptions) {
    this.options = options;
    this.title = `demo guest: ${options.scenario.name}`;
    this.kernel = new GuestKernel(options.clock, options.seed, options.stalls);
    if (options.stalls !== undefined) options.stalls.tell = (detail) => this.kernel.note(detail);
  }

  /** Says in the capture what is done on purpose. */
  note(detail: string): void {
    this.kernel.note(detail);
  }

  get memory(): GuestMemory {
    return this.kernel.pages.ram;
  }

  /** What came back and what did not, so far. */
  get counts(): Readonly<GuestCounts> {
    return this.kernel.counts;
  }

  /** Streams that the scenario uses, in the order in which it opened them. */
  get streams(): readonly GuestStream[] {
    return this.openStreams;
  }

  /** The newest events, at most 64. */
  get events(): readonly GuestEvent[] {
    return this.eventLog;
  }

  start(device: DeviceSide): void {
    this.kernel.attach(device);
    this.kernel.start(this.live(), () => this.finish());
  }

  interrupt(queue: QueueIndex): void {
    this.kernel.interrupt(queue);
  }

  /** Linux's driver has no handler for it. */
  configChanged(): void {}

  stop(): void {
    this.kernel.stop();
  }

  private *live(): Program {
    const { kernel, jackChanged, plugged, openStreams: streams } = this;
    const { scenario, seed, seconds = Number.POSITIVE_INFINITY } = this.options;
    const onEvent = (event: GuestEvent): void => this.takeEvent(event);
    const card = yield* probe(kernel, { packed: scenario.packed, onEvent });
    if (card === undefined) {
      kernel.note('the guest’s driver gives up: a question about the device was not answered');
      return;
    }
    for (const [jackId, { connected }] of card.jacks.entries())
      plugged.set(jackId, connected !== 0);
    const untilNs = kernel.clock.nowNs() + seconds * NS_PER_S;
    yield* scenario.run({ kernel, card, seed, seconds, untilNs, plugged, jackChanged, streams });
  }

  private takeEvent(event: GuestEvent): void {
    this.eventLog.push(event);
    if (this.eventLog.length > 64) this.eventLog.shift();
    const { code, data: jackId } = event;
    if (code !== VIRTIO_SND_EVT_JACK_CONNECTED && code !== VIRTIO_SND_EVT_JACK_DISCONNECTED) return;
    if (!this.plugged.has(jackId)) return;
    this.plugged.set(jackId, code === VIRTIO_SND_EVT_JACK_CONNECTED);
    this.jackChanged.fire();
  }

  private finish(): void {
    if (this.options.goneWhenFinished === true) {
      this.kernel.side().onGone('the demo guest has finished');
      this.kernel.stop();
    }
    this.options.onFinished?.();
  }
}
