/** The back-end's side of a vhost-user connection: takes messages, answers them, and drives the device. No socket, no
 *  mapping: those are the host's (electron/vhost-user/). A front-end's mistake is refused and told, and never ends the
 *  connection from here: QEMU does not survive a back-end that goes away.
 *  Spec: vhost-user, "Communication", "Front-end message types", "VHOST_USER_PROTOCOL_F_REPLY_ACK" */
import { LIMITS } from '../limits.ts';
import {
  featureNames,
  featureSet,
  hasFeature,
  VHOST_USER_F_PROTOCOL_FEATURES,
  VIRTIO_F_VERSION_1,
} from '../spec/ring.ts';
import { QUEUE_COUNT } from '../spec/sound.ts';
import type { QueueIndex } from '../units.ts';
import type { DeviceSide } from './transport.ts';
import { oddConfigRead, readConfigFor } from './vhost-user-config.ts';
import {
  answer,
  type BackendHost,
  type BackendReply,
  type FrontEndMessage,
  type Outcome,
} from './vhost-user-host.ts';
import { MemoryRequests } from './vhost-user-memory.ts';
import {
  BACKEND_CONFIG_CHANGE,
  encodeMessage,
  encodeReply,
  PROTOCOL_FEATURES,
  REQUESTS,
  type RequestName,
  requestName,
  requestOf,
  U64,
  VRING_ADDR,
  VRING_INDEX_MASK,
  VRING_NOFD,
  VRING_STATE,
} from './vhost-user-messages.ts';
import { SHARE_MEMORY } from './vhost-user-regions.ts';
import { VhostUserRings } from './vhost-user-rings.ts';

/** We offer what we do, and nothing else: QEMU accepts every bit it knows a name of. */
const OFFERED = featureSet(
  PROTOCOL_FEATURES.MQ,
  PROTOCOL_FEATURES.REPLY_ACK,
  PROTOCOL_FEATURES.BACKEND_REQ,
  PROTOCOL_FEATURES.CONFIG,
  PROTOCOL_FEATURES.INFLIGHT_SHMFD,
  PROTOCOL_FEATURES.RESET_DEVICE,
  PROTOCOL_FEATURES.CONFIGURE_MEM_SLOTS,
  PROTOCOL_FEATURES.STATUS,
);

type Handler = (message: FrontEndMessage) => Outcome;

export class VhostUserBackend {
  private readonly device: DeviceSide;
  private readonly host: BackendHost;
  private readonly rings: VhostUserRings;
  private readonly memory: MemoryRequests;
  private protocolFeatures = 0n;
  private status = 0n;
  /** Notes that were given already: each once a connection. */
  private readonly noted = new Set<string>();

  constructor(device: DeviceSide, host: BackendHost) {
    this.device = device;
    this.host = host;
    this.rings = new VhostUserRings(device, host);
    this.memory = new MemoryRequests(device, host, this.rings, (detail) => this.noteOnce(detail));
  }

  /** Handles one message. Gives the answer to send, if one is due. */
  handle(message: FrontEndMessage): BackendReply | undefined {
    const known = requestOf(message.request);
    const outcome = known === undefined ? 'we do not know it' : this.outcomeOf(known.name, message);
    if (typeof outcome === 'string') this.noteRefusal(message.request, outcome);
    if (typeof outcome === 'object') return replyOf(message.request, outcome);
    if (known?.isAnswered) return replyOf(message.request, { payload: new Uint8Array(0) });
    const isWanted =
      message.needsReply && hasFeature(this.protocolFeatures, PROTOCOL_FEATURES.REPLY_ACK);
    if (!isWanted) return undefined;
    const payload = U64.write({ value: outcome === undefined ? 0n : 1n });
    return replyOf(message.request, { payload });
  }

  /** Whether the queue's descriptors are all zero, as a ring is that the driver has never used; `undefined` when the queue
   *  does not run. */
  isBlank(index: QueueIndex): boolean | undefined {
    return this.rings.isBlank(index);
  }

