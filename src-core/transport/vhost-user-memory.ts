/** Requests about memory that front-end and back-end share: the guest's, and the account of chains in flight.
 *  Spec: vhost-user, "Memory regions description", "Inflight I/O tracking" */
import { LIMITS } from '../limits.ts';
import { hasFeature, VIRTIO_F_RING_PACKED } from '../spec/ring.ts';
import { QUEUE_COUNT } from '../spec/sound.ts';
import type { DeviceSide } from './transport.ts';
import type { BackendHost, FrontEndMessage, Outcome } from './vhost-user-host.ts';
import { inflightBytes } from './vhost-user-inflight.ts';
import { INFLIGHT, SINGLE_REGION } from './vhost-user-messages.ts';
import { type RegionTable, readRegionTable, SHARE_MEMORY } from './vhost-user-regions.ts';
import type { VhostUserRings } from './vhost-user-rings.ts';

export class MemoryRequests {
  private readonly device: DeviceSide;
  private readonly host: BackendHost;
  private readonly rings: VhostUserRings;
  private readonly note: (detail: string) => void;

  constructor(
    device: DeviceSide,
    host: BackendHost,
    rings: VhostUserRings,
    note: (detail: string) => void,
  ) {
    this.device = device;
    this.host = host;
    this.rings = rings;
    this.note = note;
  }

  setTable({ payload, fds }: FrontEndMessage): Outcome {
    const table = readRegionTable(payload);
    if (typeof table === 'string') return table;
    const count = table.regions.length;
    if (count === 0 || fds.length < count) {
      this.note(SHARE_MEMORY);
      return `it has ${count} regions and ${fds.length} descriptors`;
    }
    return this.take(table, this.host.replaceRegions(table.regions, fds.slice(0, count)));
  }

  addRegion({ payload, fds: [fd] }: FrontEndMessage): Outcome {
    const wire = SINGLE_REGION.read(payload);
    const table = wire === undefined ? 'it is cut short' : this.rings.regions.with(wire);
    if (typeof table === 'string') return table;
    const region = table.regions.at(-1);
    if (fd === undefined || region === undefined) {
      this.note(SHARE_MEMORY);
      return 'it brought no descriptor';
    }
    return this.take(table, this.host.addRegion(region, fd));
  }

  removeRegion(payload: Uint8Array): Outcome {
    const wire = SINGLE_REGION.read(payload);
    const region = wire && this.rings.regions.find(wire);
    if (region === undefined) return 'there is no such region';
    this.host.removeRegion(region);
    return this.take(this.rings.regions.without(region), undefined);
  }

  makeInflight(payload: Uint8Array): Outcome {
    const asked = INFLIGHT.read(payload);
    if (asked === undefined) return 'it is cut short';
    const { queues, queueSize } = asked;
    const packed = hasFeature(this.rings.features, VIRTIO_F_RING_PACKED);
    const bytes = inflightBytes(Math.min(queues, QUEUE_COUNT), queueSize, packed);
    if (bytes === 0) return `there are no ${queues} queues of ${queueSize} descriptors`;
    const made = this.host.makeInflight(bytes);
    if (typeof made === 'string') return made;
    this.rings.inflight = { memory: made.memory, bytes, queues, queueSize };
    // Some front-ends send the structure with the padding that C puts behind it: answer in kind.
    const answered = new Uint8Array(payload.length);
    INFLIGHT.writeInto(answered, 0, { ...asked, mmapBytes: BigInt(bytes), mmapOffset: 0n });
    return { payload: answered, fd: made.fd };
  }

  setInflight({ payload, fds: [fd] }: FrontEndMessage): Outcome {
    const given = INFLIGHT.read(payload);
    if (given === undefined || fd === undefined) return 'it brought no descriptor';
    const { mmapBytes, mmapOffset, queues, queueSize } = given;
    // The larger layout, whichever is negotiated: more is never used.
    const most = BigInt(inflightBytes(QUEUE_COUNT, LIMITS.queueSize, true));
    if (mmapBytes === 0n || mmapBytes > most || mmapOffset > BigInt(Number.MAX_SAFE_INTEGER)) {
      return `an area of ${mmapBytes} bytes at ${mmapOffset} cannot be`;
    }
    const bytes = Number(mmapBytes);
    const memory = this.host.mapInflight(fd, Number(mmapOffset), bytes);
    if (typeof memory === 'string') return memory;
    this.rings.inflight = { memory, bytes, queues, queueSize };
    return undefined;
  }

  private take(table: RegionTable, problem: string | undefined): Outcome {
    if (problem !== undefined) {
      this.note(SHARE_MEMORY);
      return problem;
    }
    this.rings.regions = table;
    this.device.onMemory(this.host.memory);
    return undefined;
  }
}
