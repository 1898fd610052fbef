/** What watching a QEMU takes of a Linux machine: sockets, processes, their memory, and a file that grows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteChannel } from '../../src-core/qemu/byte-channel.ts';
import type { QemuPorts } from '../../src-core/qemu/watch-ports.ts';
import { EPERM, libc } from '../native/libc.ts';
import type { PollLoop } from '../native/poll-loop.ts';
import { ProcessMemory } from '../native/process-memory.ts';
import { followFile } from './follow-file.ts';
import { openGuestRam } from './guest-ram.ts';
import { processServing, type QemuProcess, qemuProcesses } from './qemu-processes.ts';
import { hostAndPort, QmpSocket } from './qmp-socket.ts';

export function makeQemuPorts(loop: PollLoop): QemuPorts {
  return {
    connect: (target) => new QmpSocket(loop, target),
    openMemory: (target, channel, ranges) => {
      const found = serving(target, channel);
      if (found === undefined) return 'QEMU runs on another machine, or as another user';
      const opened = openGuestRam(libc(), found.pid, ranges);
      if (typeof opened === 'string') return opened;
      const { memory, how } = opened;
      return { memory, how, close: () => memory.close() };
    },
    openProcess: (target, channel) => {
      const found = serving(target, channel);
      if (found === undefined) return undefined;
      const memory = new ProcessMemory(libc(), found.pid);
      // Whether we may is asked before whether there is anything.
      if (memory.read(0, new Uint8Array(1), 0, 1) === -EPERM) return undefined;
      return (address, bytes) => {
        const copy = new Uint8Array(bytes);
        return memory.read(address, copy, 0, bytes) === bytes ? copy : undefined;
      };
    },
    logPath: (target, channel) => serving(target, channel)?.logPath,
    followFile: (path) => followFile(path),
    unixNs: () => (performance.timeOrigin + performance.now()) * 1e6,
    temporaryLog: (target, channel) =>
      serving(target, channel) === undefined ? undefined : temporaryLog(),
    find: () =>
      qemuProcesses().flatMap(({ pid, name, qmp, hasSound }) =>
        qmp.map((target) => ({ target, name, pid, hasSound })),
      ),
  };
}

function serving(target: string, channel: ByteChannel): QemuProcess | undefined {
  const tcp = hostAndPort(target);
  if (tcp !== undefined && !/^(localhost|127\.|::1$)/.test(tcp.host)) return undefined;
  return processServing(target, channel instanceof QmpSocket ? channel.peerPid : undefined);
}

/** In a folder of its own, so that nobody else's file is in the way. */
function temporaryLog() {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-log-'));
  return {
    path: join(folder, 'qemu.log'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