  /** For a queue that nobody kicks: bytes that change when the driver makes something available. */
  readDriverArea(index: QueueIndex): Uint8Array | undefined {
    return this.rings.readDriverArea(index);
  }

  /** Tells the front-end that the configuration space changed, if it listens. */
  configChanged(): void {
    if (!hasFeature(this.protocolFeatures, PROTOCOL_FEATURES.BACKEND_REQ)) return;
    this.host.sendToFrontEnd(encodeMessage(BACKEND_CONFIG_CHANGE, 0, new Uint8Array(0)));
  }

  private outcomeOf(name: RequestName, message: FrontEndMessage): Outcome {
    const request = requestOf(message.request);
    const least = request?.payload?.widthBytes ?? 0;
    if (message.payload.length < least) {
      return `its payload has ${message.payload.length} bytes and needs ${least}`;
    }
    if (request?.isForeign) return 'no sound device has that; is it another kind of device?';
    const handler = this.handlers[name];
    return handler === undefined ? 'we do not offer what it belongs to' : handler(message);
  }

  /** Requests that are not here are refused: logging, postcopy, IOTLB, in-band notifications, device state. */
  private readonly handlers: Partial<Record<RequestName, Handler>> = {
    GET_FEATURES: () => answer(this.offeredFeatures()),
    SET_FEATURES: ({ payload }) => this.setFeatures(readU64(payload)),
    SET_OWNER: () => undefined,
    // "It is recommended that back-ends either ignore this message, or use it to disable all rings."
    RESET_OWNER: () => {
      this.rings.disableAll();
      return undefined;
    },
    GET_PROTOCOL_FEATURES: () => answer(OFFERED),
    SET_PROTOCOL_FEATURES: ({ payload }) => this.setProtocolFeatures(readU64(payload)),
    GET_QUEUE_NUM: () => answer(BigInt(QUEUE_COUNT)),
    SET_MEM_TABLE: (message) => this.memory.setTable(message),
    GET_MAX_MEM_SLOTS: () => answer(BigInt(LIMITS.memoryRegions)),
    ADD_MEM_REG: (message) => this.memory.addRegion(message),
    REM_MEM_REG: ({ payload }) => this.memory.removeRegion(payload),
    SET_VRING_NUM: withState((index, num) => this.rings.setSize(index, num)),
    SET_VRING_BASE: withState((index, num) => this.rings.setBase(index, num)),
    SET_VRING_ENABLE: withState((index, num) => this.rings.setEnabled(index, num !== 0)),
    GET_VRING_BASE: withState((index) => {
      return { payload: VRING_STATE.write({ index, num: this.rings.stop(index) }) };
    }),
    SET_VRING_ADDR: ({ payload }) => this.setAddresses(payload),
    SET_VRING_KICK: (message) => this.setKick(message),
    SET_VRING_CALL: (message) => {
      return this.withDescriptor(message, (index, fd) => this.host.setCall(index, fd));
    },
    SET_VRING_ERR: (message) => {
      return this.withDescriptor(message, (index, fd) => this.host.setError(index, fd));
    },
    SET_BACKEND_REQ_FD: ({ fds: [fd] }) => {
      if (fd === undefined) return 'it brought no descriptor';
      this.host.setBackendChannel(fd);
      return undefined;
    },
    GET_CONFIG: ({ payload }) => this.getConfig(payload),
    // "Back-ends MUST NOT accept SET_CONFIG for read-only configuration space fields", and a sound device has no others.
    SET_CONFIG: () => 'the configuration space of a sound device is read-only',
    GET_INFLIGHT_FD: ({ payload }) => this.memory.makeInflight(payload),
    SET_INFLIGHT_FD: (message) => this.memory.setInflight(message),
    RESET_DEVICE: () => {
      this.rings.reset();
      return undefined;
    },
    SET_STATUS: ({ payload }) => this.setStatus(readU64(payload)),
    GET_STATUS: () => answer(this.status),
  };

  private offeredFeatures(): bigint {
    return this.device.offeredFeatures() | featureSet(VHOST_USER_F_PROTOCOL_FEATURES);
  }

