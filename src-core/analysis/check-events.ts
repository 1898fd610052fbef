/** The event queue: what the driver posts there, and what the device tells. Spec: 5.14.5.1, 5.14.6.3, 5.14.6.7, 5.14.6.10.4 */
import type { Entry } from '../capture/entry.ts';
import {
  CTL_EVENT,
  codeName,
  EVENTQ,
  SND_EVENT,
  VIRTIO_SND_EVT_CTL_NOTIFY,
  VIRTIO_SND_EVT_JACK_CONNECTED,
  VIRTIO_SND_EVT_JACK_DISCONNECTED,
  VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED,
  VIRTIO_SND_EVT_PCM_XRUN,
  VIRTIO_SND_PCM_F_EVT_SHMEM_PERIODS,
  VIRTIO_SND_PCM_F_EVT_XRUNS,
} from '../spec/sound.ts';
import type { Held } from './check-held.ts';
import { at, type CheckContext, type CheckModule } from './check-module.ts';

const KNOWN_MASK = 0x7;

export class EventChecks implements CheckModule {
  private readonly context: CheckContext;

  constructor(context: CheckContext) {
    this.context = context;
  }

  popped(held: Held): void {
    if (held.queue !== EVENTQ || held.isBroken || held.isTraced) return;
    const { world, verdicts } = this.context;
    const { readableBytes, writableBytes } = held.chain;
    const where = at(held, world);
    const writable = () => `${writableBytes} device-writable bytes`;
    verdicts.check('VS-R-02', writableBytes >= SND_EVENT.widthBytes, where, writable);
    const readable = () => `${readableBytes} device-readable bytes`;
    verdicts.check('VS-R-03', readableBytes === 0, where, readable);
  }

  told(buffer: Held, { reply, writtenBytes }: Entry & { kind: 'used' }): void {
    const { world, verdicts } = this.context;
    const event = SND_EVENT.read(reply);
    if (buffer.isBroken || buffer.isTraced || buffer.chain.writableBytes < SND_EVENT.widthBytes)
      return;
    const where = at(buffer, world);
    if (event === undefined) {
      verdicts.check('VS-I-31', false, where, () => `${writtenBytes} bytes returned`);
      return;
    }
    const fault = this.faultOf(event.code, event.data);
    verdicts.check('VS-I-31', fault === '', where, () => fault);
    if (fault !== '') return;
    if (event.code === VIRTIO_SND_EVT_CTL_NOTIFY) {
      const mask = CTL_EVENT.read(reply)?.mask ?? 0;
      const detail = () => `mask 0x${mask.toString(16)}`;
      verdicts.check('VS-D-22', (mask & ~KNOWN_MASK) === 0, where, detail);
    }
    this.isWanted(buffer, event.code, event.data);
  }

  private faultOf(code: number, data: number): string {
    const { totals } = this.context.world;
    const isJack =
      code === VIRTIO_SND_EVT_JACK_CONNECTED || code === VIRTIO_SND_EVT_JACK_DISCONNECTED;
    const isPcm = code === VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED || code === VIRTIO_SND_EVT_PCM_XRUN;
    const isCtl = code === VIRTIO_SND_EVT_CTL_NOTIFY;
    if (!isJack && !isPcm && !isCtl) return `code ${codeName(code)}`;
    const [what, total] = isJack
      ? ['jack', totals.jacks]
      : isPcm
        ? ['stream', totals.streams]
        : ['control', totals.controls];
    const id = isCtl ? data & 0xffff : data;
    return total !== undefined && id >= total ? `${what} ${id} of ${total}` : '';
  }

  private isWanted(buffer: Held, code: number, streamId: number): void {
    const isXrun = code === VIRTIO_SND_EVT_PCM_XRUN;
    if (!isXrun && code !== VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED) return;
    const { world, verdicts } = this.context;
    const params = world.streams.get(streamId)?.params;
    if (params === undefined) return;
    const feature = isXrun ? VIRTIO_SND_PCM_F_EVT_XRUNS : VIRTIO_SND_PCM_F_EVT_SHMEM_PERIODS;
    const isSelected = ((params.features >>> feature) & 1) === 1;
    const detail = () => `${codeName(code)} for stream ${streamId}, which did not select it`;
    verdicts.check('VS-I-08', isSelected, at(buffer, world, { streamId }), detail);
  }
}
