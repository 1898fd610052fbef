/** Another process's memory, read by the kernel (process_vm_readv): nothing of that process is stopped or changed. It takes
 *  the right to trace the process: the same user, and where Yama is set to 1 or higher a parent or an administrator. */
import { createRequire } from 'node:module';
import type { Libc } from './libc.ts';

const IOVEC_BYTES = 16;

export class ProcessMemory {
  readonly pid: number;
  private readonly libc: Libc;
  private readonly call: (...args: unknown[]) => number;
  private readonly errno: () => number;
  private readonly local = new Uint8Array(IOVEC_BYTES);
  private readonly localView = new DataView(this.local.buffer);
  private readonly remote = new Uint8Array(IOVEC_BYTES);
  private readonly remoteView = new DataView(this.remote.buffer);

  constructor(libc: Libc, pid: number) {
    const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
    this.libc = libc;
    this.pid = pid;
    this.call = koffi
      .load('libc.so.6')
      .func(
        'long process_vm_readv(int pid, void *local, unsigned long nlocal, void *remote, unsigned long nremote, unsigned long flags)',
      );
    this.errno = () => koffi.errno();
  }

  /** Copies `bytes` at `from` there to `targetAt` of `target`. Gives the count, or minus the error number. */
  read(from: number, target: Uint8Array, targetAt: number, bytes: number): number {
    const to = this.libc.addressOf(target) + BigInt(targetAt);
    this.localView.setBigUint64(0, to, true);
    this.localView.setBigUint64(8, BigInt(bytes), true);
    this.remoteView.setBigUint64(0, BigInt(from), true);
    this.remoteView.setBigUint64(8, BigInt(bytes), true);
    const read = this.call(this.pid, this.local, 1, this.remote, 1, 0);
    return read === -1 ? -this.errno() : read;
  }
}
