/** Guest memory through QEMU's monitor (`xp`), where no other way leads to it: QEMU on another machine, or of another user.
 *  Each page costs QEMU's main loop a millisecond or two, so that pages are kept until `refresh`, and a look is worth having. */
import type { MemoryRegion, ReadableMemory } from '../queue/guest-memory.ts';
import { readLe16, writeLe64 } from '../spec/layout.ts';
import { type Bytes, type GuestAddress, NS_PER_S } from '../units.ts';
import type { RamRange } from './memory-map.ts';
import type { QmpClient } from './qmp-client.ts';
import type { OpenedMemory } from './watch-ports.ts';

const PAGE_BYTES = 4096;
const ANSWER_NS = NS_PER_S / 2;
const PAGES_KEPT = 4096;

export function openMonitorMemory(client: QmpClient, ranges: readonly RamRange[]): OpenedMemory {
  const memory = new MonitorMemory(client, ranges);
  return {
    memory,
    how: 'guest memory is read through QEMU’s monitor, which is slow',
    refresh: () => memory.refresh(),
    close: () => memory.refresh(),
  };
}

export class MonitorMemory implements ReadableMemory {
  private readonly client: QmpClient;
  private readonly table: readonly MemoryRegion[];
  private readonly pages = new Map<number, Uint8Array>();

  constructor(client: QmpClient, ranges: readonly RamRange[]) {
    this.client = client;
    this.table = ranges.map(({ guestAddress, widthBytes }) => ({ guestAddress, widthBytes }));
  }

  refresh(): void {
    this.pages.clear();
  }

  read(at: GuestAddress, bytes: Bytes): Uint8Array | undefined {
    const copy = new Uint8Array(bytes);
    return this.readInto(at, copy, 0, bytes) ? copy : undefined;
  }

  readInto(at: GuestAddress, target: Uint8Array, targetAt: number, bytes: Bytes): boolean {
    let position = Number(at);
    let done = 0;
    while (done < bytes) {
      const into = position % PAGE_BYTES;
      const page = this.pageAt(position - into);
      if (page === undefined) return false;
      const now = Math.min(bytes - done, PAGE_BYTES - into);
      target.set(page.subarray(into, into + now), targetAt + done);
      position += now;
      done += now;
    }
    return true;
  }

  loadLe16(at: GuestAddress): number | undefined {
    const half = this.read(at, 2);
    return half === undefined ? undefined : readLe16(half, 0);
  }

  regions(): readonly MemoryRegion[] {
    return this.table;
  }

  private pageAt(from: number): Uint8Array | undefined {
    const known = this.pages.get(from);
    if (known !== undefined) return known;
    const isRam = this.table.some(
      ({ guestAddress, widthBytes }) =>
        from >= Number(guestAddress) && from + PAGE_BYTES <= Number(guestAddress) + widthBytes,
    );
    const page = isRam ? this.fetch(from) : undefined;
    if (page !== undefined && this.pages.size < PAGES_KEPT) this.pages.set(from, page);
    return page;
  }

  private fetch(from: number): Uint8Array | undefined {
    const line = `xp /${PAGE_BYTES / 8}gx 0x${from.toString(16)}`;
    const command = {
      execute: 'human-monitor-command',
      arguments: { 'command-line': line },
    };
    const answer = this.client.callNow(command, ANSWER_NS);
    return answer.ok && typeof answer.value === 'string' ? pageOf(answer.value) : undefined;
  }
}

/** `0000000001000000: 0x9090909090909090 0x9090909090909090`, a line for each two words. */
function pageOf(printed: string): Uint8Array | undefined {
  const page = new Uint8Array(PAGE_BYTES);
  let at = 0;
  for (const line of printed.split('\n')) {
    const words = line.slice(line.indexOf(':') + 1).match(/0x[0-9a-f]{16}/g) ?? [];
    for (const word of words) {
      if (at + 8 > PAGE_BYTES) return undefined;
      writeLe64(page, at, BigInt(word));
      at += 8;
    }
  }
  return at === PAGE_BYTES ? page : undefined;
}
