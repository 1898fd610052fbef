/** A PCM stream: its lifecycle, its parameters, and the messages that wait on it. What differs between playback and
 *  recording is in `output-stream.ts` and `input-stream.ts`. Spec: 5.14.6.6, 5.14.6.8 */
import type { OpenStream, StreamIdentity } from '../audio/audio-io.ts';
import { LIMITS } from '../limits.ts';
import type { GuestMemory } from '../queue/guest-memory.ts';
import type { Chain } from '../queue/virtqueue.ts';
import { frameBytesOf, rateHzOf, type StreamParams } from '../spec/formats.ts';
import type { RuleId } from '../spec/rules.ts';
import {
  type Direction,
  LIFECYCLE,
  type PcmCommand,
  RXQ,
  type StreamState,
  TXQ,
  VIRTIO_SND_PCM_F_MSG_POLLING,
  VIRTIO_SND_S_IO_ERR,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import {
  assert,
  type Bytes,
  type Frames,
  type Ns,
  nsOf,
  type Seq,
  type TrackId,
} from '../units.ts';
import type { Message } from './message.ts';
import { MessageFifo } from './message-fifo.ts';
import type { PcmArena } from './pcm-arena.ts';
import type { PostedCopies } from './posted-copies.ts';
import type { QueuePort } from './queue-port.ts';
import { type MonitorDeps, nsOfBytes, RunMonitor } from './run-monitor.ts';
import type { StaleReplay } from './stale-replay.ts';
import type { StreamSpec } from './topology.ts';

/** What a stream needs of its device. */
export interface StreamDeps extends MonitorDeps {
  readonly memory: GuestMemory;
  /** The tx or the rx queue. */
  readonly port: QueuePort;
  readonly arena: PcmArena;
  /** Absent: late writes are not looked for. */
  readonly posted: PostedCopies | undefined;
  /** Planted on purpose: see `stale-replay.ts`. */
  readonly stale?: StaleReplay | undefined;
  /** Counts tracks over the session. */
  readonly nextTrack: () => TrackId;
  /** Takes what is in the data queue and was not popped yet: its kick may still be on the way, or never come. */
  readonly look: () => void;
}

/** A stream as it stands, for people. */
export interface StreamReport {
  readonly streamId: number;
  readonly direction: Direction;
  readonly state: StreamState;
  /** Accepted by the last SET_PARAMS. */
  readonly params: StreamParams | undefined;
  /** Of the current or the last run. */
  readonly track: TrackId | undefined;
  /** Counts runs from 0; -1 before the first. */
  readonly run: number;
  /** Messages that the device holds, and the PCM in them that is still to change hands. */
  readonly pendingMessages: number;
  readonly pendingFrames: Frames;
  /** Frames that changed hands in this run. */
  readonly movedFrames: Frames;
  /** What the host holds: frames handed over and not yet heard, or captured and not yet pushed. */
  readonly delayFrames: Frames;
  /** Underruns or overruns of the guest: in this run, and since the device began. */
  readonly runXruns: number;
  readonly xruns: number;
  /** Right now there is nothing for the host. */
  readonly isStarving: boolean;
}

/** The message that a queue stop put back into the ring half way, to go on with when it comes again. */
interface Leftover {
  readonly head: number;
  readonly payloadBytes: Bytes;
  readonly movedBytes: Bytes;
}

export abstract class PcmStream {
  readonly id: number;
  readonly spec: StreamSpec;
  protected readonly deps: StreamDeps;
  protected readonly monitor: RunMonitor;
  protected readonly pending = new MessageFifo<Message>();
  /** PCM bytes that pending messages still have to give or to take. */
  protected pendingBytes: Bytes = 0;
  protected movedFrames: Frames = 0;
  protected frameBytes: Bytes = 1;
  protected rateHz = 1;
  protected host: OpenStream | undefined;

  private currentState: StreamState = 'init';
  private currentParams: StreamParams | undefined;
  protected track: TrackId = 0;
  private run = -1;
  private leftover: Leftover | undefined;
  private isWaiting = false;

  constructor(id: number, spec: StreamSpec, deps: StreamDeps) {
    this.id = id;
    this.spec = spec;
    this.deps = deps;
    this.monitor = new RunMonitor(id, spec.direction, deps);
  }

  get state(): StreamState {
    return this.currentState;
  }

  get params(): StreamParams | undefined {
    return this.currentParams;
  }

  allows(command: PcmCommand): boolean {
    return LIFECYCLE[this.currentState][command] !== undefined;
  }

  /** Whether I/O messages belong to a run now: after PREPARE and before RELEASE. */
  get takesMessages(): boolean {
    const state = this.currentState;
    return state === 'prepared' || state === 'running' || state === 'stopped';
  }

  /** In a run whose data queue stopped: its messages are in the ring, and nothing may be decided without them. */
  get isSuspended(): boolean {
    return this.isWaiting;
  }

  /** The period in which the driver chose to be polled instead of kicking. Spec: 5.14.6.6.2 (MSG_POLLING) */
  get pollNs(): Ns | undefined {
    const params = this.currentParams;
    if (!this.takesMessages || params === undefined) return undefined;
    const isPolled = ((params.features >>> VIRTIO_SND_PCM_F_MSG_POLLING) & 1) === 1;
    return isPolled ? nsOfBytes(params, params.periodBytes) : undefined;
  }

  /** Parameters that were checked against the stream. Spec: 5.14.6.6.3 */
  setParams(params: StreamParams): void {
    if (this.currentState === 'prepared') this.endRun();
    this.monitor.forget();
    this.currentParams = params;
    this.frameBytes = frameBytesOf(params);
    this.rateHz = rateHzOf(params.rate);
    this.enter('SET_PARAMS');
    this.deps.port.signal();
  }

  /** Spec: 5.14.6.6.4 */
  prepare(): void {
    if (this.currentState !== 'prepared') this.beginRun();
    this.enter('PREPARE');
  }

  /** Spec: 5.14.6.6.6 */
  start(): void {
    this.deps.look();
    this.beforeStart();
    this.monitor.forget();
    this.enter('START');
    if (this.deps.port.isRunning) this.host?.start();
    this.deps.port.signal();
  }

  /** Messages stay where they are, for a START or a RELEASE to come. Spec: 5.14.6.6.7 */
  stop(): void {
    this.enter('STOP');
    this.host?.stop();
    this.stopMonitor();
    this.afterStop();
  }

  /** "The device MUST complete all pending I/O messages" and "MUST NOT complete the control request while there are
   *  pending I/O messages": when this returns they are back in the ring. What they still hold is dropped. Spec: 5.14.6.6.5.1 */
  release(): void {
    this.deps.look();
    this.endRun();
    this.enter('RELEASE');
    this.deps.port.signal();
  }

  /** Appends an I/O message that was checked as far as it is the same for all streams. */
  accept(message: Message): void {
    message.payloadBytes = this.payloadBytesOf(message.chain);
    if (this.pending.count >= LIMITS.pendingMessages) {
      const why = `stream ${this.id} holds ${LIMITS.pendingMessages} messages already`;
      this.deps.record({ kind: 'forgotten', messages: 0, pcmBytes: message.payloadBytes, why });
      this.giveBack(message, VIRTIO_SND_S_IO_ERR, 0);
      return;
    }
    this.inspect(message);
    const { leftover } = this;
    this.leftover = undefined;
    if (leftover?.head === message.chain.head && leftover.payloadBytes === message.payloadBytes) {
      message.movedBytes = leftover.movedBytes;
    }
    this.pending.push(message);
    this.pendingBytes += message.payloadBytes - message.movedBytes;
  }

  /** The data queue stops. Messages from `rewindFrom` on go back to the ring as they are, older ones are returned. The
   *  host's clock stands still until `resume`. */
  suspend(rewindFrom: number): void {
    this.isWaiting = this.takesMessages;
    this.host?.stop();
    if (this.currentState === 'running') this.stopMonitor();
    this.monitor.forget();
    this.afterStop();
    for (let message = this.pending.shift(); message; message = this.pending.shift()) {
      if (message.popNumber < rewindFrom) {
        this.giveBack(message, VIRTIO_SND_S_OK, 0);
      } else if (message.movedBytes > 0) {
        const { chain, payloadBytes, movedBytes } = message;
        this.leftover = { head: chain.head, payloadBytes, movedBytes };
      }
      this.deps.posted?.close(message);
    }
    this.pendingBytes = 0;
  }

  /** The data queue runs again: so does the host's clock, if the stream does. */
  resume(): void {
    this.isWaiting = false;
    if (this.currentState === 'running') this.host?.start();
  }

  /** A device reset, or a guest that went away: messages are forgotten. Gives the bytes of PCM that went with them. */
  reset(): Bytes {
    const lostBytes = this.spec.direction === 'output' ? this.pendingBytes : 0;
    const from = this.currentState;
    if (from === 'running') this.stopMonitor();
    this.monitor.forget();
    this.currentState = 'init';
    this.isWaiting = false;
    for (let message = this.pending.shift(); message; message = this.pending.shift()) {
      this.deps.posted?.close(message);
    }
    this.pendingBytes = 0;
    this.currentParams = undefined;
    this.afterStop();
    this.closeHost();
    if (from !== 'init') this.recordState(from);
    return lostBytes;
  }

  report(): StreamReport {
    return {
      streamId: this.id,
      direction: this.spec.direction,
      state: this.currentState,
      params: this.currentParams,
      track: this.run < 0 ? undefined : this.track,
      run: this.run,
      pendingMessages: this.pending.count,
      pendingFrames: Math.floor(this.pendingBytes / this.frameBytes),
      movedFrames: this.movedFrames,
      delayFrames: this.host?.delayFrames() ?? 0,
      runXruns: this.monitor.runXruns,
      xruns: this.monitor.xruns,
      isStarving: this.monitor.isStarving,
    };
  }

  /** PCM bytes that a message carries, or has room for. */
  protected abstract payloadBytesOf(chain: Chain): Bytes;
  /** Names what is wrong with a message of this direction that is taken all the same. */
  protected abstract inspect(message: Message): void;
  protected abstract giveBack(message: Message, status: number, latencyBytes: Bytes): void;
  /** What is told of a message that ends before its PCM did. */
  protected abstract endLatencyBytes(message: Message): Bytes;
  protected abstract openHost(identity: StreamIdentity): OpenStream;
  protected abstract beforeStart(): void;
  protected abstract afterStop(): void;

  /** Takes the first message from those that wait, to be given back. */
  protected takeFirst(): Message {
    const message = this.pending.shift();
    assert(message !== undefined, 'there is a message to finish');
    this.pendingBytes -= message.payloadBytes - message.movedBytes;
    return message;
  }

  /** Counts `pcm` as moved and records it. `delayFrames`: what the host holds ahead of it. */
  protected recordMoved(message: Message, pcm: Uint8Array, delayFrames: Frames): void {
    const frames = pcm.length / this.frameBytes;
    const { track, movedFrames: fromFrame } = this;
    const popped = message.seq;
    this.deps.record({ kind: 'moved', popped, track, fromFrame, frames, pcm, delayFrames });
    message.movedBytes += pcm.length;
    this.pendingBytes -= pcm.length;
    this.movedFrames += frames;
    this.monitor.countPeriods(pcm.length);
  }

  /** Whole frames of a message that have not changed hands, in bytes; a part of a frame at its end never does. */
  protected leftBytes(message: Message): Bytes {
    const left = message.payloadBytes - message.movedBytes;
    return left - (left % this.frameBytes);
  }

  protected blame(rule: RuleId, detail: string, popped?: Seq): void {
    const queue = this.spec.direction === 'output' ? TXQ : RXQ;
    this.deps.violations.report({ rule, detail, queue, streamId: this.id }, popped);
  }

  private beginRun(): void {
    const params = this.currentParams;
    assert(params !== undefined, 'PREPARE follows SET_PARAMS');
    const { id: streamId } = this;
    const { direction } = this.spec;
    this.track = this.deps.nextTrack();
    this.run++;
    this.movedFrames = 0;
    this.monitor.begin(this.track, params);
    const { track } = this;
    const compares = this.deps.posted !== undefined && direction === 'output';
    const facts = compares ? { comparesPosted: true } : {};
    this.deps.record({ kind: 'track', track, streamId, direction, params, ...facts });
    this.host = this.openHost({ streamId, run: this.run, params });
  }

  private endRun(): void {
    while (this.pending.first !== undefined) {
      const latencyBytes = this.endLatencyBytes(this.pending.first);
      this.giveBack(this.takeFirst(), VIRTIO_SND_S_OK, latencyBytes);
    }
    this.deps.port.flushHeld();
    this.afterStop();
    this.closeHost();
  }

  private closeHost(): void {
    this.host?.close();
    this.host = undefined;
    this.leftover = undefined;
  }

  private stopMonitor(): void {
    const isDry = this.pendingBytes < this.frameBytes && this.movedFrames > 0;
    const delayNs = nsOf(this.host?.delayFrames() ?? 0, this.rateHz);
    const drySinceNs = isDry ? this.deps.clock.nowNs() + delayNs : undefined;
    this.monitor.stop(this.movedFrames, drySinceNs);
  }

  private enter(command: PcmCommand): void {
    const from = this.currentState;
    const to = LIFECYCLE[from][command];
    assert(to !== undefined, `${command} is not allowed in ${from}`);
    this.currentState = to;
    if (from !== to) this.recordState(from);
  }

  private recordState(from: StreamState): void {
    this.deps.record({ kind: 'state', streamId: this.id, from, to: this.currentState });
  }
}
