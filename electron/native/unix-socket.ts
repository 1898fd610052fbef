/** Messages with descriptors over Unix sockets: what Node's `net` cannot do. The structures of recvmsg(2), cmsg(3) and
 *  unix(7) as they lie in memory on 64-bit Linux. */
import { type Libc, SOL_SOCKET } from './libc.ts';

/** `sun_path` has 108 bytes and ends in a zero. */
export const SOCKET_PATH_BYTES = 107;

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x4000_0000;
const MSG_CTRUNC = 8;

/** The kernel's bound on descriptors in one message. */
const MOST_DESCRIPTORS = 253;
const CMSG_HEADER_BYTES = 16;
const CONTROL_BYTES = CMSG_HEADER_BYTES + 4 * MOST_DESCRIPTORS + 4;
const SCM_RIGHTS = 1;

/** Fields of struct msghdr. */
const MSGHDR_BYTES = 56;
const IOV_AT = 16;
const IOV_COUNT_AT = 24;
const CONTROL_AT = 32;
const CONTROL_BYTES_AT = 40;
const FLAGS_AT = 48;

/** A struct sockaddr_un. The caller has checked that the path fits. */
export function unixAddress(path: string): Uint8Array {
  const name = new TextEncoder().encode(path);
  const address = new Uint8Array(2 + name.length + 1);
  address[0] = 1;
  address.set(name, 2);
  return address;
}

export interface Received {
  /** 0: the peer has closed. Negative: minus the error number. */
  readonly bytes: number;
  /** Ours to close. */
  readonly fds: readonly number[];
  /** Descriptors were lost because we have too many open. */
  readonly isCut: boolean;
}

/** One socket's buffers, so that a message costs no allocation but that of its descriptors. */
export class DescriptorSocket {
  readonly fd: number;
  private readonly libc: Libc;
  private readonly control = new Uint8Array(CONTROL_BYTES);
  private readonly controlView = new DataView(this.control.buffer);
  private readonly vector = new Uint8Array(16);
  private readonly vectorView = new DataView(this.vector.buffer);
  private readonly header = new Uint8Array(MSGHDR_BYTES);
  private readonly headerView = new DataView(this.header.buffer);

  constructor(libc: Libc, fd: number) {
    this.libc = libc;
    this.fd = fd;
  }

  /** Reads up to `target.length` bytes without waiting, and the descriptors that came with them. */
  receive(target: Uint8Array): Received {
    this.prepare(target, CONTROL_BYTES);
    const bytes = this.libc.recvmsg(this.fd, this.header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (bytes < 0) return { bytes, fds: [], isCut: false };
    const isCut = (this.headerView.getInt32(FLAGS_AT, true) & MSG_CTRUNC) !== 0;
    return { bytes, fds: this.takeDescriptors(), isCut };
  }

  /** Sends without waiting; the descriptors go with the first byte. Gives the bytes sent, or minus the error number. */
  send(data: Uint8Array, fds: readonly number[] = []): number {
    const controlBytes = fds.length === 0 ? 0 : CMSG_HEADER_BYTES + 4 * fds.length;
    this.prepare(data, (controlBytes + 7) & ~7);
    if (controlBytes > 0) {
      this.controlView.setBigUint64(0, BigInt(controlBytes), true);
      this.controlView.setInt32(8, SOL_SOCKET, true);
      this.controlView.setInt32(12, SCM_RIGHTS, true);
      fds.forEach((fd, at) => {
        this.controlView.setInt32(CMSG_HEADER_BYTES + 4 * at, fd, true);
      });
    }
    return this.libc.sendmsg(this.fd, this.header, MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  private prepare(data: Uint8Array, controlBytes: number): void {
    const { headerView, vectorView, libc } = this;
    vectorView.setBigUint64(0, data.length === 0 ? 0n : libc.addressOf(data), true);
    vectorView.setBigUint64(8, BigInt(data.length), true);
    this.header.fill(0);
    headerView.setBigUint64(IOV_AT, libc.addressOf(this.vector), true);
    headerView.setBigUint64(IOV_COUNT_AT, 1n, true);
    if (controlBytes === 0) return;
    headerView.setBigUint64(CONTROL_AT, libc.addressOf(this.control), true);
    headerView.setBigUint64(CONTROL_BYTES_AT, BigInt(controlBytes), true);
  }

  /** Walks the control messages as CMSG_NXTHDR does. */
  private takeDescriptors(): readonly number[] {
    const view = this.controlView;
    const end = Math.min(
      Number(this.headerView.getBigUint64(CONTROL_BYTES_AT, true)),
      CONTROL_BYTES,
    );
    const fds: number[] = [];
    for (let at = 0; at + CMSG_HEADER_BYTES <= end; ) {
      const bytes = Number(view.getBigUint64(at, true));
      if (bytes < CMSG_HEADER_BYTES || at + bytes > end) break;
      const isRights =
        view.getInt32(at + 8, true) === SOL_SOCKET && view.getInt32(at + 12, true) === SCM_RIGHTS;
      for (let fd = at + CMSG_HEADER_BYTES; isRights && fd + 4 <= at + bytes; fd += 4) {
        fds.push(view.getInt32(fd, true));
      }
      at += (bytes + 7) & ~7;
    }
    return fds;
  }
}
