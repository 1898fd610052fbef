/** The C library, called through koffi: what Node cannot do on its own. Descriptors over sockets, eventfds, shared memory,
 *  and a wait that blocks. For 64-bit little-endian Linux; elsewhere `libc()` says so in a HostError. Calls answer as the
 *  kernel does: a result, or minus the error number. Pointers are numbers, which hold every user address exactly. */
import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import { HostError } from '../../src-core/host-error.ts';

type Koffi = typeof import('koffi');
type Library = ReturnType<Koffi['load']>;

/** Error numbers of Linux, the ones that are looked for. */
export const EPERM = 1;
export const ENOENT = 2;
export const EINTR = 4;
export const EAGAIN = 11;
export const EACCES = 13;
export const EEXIST = 17;
export const EINVAL = 22;
export const EADDRINUSE = 98;
export const ECONNREFUSED = 111;
export const ECONNRESET = 104;
export const ENOSYS = 38;

export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const MAP_SHARED = 1;

/** As in uapi/linux/fcntl.h; the same on every processor that we run on. */
const F_GETFL = 3;
const F_SETFL = 4;
const F_DUPFD_CLOEXEC = 1030;
const O_NONBLOCK = 0x800;
const O_CLOEXEC = 0x80000;
const PR_SET_TIMERSLACK = 29;
const SCHED_OTHER = 0;
const SCHED_RR = 2;
const SCHED_RESET_ON_FORK = 0x4000_0000;
/** Above ordinary threads, below sound servers and the kernel's own. */
const REAL_TIME_PRIORITY = 5;
export const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

/** Bytes in front of a pointer or behind it; the caller sees to the bounds. */
export interface Libc {
  // Memory that is not JavaScript's
  /** Copies `bytes` from the address `from` to the start of `target`. */
  copyIn(target: Uint8Array, from: number, bytes: number): void;
  /** Copies the first `bytes` of `source` to the address `to`. */
  copyOut(to: number, source: Uint8Array, bytes: number): void;
  /** A 16-bit load with acquire order. */
  loadLe16(at: number): number;
  /** A 16-bit store with release order. */
  storeLe16(at: number, value: number): void;
  /** Full barrier: stores before it are seen before loads after it are done. */
  fence(): void;
  mmap(bytes: number, protection: number, flags: number, fd: number, offsetBytes: number): number;
  munmap(at: number, bytes: number): number;
  /** Where a buffer's bytes are, for structures that point at each other. Keep the buffer alive until the call returns. */
  addressOf(buffer: Uint8Array): bigint;

  // Descriptors
  read(fd: number, target: Uint8Array, bytes: number): number;
  write(fd: number, source: Uint8Array, bytes: number): number;
  close(fd: number): number;
  duplicate(fd: number): number;
  setNonBlocking(fd: number): number;
  /** A counter that wakes who polls it: not blocking, closed on exec. */
  eventfd(): number;
  memfd(name: string, bytes: number): number;

  // Sockets
  socket(): number;
  socketPair(): readonly [number, number];
  bind(fd: number, address: Uint8Array): number;
  listen(fd: number, backlog: number): number;
  connect(fd: number, address: Uint8Array): number;
  accept(fd: number): number;
  /** The process at the other end of a Unix socket, as it was when it connected; undefined when nobody can tell. */
  peerProcess(fd: number): number | undefined;
  /** `header`: a struct msghdr. */
  recvmsg(fd: number, header: Uint8Array, flags: number): number;
  sendmsg(fd: number, header: Uint8Array, flags: number): number;

  // Waiting
  epollCreate(): number;
  /** `event`: a struct epoll_event. */
  epollControl(epoll: number, operation: number, fd: number, event: Uint8Array): number;
  /** `timeout`: a struct timespec, or null for ever. Precise to the nanosecond whatever the kernel's age. */
  epollWait(epoll: number, events: Uint8Array, most: number, timeout: Uint8Array | null): number;
  /** How late the kernel may wake this thread in order to save power. */
  setTimerSlack(ns: number): number;
  /** Whether this thread runs before ordinary ones as soon as it has something to do. A matter of privilege: -EPERM for most
   *  users (RLIMIT_RTPRIO). Threads that it starts are ordinary. */
  setRealTime(isOn: boolean): number;
}

let loaded: Libc | undefined;

/** Loads the library at the first call. Throws a HostError where there is none that we can use. */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

/** Whether this system is one that `libc()` works on; nothing is loaded. */
export function hasLibc(): boolean {
  return process.platform === 'linux' && ['x64', 'arm64', 'riscv64'].includes(process.arch);
}

