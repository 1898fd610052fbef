/** Guest memory that the front-end shares: files mapped into this process, at guest-physical addresses. JavaScript cannot see
 *  such memory (Electron forbids buffers over it), so every access is a copy by the C library. Addresses come from the guest
 *  and a copy beyond a mapping ends the process: every range is checked here, and nowhere else. */
import { fstatSync } from 'node:fs';
import type { GuestMemory, MemoryRegion } from '../../src-core/queue/guest-memory.ts';
import type { SharedRegion } from '../../src-core/transport/vhost-user-regions.ts';
import { assert, type Bytes, type GuestAddress } from '../../src-core/units.ts';
import { type AddressBlock, AddressBlocks } from '../native/address-blocks.ts';
import { EACCES, type Libc, MAP_SHARED, PROT_READ, PROT_WRITE } from '../native/libc.ts';

/** Where a region is in a file. */
type Mappable = Pick<SharedRegion, 'guestAddress' | 'widthBytes' | 'mmapOffsetBytes'>;

interface Block extends AddressBlock {
  /** What to add to a guest address for a pointer. */
  readonly pointerOffset: number;
  readonly mapAt: number;
  readonly mapBytes: Bytes;
}

/** So few bytes go through a buffer of our own. A native call makes a young array move its bytes off the JavaScript heap,
 *  which costs more than the copy. */
const SMALL_BYTES = 64;
const PAGE_BYTES = 4096;

export class MappedMemory implements GuestMemory {
  private readonly libc: Libc;
  private blocks = new AddressBlocks<Block>([]);
  private readonly small = new Uint8Array(SMALL_BYTES);

  constructor(libc: Libc) {
    this.libc = libc;
  }

  /** Maps these regions instead of all others; `fds` remain the caller's. A sentence when that cannot be: then nothing
   *  changed. */
  replace(regions: readonly Mappable[], fds: readonly number[]): string | undefined {
    const mapped: Block[] = [];
    for (const [place, region] of regions.entries()) {
      const block = map(this.libc, region, fds[place] ?? -1);
      if (typeof block === 'string') {
        this.unmap(mapped);
        return block;
      }
      mapped.push(block);
    }
    const old = this.blocks.all;
    this.blocks = new AddressBlocks(mapped);
    this.unmap(old);
    return undefined;
  }

  /** Maps one region more. The caller has checked that it overlaps no other. */
  add(region: Mappable, fd: number): string | undefined {
    const block = map(this.libc, region, fd);
    if (typeof block === 'string') return block;
    this.blocks = new AddressBlocks([...this.blocks.all, block]);
    return undefined;
  }

  remove(guestAddress: GuestAddress): void {
    const gone = this.blocks.all.filter(({ from }) => from === Number(guestAddress));
    this.blocks = new AddressBlocks(this.blocks.all.filter((block) => !gone.includes(block)));
    this.unmap(gone);
  }

  read(at: GuestAddress, bytes: Bytes): Uint8Array | undefined {
    if (bytes <= SMALL_BYTES) {
      return this.loadSmall(Number(at), bytes) ? this.small.slice(0, bytes) : undefined;
    }
    // Before so much memory is taken on the word of a guest.
    if (!this.blocks.cover(Number(at), bytes)) return undefined;
    const copy = new Uint8Array(bytes);
    return this.readInto(at, copy, 0, bytes) ? copy : undefined;
  }

  readInto(at: GuestAddress, target: Uint8Array, targetAt: number, bytes: Bytes): boolean {
    assert(bytes >= 0 && targetAt >= 0 && targetAt + bytes <= target.length, 'a copy fits');
    let from = Number(at);
    if (bytes <= SMALL_BYTES) return this.readSmall(from, target, targetAt, bytes);
    let done = 0;
    while (done < bytes) {
      const block = this.blocks.at(from);
      if (block === undefined) return false;
      const now = Math.min(bytes - done, block.to - from);
      const to = targetAt + done === 0 ? target : target.subarray(targetAt + done);
      this.libc.copyIn(to, block.pointerOffset + from, now);
      from += now;
      done += now;
    }
    return true;
  }

