/** Messages that break the rules of descriptor chains and of message layout, one each. Split rings with indirect tables.
 *  Spec: 2.7.4, 2.7.5, 5.14.6, 5.14.6.8 */
import type { DriverBuffer, RawDescriptor } from '../queue/driver-queue.ts';
import {
  VIRTQ_DESC,
  VIRTQ_DESC_F_INDIRECT,
  VIRTQ_DESC_F_NEXT,
  VIRTQ_DESC_F_WRITE,
} from '../spec/ring.ts';
import {
  CONTROLQ,
  PCM_STATUS,
  PCM_XFER,
  QUERY_INFO,
  TXQ,
  VIRTIO_SND_R_PCM_INFO,
} from '../spec/sound.ts';
import type { Bytes, GuestAddress } from '../units.ts';
import type { GuestKernel, Planted } from './demo-guest-kernel.ts';
import { HOLE_AT } from './demo-guest-memory.ts';

const NEXT = VIRTQ_DESC_F_NEXT;
const WRITE = VIRTQ_DESC_F_WRITE;
const INDIRECT = VIRTQ_DESC_F_INDIRECT;

/** Valid pieces of messages in guest memory, to be put together wrongly. */
interface Pieces {
  readonly header: DriverBuffer;
  readonly data: DriverBuffer;
  readonly status: DriverBuffer;
  readonly request: DriverBuffer;
  readonly reply: DriverBuffer;
  /** Writes an indirect table and gives the descriptor that points at it. */
  table(entries: readonly RawDescriptor[], bytes?: Bytes): RawDescriptor;
}

export interface Fault {
  /** What is wrong, for the log. */
  readonly what: string;
  readonly queue: number;
  readonly build: (pieces: Pieces) => Planted;
}

/** Queue 64 long: a chain of more than that is too long. */
const TOO_MANY = 70;

export const FAULTS: readonly Fault[] = [
  raw('a chain that loops', TXQ, 2, ({ header, data }, [a, b]) => [
    { ...header, flags: NEXT, next: b },
    { ...data, flags: NEXT, next: a },
  ]),
  raw('device-readable PCM behind the device-writable status', TXQ, 3, (pieces, [, b, c]) => [
    { ...pieces.header, flags: NEXT, next: b },
    { ...pieces.status, flags: NEXT | WRITE, next: c },
    { ...pieces.data, flags: 0 },
  ]),
  buffers('PCM at an address outside guest memory', TXQ, ({ header, data, status }) => [
    header,
    { ...data, address: HOLE_AT },
    status,
  ]),
  buffers('a buffer without bytes', TXQ, ({ header, data, status }) => [
    header,
    { ...data, bytes: 0 },
    status,
  ]),
  buffers('a header of 2 bytes', TXQ, ({ header, status }) => [{ ...header, bytes: 2 }, status]),
  buffers('no room for the status', TXQ, ({ header, data }) => [header, data]),
  buffers('PCM of less than a frame', TXQ, ({ header, data, status }) => [
    header,
    { ...data, bytes: 1 },
    status,
  ]),
  buffers('a device-writable PCM part', TXQ, ({ header, reply, status }) => [
    header,
    reply,
    status,
  ]),
  raw('a next index outside the descriptor table', TXQ, 1, ({ header }) => [
    { ...header, flags: NEXT, next: 9999 },
  ]),
  raw('an indirect table in an indirect table', CONTROLQ, 1, ({ request, reply, table }) => {
    const inner = table([{ ...reply, flags: WRITE }]);
    return [table([{ ...request, flags: NEXT, next: 1 }, inner])];
  }),
  raw('a descriptor with INDIRECT and NEXT', CONTROLQ, 2, ({ request, reply, table }, [, b]) => [
    { ...table([{ ...request, flags: 0 }]), flags: INDIRECT | NEXT, next: b },
    { ...reply, flags: WRITE },
  ]),
  raw('an indirect table of 40 bytes', CONTROLQ, 1, ({ request, reply, table }) => {
    const entries = [
      { ...request, flags: NEXT, next: 1 },
      { ...reply, flags: WRITE },
    ];
    return [table(entries, 40)];
  }),
  raw(`a chain of ${TOO_MANY} descriptors in a queue of 64`, CONTROLQ, 1, ({ request, table }) => [
    table(
      Array.from({ length: TOO_MANY }, (_, k) => {
        return { ...request, bytes: 1, flags: k + 1 < TOO_MANY ? NEXT : WRITE, next: k + 1 };
      }),
    ),
  ]),
  buffers('a request of 2 bytes', CONTROLQ, ({ request, reply }) => [
    { ...request, bytes: 2 },
    reply,
  ]),
  buffers('a request without room for the answer', CONTROLQ, ({ request }) => [request]),
  buffers('a request outside guest memory', CONTROLQ, ({ request, reply }) => [
    { ...request, address: HOLE_AT },
    reply,
  ]),
];

/** Gives what plants the faults, one after the other and round again, while stream `streamId` plays. */
export function faultPlanter(kernel: GuestKernel, streamId: number, frameBytes: Bytes): () => void {
  const pieces = piecesFor(kernel, streamId, frameBytes);
  let next = 0;
  return () => {
    const fault = FAULTS[next % FAULTS.length];
    next++;
    if (fault === undefined) return;
    kernel.note(`the guest posts ${fault.what}`);
    kernel.plant(fault.queue, fault.build(pieces));
  };
}

type Slots = readonly [number, number, number];

function raw(
  what: string,
  queue: number,
  count: number,
  describe: (pieces: Pieces, slots: Slots) => readonly RawDescriptor[],
): Fault {
  return {
    what,
    queue,
    build: (pieces) => ({
      count,
      describe: ([a = 0, b = 0, c = 0]) => describe(pieces, [a, b, c]),
    }),
  };
}

function buffers(what: string, queue: number, build: (pieces: Pieces) => DriverBuffer[]): Fault {
  return { what, queue, build: (pieces) => ({ buffers: build(pieces) }) };
}

function piecesFor({ pages }: GuestKernel, streamId: number, frameBytes: Bytes): Pieces {
  const { ram } = pages;
  const piece = (bytes: Bytes, writable: boolean): DriverBuffer => {
    return { address: pages.small(bytes), bytes, writable };
  };
  const header = piece(PCM_XFER.widthBytes, false);
  const request = piece(QUERY_INFO.widthBytes, false);
  ram.write(header.address, PCM_XFER.write({ streamId }));
  // A fault has two tables at most, and is answered long before its turn comes again.
  const areas = Array.from({ length: 4 }, () => pages.small(TOO_MANY * VIRTQ_DESC.widthBytes));
  let nextArea = 0;
  const code = VIRTIO_SND_R_PCM_INFO;
  ram.write(request.address, QUERY_INFO.write({ code, startId: 0, count: 1, size: 32 }));
  return {
    header,
    request,
    data: piece(256 * frameBytes, false),
    status: piece(PCM_STATUS.widthBytes, true),
    reply: piece(64, true),
    table: (entries, bytes) => {
      const at = areas[nextArea++ % areas.length] ?? 0n;
      entries.forEach((entry, place) => {
        const { address, bytes: len, flags, next = 0 } = entry;
        const to: GuestAddress = at + BigInt(place * VIRTQ_DESC.widthBytes);
        ram.write(to, VIRTQ_DESC.write({ addr: address, len, flags, next }));
      });
      const tableBytes = bytes ?? entries.length * VIRTQ_DESC.widthBytes;
      return { address: at, bytes: tableBytes, flags: INDIRECT };
    },
  };
}
