/** I/O messages: their parts, their order, what comes back. Spec: 5.14.6.8 */
import { bytesPerSecond, frameBytesOf } from '../spec/formats.ts';
import { readLe32 } from '../spec/layout.ts';
import {
  codeName,
  PCM_INFO,
  RXQ,
  TXQ,
  VIRTIO_SND_D_OUTPUT,
  VIRTIO_SND_S_IO_ERR,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import type { Held, StreamWorld } from './check-held.ts';
import { type Answer, at, type CheckContext, type CheckModule } from './check-module.ts';
import { LOOKS_NS } from './check-watch.ts';

const HEADER_BYTES = 4;
const STATUS_BYTES = 8;
/** States in which messages belong to a run. */
const IN_RUN = new Set(['prepared', 'running', 'stopped']);
const LATENCY_SECONDS = 2;

export class IoChecks implements CheckModule {
  private readonly context: CheckContext;
  /** A message shorter than a period: fine only if no other follows. */
  private readonly short = new Map<StreamWorld, Held>();
  private readonly malformed = new WeakSet<Held>();

  constructor(context: CheckContext) {
    this.context = context;
  }

  popped(held: Held): void {
    const { queue, isBroken, isTraced } = held;
    if ((queue !== TXQ && queue !== RXQ) || isTraced) return;
    if (isBroken || !this.isWhole(held) || !this.isExpected(held)) {
      this.malformed.add(held);
      return;
    }
    if (queue === TXQ) this.output(held);
    else this.input(held);
    const frameBytes = held.params === undefined ? 0 : frameBytesOf(held.params);
    if (frameBytes === 0) return;
    const { world, verdicts } = this.context;
    const { payloadBytes } = held;
    const detail = () => `${payloadBytes} bytes of PCM in frames of ${frameBytes}`;
    verdicts.check('VS-I-14', payloadBytes % frameBytes === 0, at(held, world), detail);
  }

  returned(message: Held, { entry, status }: Answer): void {
    const { world, verdicts } = this.context;
    const { writtenBytes, reply } = entry;
    if (this.malformed.has(message) || message.isBroken) return;
    if (message.isTraced) {
      this.order(message);
      return;
    }
    const where = at(message, world);
    if (message.queue === TXQ) {
      const detail = () => `${writtenBytes} bytes returned`;
      verdicts.check('VS-I-05', writtenBytes === STATUS_BYTES, where, detail);
    }
    if (reply.length >= 4) {
      const isUsual = status === VIRTIO_SND_S_OK || status === VIRTIO_SND_S_IO_ERR;
      verdicts.check('VS-I-04', isUsual, where, () => `status ${codeName(status)}`);
    }
    if (status !== VIRTIO_SND_S_OK) return;
    this.order(message);
    this.consumed(message);
    this.filled(message, writtenBytes);
    if (reply.length >= 8) this.latency(message, readLe32(reply, 4));
  }

  answered(request: Held, { status }: Answer): void {
    // after STOP the next message begins anew
    if (status === VIRTIO_SND_S_OK && request.stream !== undefined && request.command !== 'START') {
      this.short.delete(request.stream);
    }
  }

  forgotten(): void {
    this.short.clear();
  }

  missed(stream: StreamWorld | undefined): void {
    if (stream === undefined) this.short.clear();
    else this.short.delete(stream);
  }

  private isWhole(held: Held): boolean {
    const { world, verdicts } = this.context;
    const { readableBytes, writableBytes } = held.chain;
    const isWhole = readableBytes >= HEADER_BYTES && writableBytes >= STATUS_BYTES;
    const detail = () =>
      `${readableBytes} device-readable and ${writableBytes} device-writable bytes`;
    verdicts.check('VS-I-25', isWhole, at(held, world), detail);
    return isWhole && held.body.length >= HEADER_BYTES;
  }

  /** Its stream exists, has this direction, and takes messages now. */
  private isExpected(held: Held): boolean {
    const { world, verdicts } = this.context;
    const { streamId, state, queue } = held;
    const where = at(held, world);
    const { streams } = world.totals;
    if (streams !== undefined) {
      const detail = () => `stream ${streamId} of ${streams}`;
      verdicts.check('VS-I-06', streamId < streams, where, detail);
      if (streamId >= streams) return false;
    }
    const bytes = world.pcms.get(streamId)?.bytes;
    const info = bytes === undefined ? undefined : PCM_INFO.read(bytes);
    if (info !== undefined) {
      const isOutput = info.direction === VIRTIO_SND_D_OUTPUT;
      const fits = isOutput === (queue === TXQ);
      const detail = () => `stream ${streamId} is an ${isOutput ? 'output' : 'input'} stream`;
      verdicts.check('VS-I-07', fits, where, detail);
      if (!fits) return false;
    }
    const sinceNs = held.atNs - (held.stream?.commandedNs ?? Number.NaN);
    if (state === undefined || (world.isWatched && sinceNs <= LOOKS_NS)) return true;
    verdicts.check('VS-I-29', IN_RUN.has(state), where, () => `stream ${streamId} is in ${state}`);
    return IN_RUN.has(state);
  }

  private output(held: Held): void {
    const { world, verdicts } = this.context;
    const { chain, stream, params, payloadBytes } = held;
    const { writableBytes } = chain;
    verdicts.check(
      'VS-R-15',
      writableBytes === STATUS_BYTES,
      at(held, world),
      () => `${writableBytes} device-writable bytes; the status is ${STATUS_BYTES}`,
    );
    if (stream === undefined || params === undefined) return;
    const { periodBytes } = params;
    const before = this.short.get(stream);
    if (before !== undefined) {
      const rows = [before.row, held.row];
      const detail = () =>
        `${before.payloadBytes} bytes of PCM, and another message follows; a period is ${periodBytes}`;
      verdicts.check('VS-R-14', false, at(before, world, { rows }), detail);
    }
    if (payloadBytes < periodBytes) this.short.set(stream, held);
    else this.short.delete(stream);
    const detail = () => `${payloadBytes} bytes of PCM; a period is ${periodBytes}`;
    verdicts.check('VS-R-14', payloadBytes <= periodBytes, at(held, world), detail);
  }

  private input(held: Held): void {
    const { world, verdicts } = this.context;
    const { chain, params, payloadBytes } = held;
    const { readableBytes } = chain;
    verdicts.check(
      'VS-R-17',
      readableBytes === HEADER_BYTES,
      at(held, world),
      () => `${readableBytes} device-readable bytes; the header is ${HEADER_BYTES}`,
    );
    if (params === undefined) return;
    const { periodBytes } = params;
    const detail = () => `room for ${payloadBytes} bytes of PCM; a period is ${periodBytes}`;
    verdicts.check('VS-R-16', payloadBytes === periodBytes, at(held, world), detail);
  }

  private order(message: Held): void {
    const { world, verdicts } = this.context;
    const { stream } = message;
    if (stream === undefined) return;
    const [oldest] = stream.held;
    const isFirst = oldest === undefined || oldest === message || this.malformed.has(oldest);
    const rows = [message.row, ...(oldest === undefined ? [] : [oldest.row])];
    const detail = () => `message ${message.row} came back before message ${oldest?.row}`;
    verdicts.check('VS-I-23', isFirst, at(message, world, { rows }), detail);
  }

  /** An output message comes back once all its PCM was handed over; none comes back before START. */
  private consumed(message: Held): void {
    const { world, verdicts } = this.context;
    const { queue, stream, params, payloadBytes, movedBytes } = message;
    if (queue !== TXQ || stream === undefined || stream.wasSuspended) return;
    if (world.isEnding(stream.id)) return;
    const where = at(message, world);
    if (stream.state === 'prepared') {
      verdicts.check('VS-D-11', payloadBytes === 0, where, () => 'completed before START');
      return;
    }
    const frameBytes = params === undefined ? 0 : frameBytesOf(params);
    if (stream.state !== 'running' || frameBytes === 0 || !world.seen.has('moved')) return;
    const wholeBytes = payloadBytes - (payloadBytes % frameBytes);
    const detail = () => `completed with ${movedBytes} of ${payloadBytes} bytes consumed`;
    verdicts.check('VS-D-11', movedBytes >= wholeBytes, where, detail);
  }

  private filled(message: Held, writtenBytes: number): void {
    const { world, verdicts } = this.context;
    const { queue, stream, payloadBytes, params } = message;
    if (queue !== RXQ || stream?.state !== 'running' || world.isEnding(stream.id)) return;
    if (stream.wasSuspended) return;
    const frameBytes = params === undefined ? 0 : frameBytesOf(params);
    const wholeBytes = frameBytes === 0 ? payloadBytes : payloadBytes - (payloadBytes % frameBytes);
    const detail = () =>
      `${writtenBytes - STATUS_BYTES} bytes recorded, with room for ${payloadBytes}`;
    verdicts.check(
      'VS-D-12',
      writtenBytes >= wholeBytes + STATUS_BYTES,
      at(message, world),
      detail,
    );
  }

  private latency(message: Held, latencyBytes: number): void {
    const { world, verdicts } = this.context;
    const { params } = message;
    if (params === undefined) return;
    const most = Math.max(params.bufferBytes, LATENCY_SECONDS * bytesPerSecond(params));
    const detail = () => `latency_bytes ${latencyBytes}; the buffer has ${params.bufferBytes}`;
    verdicts.check('VS-I-20', latencyBytes <= most, at(message, world), detail);
  }
}
