/** Control requests and their answers, as far as all are alike. Spec: 5.14.6, 5.14.6.2 */
import { hasFeature, VIRTIO_SND_F_CTLS } from '../spec/ring.ts';
import {
  CTL_HDR,
  codeName,
  JACK_HDR,
  JACK_INFO,
  JACK_REMAP,
  QUERY_INFO,
  type RequestKind,
  requestKind,
  VIRTIO_SND_JACK_F_REMAP,
  VIRTIO_SND_R_CHMAP_INFO,
  VIRTIO_SND_R_CTL_INFO,
  VIRTIO_SND_R_JACK_INFO,
  VIRTIO_SND_R_JACK_REMAP,
  VIRTIO_SND_R_PCM_INFO,
  VIRTIO_SND_S_IO_ERR,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import { NS_PER_MS } from '../units.ts';
import type { Held } from './check-held.ts';
import { type Answer, at, type CheckContext, type CheckModule } from './check-module.ts';
import type { ConfigField } from './check-world.ts';

const SLOW_NS = 100 * NS_PER_MS;
const HDR_BYTES = 4;
/** In the order of the standard's set-up. */
const ASKED_IN_ORDER: readonly [number, ConfigField][] = [
  [VIRTIO_SND_R_JACK_INFO, 'jacks'],
  [VIRTIO_SND_R_PCM_INFO, 'streams'],
  [VIRTIO_SND_R_CHMAP_INFO, 'chmaps'],
  [VIRTIO_SND_R_CTL_INFO, 'controls'],
];
const MOST_JACK_NUMBER = 15;

export class ControlChecks implements CheckModule {
  private readonly context: CheckContext;
  /** Place in `ASKED_IN_ORDER` of the last kind of item that was asked for the first time. */
  private askedPlace = -1;
  /** Some were asked for without being seen: which was the first is not known. */
  private wasMissed = false;
  private readonly asked = new Set<number>();

  constructor(context: CheckContext) {
    this.context = context;
  }

  answered(request: Held, answer: Answer): void {
    const { world, verdicts } = this.context;
    if (request.isBroken) return;
    const where = at(request, world);
    const kind = requestKind(request.code);
    this.speed(request, answer);
    if (request.isTraced) return;
    if (!this.isWhole(request, kind)) return;
    this.status(request, answer);
    verdicts.check('VS-I-28', kind !== undefined, where, () => `code ${codeName(request.code)}`);
    if (kind === undefined) return;
    const ctls = world.accepted === undefined || hasFeature(world.accepted, VIRTIO_SND_F_CTLS);
    if (kind.needsCtls === true) {
      const detail = () => `${kind.label} without VIRTIO_SND_F_CTLS`;
      verdicts.check('VS-I-10', ctls, where, detail);
      if (!ctls) return;
    }
    if (kind.request === QUERY_INFO) this.query(request, kind, answer);
    else this.ids(request, kind);
  }

  forgotten(): void {
    this.asked.clear();
    this.askedPlace = -1;
    this.wasMissed = false;
  }

  missed(): void {
    this.wasMissed = true;
  }

  /** The request's fixed part is there, and there is room for the status. */
  private isWhole(request: Held, kind: RequestKind | undefined): boolean {
    const { body, chain } = request;
    const leastBytes = kind?.request.widthBytes ?? HDR_BYTES;
    const isWhole = body.length >= leastBytes && chain.writableBytes >= HDR_BYTES;
    this.context.verdicts.check(
      'VS-I-27',
      isWhole,
      at(request, this.context.world),
      () =>
        `${body.length} device-readable bytes of ${leastBytes}, ${chain.writableBytes} device-writable ones of ${HDR_BYTES}`,
    );
    return isWhole;
  }

  private status(request: Held, { entry, status }: Answer): void {
    const { world, verdicts } = this.context;
    const where = at(request, world);
    const isKnown = status >= VIRTIO_SND_S_OK && status <= VIRTIO_SND_S_IO_ERR;
    verdicts.check('VS-I-02', isKnown && entry.writtenBytes >= HDR_BYTES, where, () =>
      entry.writtenBytes < HDR_BYTES
        ? `${entry.writtenBytes} bytes returned`
        : `status ${codeName(status)}`,
    );
  }

  private speed(request: Held, { entry }: Answer): void {
    const { world, verdicts } = this.context;
    const where = at(request, world);
    const tookNs = entry.atNs - request.atNs;
    verdicts.check(
      'VS-I-17',
      tookNs <= SLOW_NS,
      where,
      () => `answered after ${(tookNs / NS_PER_MS).toFixed(1)} ms`,
    );
  }

  private query(request: Held, kind: RequestKind, { entry, status }: Answer): void {
    const { world, verdicts } = this.context;
    const query = QUERY_INFO.read(request.body);
    if (query === undefined) return;
    const { startId, count, size } = query;
    const where = at(request, world);
    const field = ASKED_IN_ORDER.find(([code]) => code === kind.code)?.[1] ?? 'jacks';
    const total = world.totals[field];
    const asksRight = total === undefined || startId + count <= total;
    if (total !== undefined) {
      const detail = () => `start_id ${startId}, count ${count}, but ${field} is ${total}`;
      verdicts.check('VS-R-04', asksRight, where, detail);
    }
    const wantedBytes = HDR_BYTES + count * size;
    const roomBytes = request.chain.writableBytes;
    if (asksRight) {
      const detail = () => `${roomBytes} device-writable bytes for ${wantedBytes}`;
      verdicts.check('VS-R-05', roomBytes >= wantedBytes, where, detail);
    }
    if (status !== VIRTIO_SND_S_OK) return;
    if (roomBytes >= wantedBytes) {
      const detail = () => `${entry.writtenBytes} bytes returned for ${count} records of ${size}`;
      verdicts.check('VS-I-03', entry.writtenBytes === wantedBytes, where, detail);
    }
    this.order(request, kind);
  }

  private order(request: Held, kind: RequestKind): void {
    if (this.wasMissed || this.context.world.hasPast || this.asked.has(kind.code)) return;
    this.asked.add(kind.code);
    const place = ASKED_IN_ORDER.findIndex(([code]) => code === kind.code);
    const { world, verdicts } = this.context;
    const detail = () => `${kind.label} after ${ASKED_IN_ORDER[this.askedPlace]?.[1] ?? ''}`;
    verdicts.check('VS-I-24', place >= this.askedPlace, at(request, world), detail);
    this.askedPlace = Math.max(this.askedPlace, place);
  }

  private ids(request: Held, kind: RequestKind): void {
    const { body } = request;
    if (kind.command !== undefined) this.id(request, 'stream', request.streamId, 'streams');
    else if (kind.code === VIRTIO_SND_R_JACK_REMAP) this.remap(request);
    else if (kind.needsCtls === true) {
      this.id(request, 'control', CTL_HDR.read(body)?.controlId ?? 0, 'controls');
    }
  }

  private id(request: Held, what: string, id: number, field: ConfigField): boolean {
    const { world, verdicts } = this.context;
    const total = world.totals[field];
    if (total === undefined) return true;
    const where = at(request, world);
    verdicts.check('VS-I-06', id < total, where, () => `${what} ${id} of ${total}`);
    return id < total;
  }

  private remap(request: Held): void {
    const { world, verdicts } = this.context;
    const jackId = JACK_HDR.read(request.body)?.jackId ?? 0;
    const wanted = JACK_REMAP.read(request.body);
    if (wanted === undefined || !this.id(request, 'jack', jackId, 'jacks')) return;
    const info = JACK_INFO.read(world.jacks.get(jackId)?.bytes ?? new Uint8Array());
    const { association, sequence } = wanted;
    const offers = info === undefined || ((info.features >>> VIRTIO_SND_JACK_F_REMAP) & 1) === 1;
    const isSmall = association <= MOST_JACK_NUMBER && sequence <= MOST_JACK_NUMBER;
    verdicts.check('VS-I-09', offers && isSmall, at(request, world), () =>
      offers
        ? `association ${association}, sequence ${sequence}`
        : `jack ${jackId} does not offer VIRTIO_SND_JACK_F_REMAP`,
    );
  }
}
