/** A TCP connection to a host and a port, begun without waiting for it: for QMP over the network. Structures of
 *  getaddrinfo(3) as they lie in memory on 64-bit Linux. */
import { createRequire } from 'node:module';
import type { Libc } from './libc.ts';

const SOCK_STREAM = 1;
const SOCK_NONBLOCK_CLOEXEC = 0x80800;
export const EINPROGRESS = 115;

/** Fields of struct addrinfo. */
const ADDRINFO_BYTES = 48;
const FAMILY_AT = 4;
const ADDRESS_BYTES_AT = 16;
const ADDRESS_AT = 24;
const SOCKTYPE_AT = 8;

/** The descriptor of a socket that is connecting or connected, or a few words on why there is none. Resolving a name may take a
 *  moment; nothing else waits. */
export function connectTcp(libc: Libc, host: string, port: number): number | string {
  const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
  const library = koffi.load('libc.so.6');
  const resolve = library.func(
    'int getaddrinfo(const char *node, const char *service, void *hints, void *result)',
  );
  const free = library.func('freeaddrinfo', 'void', ['uintptr_t']);
  const socket = library.func('int socket(int domain, int type, int protocol)');
  const hints = new Uint8Array(ADDRINFO_BYTES);
  new DataView(hints.buffer).setInt32(SOCKTYPE_AT, SOCK_STREAM, true);
  const result = new BigUint64Array(1);
  if (resolve(host, String(port), hints, result) !== 0) return `the name ${host} is not known`;
  const first = Number(result[0]);
  const info = new Uint8Array(ADDRINFO_BYTES);
  libc.copyIn(info, first, ADDRINFO_BYTES);
  const view = new DataView(info.buffer);
  const address = new Uint8Array(view.getUint32(ADDRESS_BYTES_AT, true));
  libc.copyIn(address, Number(view.getBigUint64(ADDRESS_AT, true)), address.length);
  free(first);
  const fd = socket(view.getInt32(FAMILY_AT, true), SOCK_STREAM | SOCK_NONBLOCK_CLOEXEC, 0);
  if (fd < 0) return 'no socket can be made';
  const failed = libc.connect(fd, address);
  if (failed === 0 || failed === -EINPROGRESS) return fd;
  libc.close(fd);
  return `error ${-failed}`;
}
