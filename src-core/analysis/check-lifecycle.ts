/** Stream commands: their order, and what RELEASE and START ask of pending messages. Spec: 5.14.6.6.1, 5.14.6.6.5.1,
 *  5.14.6.8.2.2 */
import { bytesPerSecond } from '../spec/formats.ts';
import {
  LIFECYCLE,
  PCM_INFO,
  RXQ,
  TXQ,
  VIRTIO_SND_D_INPUT,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import { NS_PER_MS, NS_PER_S, type Ns } from '../units.ts';
import type { Held, StreamWorld } from './check-held.ts';
import { type Answer, at, type CheckContext, type CheckModule } from './check-module.ts';
import { LOOKS_NS } from './check-watch.ts';

/** A message that is not back so long after RELEASE was answered is not on its way. */
const LONG_GONE_NS = NS_PER_S;
const END_NS = 100 * NS_PER_MS;
/** A stream that stood still for longer was paused: what it still held was not wanted any more. */
const PAUSE_NS = 500 * NS_PER_MS;
const SHORTEST_WAIT_NS = NS_PER_S;

export class LifecycleChecks implements CheckModule {
  private readonly context: CheckContext;
  /** Messages that were pending when RELEASE was answered. */
  private owed: Held[] = [];
  private readonly starved = new Set<StreamWorld>();

  constructor(context: CheckContext) {
    this.context = context;
  }

  popped(held: Held): void {
    const { stream } = held;
    if (held.command === 'RELEASE' && stream !== undefined) this.releaseComes(held, stream);
    if (held.queue >= TXQ && stream !== undefined) stream.messagesSincePrepare++;
  }

  answered(request: Held, { status }: Answer): void {
    const { command, stream, isBroken } = request;
    const { world, verdicts } = this.context;
    if (command === undefined || stream === undefined || isBroken) return;
    const { streams } = world.totals;
    if (streams !== undefined && stream.id >= streams) return; // VS-I-06
    const { state } = stream;
    if (state !== undefined) {
      const isAllowed = LIFECYCLE[state][command] !== undefined;
      const detail = () => `${command} in ${state}`;
      verdicts.check('VS-I-01', isAllowed, at(request, world), detail);
      const isAccepted = status === VIRTIO_SND_S_OK;
      if (!isAllowed) {
        const accepted = () => `${command} in ${state} was answered with OK`;
        verdicts.check('VS-I-30', !isAccepted, at(request, world), accepted);
      }
    }
    if (status !== VIRTIO_SND_S_OK) return;
    if (command === 'RELEASE') this.released(request, stream);
    if (command === 'START') this.started(request, stream);
  }

  returned(message: Held): void {
    const { releasedBy } = message;
    if (releasedBy === undefined) return;
    const { world, verdicts } = this.context;
    const rows = [message.row, releasedBy.row];
    const lateNs = world.nowNs - (message.releasedNs ?? world.nowNs);
    this.owed = this.owed.filter((other) => other !== message);
    if (world.isWatched && lateNs <= LOOKS_NS) return; // which came first is not known
    const detail = () => `returned ${ms(lateNs)} after RELEASE was answered`;
    verdicts.check('VS-D-10', false, at(message, world, { rows }), detail);
  }

  passed(): void {
    const { nowNs } = this.context.world;
    this.giveUp(({ releasedNs = nowNs }) => nowNs - releasedNs > LONG_GONE_NS);
    for (const stream of this.context.world.streams.values()) this.feeds(stream);
  }

  forgotten(gone: readonly Held[]): void {
    this.giveUp((held) => gone.includes(held));
  }

  missed(stream: StreamWorld | undefined): void {
    this.owed = this.owed.filter((held) => stream !== undefined && held.stream !== stream);
  }

  ended(): void {
    const { nowNs, isWatched } = this.context.world;
    const longNs = isWatched ? LONG_GONE_NS : END_NS;
    this.giveUp(({ releasedNs = nowNs }) => nowNs - releasedNs > longNs);
  }

  /** RELEASE is fetched: what waits now has to be back before its answer. */
  private releaseComes(request: Held, stream: StreamWorld): void {
    const { world, verdicts } = this.context;
    if (stream.state === undefined || LIFECYCLE[stream.state].RELEASE === undefined) return;
    const waiting = stream.held.filter(
      ({ queue, payloadBytes, movedBytes }) => queue === TXQ && movedBytes < payloadBytes,
    );
    const isPaused = world.nowNs - stream.stoppedNs > PAUSE_NS;
    const rows = [request.row, ...waiting.slice(0, 8).map(({ row }) => row)];
    const bytes = waiting.reduce((sum, held) => sum + held.payloadBytes - held.movedBytes, 0);
    const perSecond = stream.params === undefined ? 0 : bytesPerSecond(stream.params);
    verdicts.check(
      'VS-I-21',
      waiting.length === 0 || isPaused,
      at(request, world, { rows }),
      () => {
        const long = perSecond > 0 ? ` (${ms((bytes / perSecond) * NS_PER_S)})` : '';
        return `${waiting.length} messages with ${bytes} bytes of PCM${long} were waiting at RELEASE`;
      },
    );
  }

  private released(request: Held, stream: StreamWorld): void {
    const { world, verdicts } = this.context;
    const late = stream.held.filter(({ seq }) => seq < request.seq);
    verdicts.check('VS-D-09', true, at(request, world), () => '');
    verdicts.check('VS-D-10', true, at(request, world), () => '');
    for (const held of late) {
      held.releasedBy = request;
      held.releasedNs = world.nowNs;
      this.owed.push(held);
    }
  }

  private giveUp(isGone: (held: Held) => boolean): void {
    if (this.owed.length === 0) return;
    const { world, verdicts } = this.context;
    const gone = this.owed.filter(isGone);
    if (gone.length === 0) return;
    this.owed = this.owed.filter((held) => !gone.includes(held));
    for (const held of gone) {
      const { releasedBy } = held;
      const rows = releasedBy === undefined ? [held.row] : [releasedBy.row, held.row];
      const detail = () => `message ${held.row} was not returned though RELEASE was answered`;
      verdicts.check('VS-D-09', false, at(held, world, { rows }), detail);
      held.stream?.held.splice(held.stream.held.indexOf(held), 1);
    }
  }

  private started(request: Held, stream: StreamWorld): void {
    const { world, verdicts } = this.context;
    this.starved.delete(stream);
    if (!this.isInput(stream)) return;
    const isFed = stream.held.some(({ queue }) => queue === RXQ);
    const detail = () => 'no message is posted at START';
    verdicts.check('VS-R-16', isFed, at(request, world), detail);
  }

  /** A running stream gets messages. */
  private feeds(stream: StreamWorld): void {
    const { world, verdicts } = this.context;
    const { state, params, startedNs, messagesSincePrepare } = stream;
    if (state !== 'running' || params === undefined || Number.isNaN(startedNs)) return;
    if (this.starved.has(stream) || this.isInput(stream)) return;
    const perSecond = bytesPerSecond(params);
    const bufferNs = perSecond === 0 ? 0 : (params.bufferBytes / perSecond) * NS_PER_S;
    const ranNs = world.nowNs - startedNs;
    if (ranNs < Math.max(bufferNs, SHORTEST_WAIT_NS)) return;
    this.starved.add(stream);
    const where = { atNs: world.nowNs, streamId: stream.id, grade: 'derived' } as const;
    const detail = () => `stream ${stream.id} ran ${ms(ranNs)} without a message`;
    verdicts.check('VS-R-13', messagesSincePrepare > 0, where, detail);
  }

  private isInput({ id }: StreamWorld): boolean {
    const bytes = this.context.world.pcms.get(id)?.bytes;
    return bytes !== undefined && PCM_INFO.read(bytes)?.direction === VIRTIO_SND_D_INPUT;
  }
}

function ms(ns: Ns): string {
  return `${(ns / NS_PER_MS).toFixed(1)} ms`;
}