function load(): Libc {
  if (!hasLibc() || endianness() !== 'LE') {
    throw new HostError(
      'not-linux',
      `A guest can be attached on 64-bit Linux only; this is ${process.platform} on ${process.arch}.`,
      'Use the demo guest, or open a capture.',
    );
  }
  try {
    const koffi: Koffi = createRequire(import.meta.url)('koffi');
    const library = loadLibrary(koffi);
    return {
      ...memoryCalls(koffi, library),
      ...descriptorCalls(koffi, library),
      ...socketCalls(koffi, library),
      ...waitCalls(koffi, library),
    };
  } catch (error) {
    throw new HostError(
      'no-native-calls',
      `The native call library koffi cannot be loaded: ${error instanceof Error ? error.message : error}`,
      'Install the packages again, with optional ones (npm ci).',
    );
  }
}

/** By its name, so that nothing that a program brought along under the same names comes first. Where it has another name
 *  (musl), it is what the program itself is linked with. */
function loadLibrary(koffi: Koffi): Library {
  try {
    return koffi.load('libc.so.6');
  } catch {
    return koffi.load(null);
  }
}

function memoryCalls(koffi: Koffi, library: Library) {
  const copyIn = library.func('memcpy', 'void', ['void *', 'uintptr_t', 'size_t']);
  const copyOut = library.func('memcpy', 'void', ['uintptr_t', 'void *', 'size_t']);
  const mmap = library.func(
    'intptr_t mmap(uintptr_t at, size_t n, int prot, int flags, int fd, int64_t offset)',
  );
  const munmap = library.func('int munmap(uintptr_t at, size_t n)');
  return {
    copyIn: copyIn as Libc['copyIn'],
    copyOut: copyOut as Libc['copyOut'],
    mmap: (bytes: number, protection: number, flags: number, fd: number, offsetBytes: number) => {
      return answer(koffi, mmap(0, bytes, protection, flags, fd, offsetBytes));
    },
    munmap: (at: number, bytes: number) => answer(koffi, munmap(at, bytes)),
    addressOf: (buffer: Uint8Array) => koffi.address(buffer),
    ...orderedAccess(koffi, copyOut as Libc['copyOut']),
  };
}

/** Loads, stores and the barrier of memory that another processor writes. libatomic has them for every processor; without
 *  it x86 orders plain loads and stores by itself, and elsewhere a full barrier goes beside each.
 *  The barrier is a locked instruction on our own memory: on x86 a full fence, on ARM an acquire-release read-modify-write,
 *  which orders what is before it with what is after it. */
function orderedAccess(koffi: Koffi, copyOut: Libc['copyOut']) {
  const word = new Int32Array(1);
  const fence = () => {
    Atomics.add(word, 0, 0);
  };
  const acquire = 2;
  const release = 3;
  try {
    const atomic = koffi.load('libatomic.so.1');
    const load = atomic.func('__atomic_load_2', 'uint16_t', ['uintptr_t', 'int']);
    const store = atomic.func('__atomic_store_2', 'void', ['uintptr_t', 'uint16_t', 'int']);
    return {
      fence,
      loadLe16: (at: number): number => load(at, acquire),
      storeLe16: (at: number, value: number): void => store(at, value, release),
    };
  } catch {
    const isOrdered = process.arch === 'x64';
    const half = new Uint8Array(2);
    const load = koffi.decode.uint16;
    return {
      fence,
      loadLe16: (at: number): number => {
        const value = load(at);
        if (!isOrdered) fence();
        return value;
      },
      storeLe16: (at: number, value: number): void => {
        half[0] = value;
        half[1] = value >>> 8;
        if (!isOrdered) fence();
        copyOut(at, half, 2);
      },
    };
  }
}

function descriptorCalls(koffi: Koffi, library: Library) {
  const read = library.func('long read(int fd, void *target, size_t n)');
  const write = library.func('long write(int fd, void *source, size_t n)');
  const close = library.func('int close(int fd)');
  const control = library.func('int fcntl(int fd, int command, long argument)');
  const eventfd = library.func('int eventfd(unsigned int count, int flags)');
  const memfd = library.func('int memfd_create(const char *name, unsigned int flags)');
  const truncate = library.func('int ftruncate(int fd, int64_t n)');
  return {
    read: (fd: number, target: Uint8Array, bytes: number) => answer(koffi, read(fd, target, bytes)),
    write: (fd: number, source: Uint8Array, bytes: number) =>
      answer(koffi, write(fd, source, bytes)),
    close: (fd: number) => answer(koffi, close(fd)),
    duplicate: (fd: number) => answer(koffi, control(fd, F_DUPFD_CLOEXEC, 0)),
    setNonBlocking: (fd: number) => {
      const flags = answer(koffi, control(fd, F_GETFL, 0));
      return flags < 0 ? flags : answer(koffi, control(fd, F_SETFL, flags | O_NONBLOCK));
    },
    eventfd: () => answer(koffi, eventfd(0, O_NONBLOCK | O_CLOEXEC)),
    memfd: (name: string, bytes: number) => {
      const fd = answer(koffi, memfd(name, 1));
      const sized = fd < 0 ? fd : answer(koffi, truncate(fd, bytes));
      if (fd >= 0 && sized < 0) close(fd);
      return sized < 0 ? sized : fd;
    },
  };
}

