/** Requests and messages that are whole, and wrong all the same: out of the lifecycle's order, for what does not exist, with
 *  parameters that are not offered. Spec: 5.14.6.6.1, 5.14.6.2, 5.14.6.6.3.2, 5.14.6.8 */
import type { StreamParams } from '../spec/formats.ts';
import {
  CTL_HDR,
  JACK_REMAP,
  PCM_HDR,
  PCM_SET_PARAMS,
  PCM_STATUS,
  PCM_XFER,
  QUERY_INFO,
  RXQ,
  TXQ,
  VIRTIO_SND_PCM_F_SHMEM_HOST,
  VIRTIO_SND_R_CTL_READ,
  VIRTIO_SND_R_JACK_REMAP,
  VIRTIO_SND_R_PCM_INFO,
  VIRTIO_SND_R_PCM_PREPARE,
  VIRTIO_SND_R_PCM_RELEASE,
  VIRTIO_SND_R_PCM_SET_PARAMS,
  VIRTIO_SND_R_PCM_START,
  VIRTIO_SND_R_PCM_STOP,
} from '../spec/sound.ts';
import { NS_PER_MS } from '../units.ts';
import type { GuestKernel, Planted } from './demo-guest-kernel.ts';
import type { Program } from './demo-guest-program.ts';
import type { GuestStream } from './demo-guest-stream.ts';

const NOBODY = 77;
const UNKNOWN_CODE = 0x0042;
/** Between two of them. */
const PAUSE_NS = 60 * NS_PER_MS;

export type Misorder =
  | { readonly what: string; readonly request: Uint8Array; readonly payloadBytes?: number }
  | { readonly what: string; readonly queue: number; readonly message: Planted };

/** For a stream that has no parameters yet. */
export function beforeParams(kernel: GuestKernel, { id, params }: GuestStream): Misorder[] {
  return [
    command('START before SET_PARAMS', VIRTIO_SND_R_PCM_START, id),
    command('STOP before SET_PARAMS', VIRTIO_SND_R_PCM_STOP, id),
    setParams('a format that does not exist', id, { ...params, format: 250 }),
    setParams('a rate that does not exist', id, { ...params, rate: 99 }),
    setParams('no channels', id, { ...params, channels: 0 }),
    setParams('periods of no bytes', id, { ...params, periodBytes: 0 }),
    setParams('a buffer that is no whole number of periods', id, {
      ...params,
      bufferBytes: params.bufferBytes - 4,
    }),
    setParams('shared memory, which the standard forbids', id, {
      ...params,
      features: 1 << VIRTIO_SND_PCM_F_SHMEM_HOST,
    }),
    { what: 'SET_PARAMS with padding that is not 0', request: withPadding(id, params) },
    command('a command for a stream that does not exist', VIRTIO_SND_R_PCM_PREPARE, NOBODY),
    command('a request code that does not exist', UNKNOWN_CODE, id),
    query('PCM_INFO for more streams than there are', 1, 40),
    query('PCM_INFO without room for the answer', 0, 1, 8),
    {
      what: 'JACK_REMAP for a jack that does not exist',
      request: JACK_REMAP.write({
        code: VIRTIO_SND_R_JACK_REMAP,
        jackId: NOBODY,
        association: 1,
        sequence: 0,
      }),
    },
    {
      what: 'CTL_READ without control elements',
      request: CTL_HDR.write({ code: VIRTIO_SND_R_CTL_READ, controlId: 0 }),
    },
    ...messages(kernel, id),
  ];
}

/** For a stream with parameters that is not prepared. */
export function beforePrepare({ id }: GuestStream): Misorder[] {
  return [
    command('START before PREPARE', VIRTIO_SND_R_PCM_START, id),
    command('RELEASE before PREPARE', VIRTIO_SND_R_PCM_RELEASE, id),
  ];
}

/** For a stream that runs. */
export function whileRunning({ id, params }: GuestStream): Misorder[] {
  return [
    command('START while it runs', VIRTIO_SND_R_PCM_START, id),
    setParams('SET_PARAMS while it runs', id, params),
    command('PREPARE while it runs', VIRTIO_SND_R_PCM_PREPARE, id),
    command('RELEASE while it runs', VIRTIO_SND_R_PCM_RELEASE, id),
  ];
}

/** For a stream that has been released. */
export function afterRelease({ id }: GuestStream): Misorder[] {
  return [
    command('STOP after RELEASE', VIRTIO_SND_R_PCM_STOP, id),
    command('RELEASE after RELEASE', VIRTIO_SND_R_PCM_RELEASE, id),
  ];
}

/** Sends them one after the other and does not care what the device says. */
export function* misbehave(kernel: GuestKernel, wrongs: readonly Misorder[]): Program {
  for (const wrong of wrongs) {
    kernel.note(`the guest sends ${wrong.what}`);
    if ('request' in wrong) {
      kernel.counts.planted++;
      const reply = yield* kernel.control(wrong.request, wrong.payloadBytes);
      if (reply.status !== undefined) kernel.counts.plantedReturned++;
    } else {
      kernel.plant(wrong.queue, wrong.message);
    }
    yield kernel.sleep(PAUSE_NS);
  }
}

function messages({ pages }: GuestKernel, streamId: number): Misorder[] {
  const silence = { address: pages.small(1024), bytes: 1024 };
  const message = (to: number, isInput: boolean): Planted => {
    const header = pages.small(PCM_XFER.widthBytes);
    pages.ram.write(header, PCM_XFER.write({ streamId: to }));
    return {
      buffers: [
        { address: header, bytes: PCM_XFER.widthBytes, writable: false },
        { ...silence, writable: isInput },
        {
          address: pages.small(PCM_STATUS.widthBytes),
          bytes: PCM_STATUS.widthBytes,
          writable: true,
        },
      ],
    };
  };
  return [
    { what: 'PCM before PREPARE', queue: TXQ, message: message(streamId, false) },
    { what: 'PCM for a stream that does not exist', queue: TXQ, message: message(NOBODY, false) },
    { what: 'an output stream’s id on the rxq', queue: RXQ, message: message(streamId, true) },
  ];
}

function command(what: string, code: number, streamId: number): Misorder {
  return { what, request: PCM_HDR.write({ code, streamId }) };
}

function setParams(what: string, streamId: number, params: StreamParams): Misorder {
  const code = VIRTIO_SND_R_PCM_SET_PARAMS;
  return { what, request: PCM_SET_PARAMS.write({ code, streamId, ...params }) };
}

function withPadding(streamId: number, params: StreamParams): Uint8Array {
  const code = VIRTIO_SND_R_PCM_SET_PARAMS;
  const request = PCM_SET_PARAMS.write({ code, streamId, ...params });
  request[request.length - 1] = 1;
  return request;
}

function query(what: string, startId: number, count: number, payloadBytes?: number): Misorder {
  const code = VIRTIO_SND_R_PCM_INFO;
  const request = QUERY_INFO.write({ code, startId, count, size: 32 });
  return { what, request, payloadBytes: payloadBytes ?? count * 32 };
}