  write(at: GuestAddress, data: Uint8Array): boolean {
    let to = Number(at);
    if (data.length <= SMALL_BYTES) return this.writeSmall(to, data);
    let done = 0;
    while (done < data.length) {
      const block = this.blocks.at(to);
      if (block === undefined) return false;
      const now = Math.min(data.length - done, block.to - to);
      const from = done === 0 ? data : data.subarray(done);
      this.libc.copyOut(block.pointerOffset + to, from, now);
      to += now;
      done += now;
    }
    return true;
  }

  loadLe16(at: GuestAddress): number | undefined {
    const from = Number(at);
    const block = this.blocks.at(from);
    if (block === undefined || from + 2 > block.to) return undefined;
    return this.libc.loadLe16(block.pointerOffset + from);
  }

  storeLe16(at: GuestAddress, value: number): boolean {
    const to = Number(at);
    const block = this.blocks.at(to);
    if (block === undefined || to + 2 > block.to) return false;
    this.libc.storeLe16(block.pointerOffset + to, value & 0xffff);
    return true;
  }

  fence(): void {
    this.libc.fence();
  }

  regions(): readonly MemoryRegion[] {
    return this.blocks.regions;
  }

  private readSmall(from: number, target: Uint8Array, targetAt: number, bytes: Bytes): boolean {
    if (!this.loadSmall(from, bytes)) return false;
    for (let at = 0; at < bytes; at++) target[targetAt + at] = this.small[at] ?? 0;
    return true;
  }

  /** Into `small`; in two parts in the rare case that it crosses a border, the second one first. */
  private loadSmall(from: number, bytes: Bytes): boolean {
    const block = this.blocks.at(from);
    if (block !== undefined && from + bytes <= block.to) {
      this.libc.copyIn(this.small, block.pointerOffset + from, bytes);
      return true;
    }
    if (bytes === 0) return true;
    if (block === undefined) return false;
    const before = block.to - from;
    if (!this.loadSmall(block.to, bytes - before)) return false;
    this.small.copyWithin(before, 0, bytes - before);
    return this.loadSmall(from, before);
  }

  private writeSmall(to: number, data: Uint8Array): boolean {
    const bytes = data.length;
    const block = this.blocks.at(to);
    if (block !== undefined && to + bytes <= block.to) {
      for (let at = 0; at < bytes; at++) this.small[at] = data[at] ?? 0;
      this.libc.copyOut(block.pointerOffset + to, this.small, bytes);
      return true;
    }
    if (bytes === 0) return true;
    if (block === undefined) return false;
    const before = block.to - to;
    return (
      this.writeSmall(to, data.subarray(0, before)) &&
      this.writeSmall(block.to, data.subarray(before))
    );
  }

  private unmap(blocks: readonly Block[]): void {
    for (const { mapAt, mapBytes } of blocks) {
      const failed = this.libc.munmap(mapAt, mapBytes);
      assert(failed === 0, `munmap failed with error ${-failed}`);
    }
  }
}

/** Mappings begin and end on pages, of the file's own size when it has huge ones. */
function map(libc: Libc, region: Mappable, fd: number): Block | string {
  const { guestAddress, widthBytes, mmapOffsetBytes } = region;
  const name = `the region at 0x${guestAddress.toString(16)}`;
  const file = statOf(fd);
  if (file === undefined) return `${name} came with a descriptor that is not open`;
  // Beyond the end of a file a mapping is there, and touching it ends the process.
  if (file.isFile() && mmapOffsetBytes + widthBytes > file.size) {
    return `${name} reaches beyond the ${file.size} bytes of its file`;
  }
  const pageBytes = Math.max(PAGE_BYTES, file.isFile() ? file.blksize : PAGE_BYTES);
  const into = mmapOffsetBytes % pageBytes;
  const mapBytes = Math.ceil((into + widthBytes) / pageBytes) * pageBytes;
  const access = PROT_READ | PROT_WRITE;
  const mapAt = libc.mmap(mapBytes, access, MAP_SHARED, fd, mmapOffsetBytes - into);
  if (mapAt === -EACCES) return `${name} may not be mapped for writing`;
  if (mapAt < 0) return `${name} cannot be mapped (error ${-mapAt})`;
  const from = Number(guestAddress);
  return { from, to: from + widthBytes, pointerOffset: mapAt + into - from, mapAt, mapBytes };
}

function statOf(fd: number) {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}