function socketCalls(koffi: Koffi, library: Library) {
  const unixStream = [1, 1 | O_NONBLOCK | O_CLOEXEC, 0] as const;
  const socket = library.func('int socket(int domain, int type, int protocol)');
  const pair = library.func('int socketpair(int domain, int type, int protocol, void *fds)');
  const bind = library.func('int bind(int fd, void *address, unsigned int n)');
  const listen = library.func('int listen(int fd, int backlog)');
  const connect = library.func('int connect(int fd, void *address, unsigned int n)');
  const accept = library.func('int accept4(int fd, void *address, void *n, int flags)');
  const option = library.func('int getsockopt(int fd, int level, int name, void *value, void *n)');
  const recvmsg = library.func('long recvmsg(int fd, void *header, int flags)');
  const sendmsg = library.func('long sendmsg(int fd, void *header, int flags)');
  return {
    socket: () => answer(koffi, socket(...unixStream)),
    socketPair: (): readonly [number, number] => {
      const fds = new Int32Array(2);
      const failed = answer(koffi, pair(...unixStream, fds));
      return failed < 0 ? [failed, failed] : [fds[0] ?? -1, fds[1] ?? -1];
    },
    bind: (fd: number, address: Uint8Array) => answer(koffi, bind(fd, address, address.length)),
    listen: (fd: number, backlog: number) => answer(koffi, listen(fd, backlog)),
    connect: (fd: number, address: Uint8Array) =>
      answer(koffi, connect(fd, address, address.length)),
    accept: (fd: number) => answer(koffi, accept(fd, null, null, O_NONBLOCK | O_CLOEXEC)),
    peerProcess: (fd: number) => {
      const credentials = new Int32Array(3);
      const bytes = new Int32Array([credentials.byteLength]);
      const failed = option(fd, SOL_SOCKET, SO_PEERCRED, credentials, bytes);
      return failed === 0 && credentials[0] !== 0 ? credentials[0] : undefined;
    },
    recvmsg: (fd: number, header: Uint8Array, flags: number) =>
      answer(koffi, recvmsg(fd, header, flags)),
    sendmsg: (fd: number, header: Uint8Array, flags: number) =>
      answer(koffi, sendmsg(fd, header, flags)),
  };
}

function waitCalls(koffi: Koffi, library: Library) {
  const create = library.func('int epoll_create1(int flags)');
  const control = library.func('int epoll_ctl(int epoll, int operation, int fd, void *event)');
  const prctl = library.func('int prctl(int option, unsigned long a, long b, long c, long d)');
  const schedule = library.func('int sched_setscheduler(int pid, int policy, void *parameters)');
  return {
    epollCreate: () => answer(koffi, create(O_CLOEXEC)),
    epollControl: (epoll: number, operation: number, fd: number, event: Uint8Array) =>
      answer(koffi, control(epoll, operation, fd, event)),
    epollWait: preciseWait(koffi, library),
    setTimerSlack: (ns: number) => answer(koffi, prctl(PR_SET_TIMERSLACK, ns, 0, 0, 0)),
    setRealTime: (isOn: boolean) => {
      const policy = isOn ? SCHED_RR | SCHED_RESET_ON_FORK : SCHED_OTHER;
      return answer(koffi, schedule(0, policy, Int32Array.of(isOn ? REAL_TIME_PRIORITY : 0)));
    },
  };
}

/** epoll_pwait2 takes nanoseconds, but is younger (glibc 2.35, Linux 5.11) than systems in use; where it is missing, ppoll
 *  on the epoll descriptor waits and epoll_wait only collects. */
function preciseWait(koffi: Koffi, library: Library): Libc['epollWait'] {
  const collect = library.func('int epoll_wait(int epoll, void *events, int most, int ms)');
  const ppoll = library.func('int ppoll(void *fds, unsigned long n, void *timeout, void *mask)');
  const onePoll = new Uint8Array(8);
  const view = new DataView(onePoll.buffer);
  const waitInTwo: Libc['epollWait'] = (epoll, events, most, timeout) => {
    view.setInt32(0, epoll, true);
    view.setInt16(4, 1, true);
    const ready = answer(koffi, ppoll(onePoll, 1, timeout, null));
    return ready <= 0 ? ready : answer(koffi, collect(epoll, events, most, 0));
  };
  try {
    const wait = library.func(
      'int epoll_pwait2(int epoll, void *events, int most, void *timeout, void *mask)',
    );
    return (epoll, events, most, timeout) => {
      const ready = answer(koffi, wait(epoll, events, most, timeout, null));
      return ready === -ENOSYS ? waitInTwo(epoll, events, most, timeout) : ready;
    };
  } catch {
    return waitInTwo;
  }
}

function answer(koffi: Koffi, result: number): number {
  return result === -1 ? -koffi.errno() : result;
}