  private setFeatures(asked: bigint): Outcome {
    const surplus = asked & ~this.offeredFeatures();
    const accepted = asked & this.offeredFeatures();
    if (surplus !== 0n) {
      const detail = `the driver accepts ${featureNames(surplus).join(', ')}, which was not offered`;
      this.device.onViolation({ rule: 'VQ-S-05', detail });
    }
    if (!hasFeature(accepted, VIRTIO_F_VERSION_1)) {
      const detail = 'the driver does not accept VIRTIO_F_VERSION_1: it is older than virtio 1.0';
      this.device.onViolation({ rule: 'VQ-S-18', detail });
      this.noteOnce(
        'The guest’s driver did not accept VIRTIO_F_VERSION_1. Give the device disable-legacy=on, or use a newer driver.',
      );
    }
    this.device.onFeatures(accepted & ~featureSet(VHOST_USER_F_PROTOCOL_FEATURES));
    this.rings.acceptFeatures(accepted);
    return surplus === 0n ? undefined : `${featureNames(surplus).join(', ')} was not offered`;
  }

  private setProtocolFeatures(asked: bigint): Outcome {
    this.protocolFeatures = asked & OFFERED;
    return asked === this.protocolFeatures ? undefined : 'not all of them were offered';
  }

  private setAddresses(payload: Uint8Array): Outcome {
    const address = VRING_ADDR.read(payload);
    return address && this.rings.setAddresses(address.index, address);
  }

  private setKick(message: FrontEndMessage): Outcome {
    let problem: string | undefined;
    const failed = this.withDescriptor(message, (index, fd) => {
      this.host.setKick(index, fd);
      problem = this.rings.setKick(index);
    });
    return failed ?? problem;
  }

  private withDescriptor(
    { payload, fds: [fd] }: FrontEndMessage,
    use: (index: QueueIndex, fd: number | undefined) => void,
  ): Outcome {
    const value = readU64(payload);
    const index = Number(value & VRING_INDEX_MASK);
    if (index >= QUEUE_COUNT)
      return `a sound device has ${QUEUE_COUNT} queues, not a queue ${index}`;
    const isPolled = (value & VRING_NOFD) !== 0n;
    if (!isPolled && fd === undefined) return 'it brought no descriptor';
    use(index, isPolled ? undefined : fd);
    return undefined;
  }

  private getConfig(payload: Uint8Array): Outcome {
    const odd = oddConfigRead(this.device, payload);
    if (odd !== undefined) this.noteOnce(odd);
    return readConfigFor(this.device, payload);
  }

  private setStatus(status: bigint): Outcome {
    this.status = status & 0xffn;
    this.device.onStatus(Number(this.status));
    if (this.status === 0n) this.rings.reset();
    return undefined;
  }

  private noteRefusal(request: number, why: string): void {
    this.noteOnce(`${requestName(request)} was refused: ${why}.`);
    // QEMU begins to use the rings even when it found no memory to share.
    if (isRingRequest(request) && this.rings.regions.regions.length === 0) {
      this.noteOnce(SHARE_MEMORY);
    }
  }

  private noteOnce(detail: string): void {
    if (this.noted.has(detail) || this.noted.size >= LIMITS.violationsPerRule) return;
    this.noted.add(detail);
    this.host.note(detail);
  }
}

function isRingRequest(request: number): boolean {
  return request === REQUESTS.SET_VRING_ENABLE.code || request === REQUESTS.SET_VRING_KICK.code;
}

function withState(use: (index: QueueIndex, num: number) => Outcome): Handler {
  return ({ payload }) => {
    const state = VRING_STATE.read(payload);
    return state && use(state.index, state.num);
  };
}

function readU64(payload: Uint8Array): bigint {
  return U64.read(payload)?.value ?? 0n;
}

function replyOf(
  request: number,
  { payload, fd }: { payload: Uint8Array; fd?: number },
): BackendReply {
  const bytes = encodeReply(request, payload);
  return fd === undefined ? { bytes } : { bytes, fd };
}
