/** A running QEMU's guest memory, to read and nothing else. Where it is a shared file (memory-backend-memfd or -file,
 *  share=on) the file is mapped, for reading only; where it is private to QEMU the kernel copies out of the process. Neither
 *  stops QEMU or changes a byte. Addresses come from the guest: every range is checked here. */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { PlacedRange } from '../../src-core/qemu/memory-map.ts';
import type { MemoryRegion, ReadableMemory } from '../../src-core/queue/guest-memory.ts';
import { assert, type Bytes, type GuestAddress } from '../../src-core/units.ts';
import { type AddressBlock, AddressBlocks } from '../native/address-blocks.ts';
import { EPERM, type Libc, MAP_SHARED, PROT_READ } from '../native/libc.ts';
import { ProcessMemory } from '../native/process-memory.ts';

interface Block extends AddressBlock {
  /** What to add to a guest address: for a pointer of ours where it is mapped, for one of QEMU's else. */
  readonly offset: number;
  readonly isMapped: boolean;
}

interface Mapping {
  readonly at: number;
  readonly bytes: Bytes;
}

export interface OpenedRam {
  readonly memory: GuestRam;
  /** How it is read, in a few words. */
  readonly how: string;
}

const PAGE_BYTES = 4096;

/** Opens the ranges of process `pid`; a sentence when none can be read. */
export function openGuestRam(
  libc: Libc,
  pid: number,
  ranges: readonly PlacedRange[],
): OpenedRam | string {
  const maps = readMaps(pid);
  if (typeof maps === 'string') return maps;
  const process = new ProcessMemory(libc, pid);
  const blocks: Block[] = [];
  const mappings: Mapping[] = [];
  for (const range of ranges) {
    const from = Number(range.guestAddress);
    const to = from + range.widthBytes;
    const mapped = mapShared(libc, pid, maps, range);
    if (mapped !== undefined) mappings.push(mapped);
    const offset = mapped === undefined ? range.hostAddress - from : mapped.pointer - from;
    blocks.push({ from, to, offset, isMapped: mapped !== undefined });
  }
  const memory = new GuestRam(libc, process, blocks, mappings);
  const failed = blocks.some(({ isMapped }) => !isMapped) ? probe(process, blocks) : 0;
  if (failed < 0) {
    memory.close();
    return whyNot(pid, -failed);
  }
  const copied = blocks.filter(({ isMapped }) => !isMapped).length;
  const how =
    copied === 0
      ? 'guest memory is a shared file of QEMU’s, mapped for reading'
      : 'guest memory is private to QEMU, copied out of its process by the kernel';
  return { memory, how };
}

export class GuestRam implements ReadableMemory {
  private readonly libc: Libc;
  private readonly process: ProcessMemory;
  private readonly blocks: AddressBlocks<Block>;
  private mappings: readonly Mapping[];
  private readonly half = new Uint8Array(2);

  constructor(
    libc: Libc,
    process: ProcessMemory,
    blocks: readonly Block[],
    mappings: readonly Mapping[],
  ) {
    this.libc = libc;
    this.process = process;
    this.blocks = new AddressBlocks(blocks);
    this.mappings = mappings;
  }

  read(at: GuestAddress, bytes: Bytes): Uint8Array | undefined {
    if (!this.blocks.cover(Number(at), bytes)) return undefined;
    const copy = new Uint8Array(bytes);
    return this.readInto(at, copy, 0, bytes) ? copy : undefined;
  }

  readInto(at: GuestAddress, target: Uint8Array, targetAt: number, bytes: Bytes): boolean {
    assert(bytes >= 0 && targetAt >= 0 && targetAt + bytes <= target.length, 'a copy fits');
    let from = Number(at);
    let done = 0;
    while (done < bytes) {
      const block = this.blocks.at(from);
      if (block === undefined) return false;
      const now = Math.min(bytes - done, block.to - from);
      if (!this.copy(block, from, target, targetAt + done, now)) return false;
      from += now;
      done += now;
    }
    return true;
  }

  loadLe16(at: GuestAddress): number | undefined {
    const from = Number(at);
    const block = this.blocks.at(from);
    if (block === undefined || from + 2 > block.to) return undefined;
    if (block.isMapped) return this.libc.loadLe16(block.offset + from);
    if (!this.copy(block, from, this.half, 0, 2)) return undefined;
    return (this.half[0] ?? 0) | ((this.half[1] ?? 0) << 8);
  }

  regions(): readonly MemoryRegion[] {
    return this.blocks.regions;
  }

  /** Gives the mappings back; nothing is read any more. */
  close(): void {
    for (const { at, bytes } of this.mappings) this.libc.munmap(at, bytes);
    this.mappings = [];
  }

  private copy(block: Block, from: number, target: Uint8Array, targetAt: number, bytes: Bytes) {
    if (bytes === 0) return true;
    if (!block.isMapped) {
      return this.process.read(block.offset + from, target, targetAt, bytes) === bytes;
    }
    const to = targetAt === 0 ? target : target.subarray(targetAt);
    this.libc.copyIn(to, block.offset + from, bytes);
    return true;
  }
}

interface MapsLine {
  readonly from: number;
  readonly to: number;
  readonly isShared: boolean;
  readonly offsetBytes: number;
  readonly inode: number;
}

/** /proc/PID/maps. Spec: proc_pid_maps(5) */
function readMaps(pid: number): MapsLine[] | string {
  try {
    const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
    return lines.map(mapsLine).filter((line) => line !== undefined);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'EACCES' || code === 'EPERM'
      ? whyNot(pid, EPERM)
      : `process ${pid} of QEMU cannot be looked at (${code ?? error})`;
  }
}

function mapsLine(line: string): MapsLine | undefined {
  const found = /^([0-9a-f]+)-([0-9a-f]+) ...([ps]) ([0-9a-f]+) \S+ (\d+)/.exec(line);
  if (found === null) return undefined;
  const [, from = '', to = '', kind = '', offset = '', inode = ''] = found;
  return {
    from: Number.parseInt(from, 16),
    to: Number.parseInt(to, 16),
    isShared: kind === 's',
    offsetBytes: Number.parseInt(offset, 16),
    inode: Number(inode),
  };
}

/** Maps the file behind the range, when one shared mapping of QEMU's holds all of it and we may open the file. */
function mapShared(
  libc: Libc,
  pid: number,
  maps: readonly MapsLine[],
  { hostAddress, widthBytes }: PlacedRange,
): (Mapping & { readonly pointer: number }) | undefined {
  const line = maps.find(({ from, to }) => hostAddress >= from && hostAddress + widthBytes <= to);
  if (line === undefined || !line.isShared || line.inode === 0) return undefined;
  const fd = openInode(pid, line.inode);
  if (fd === undefined) return undefined;
  try {
    const { size, blksize } = fstatSync(fd);
    const offsetBytes = line.offsetBytes + (hostAddress - line.from);
    // Touching a mapping beyond the end of its file ends the process that does.
    if (offsetBytes + widthBytes > size) return undefined;
    const into = offsetBytes % Math.max(PAGE_BYTES, blksize);
    const page = Math.max(PAGE_BYTES, blksize);
    const bytes = Math.ceil((into + widthBytes) / page) * page;
    const at = libc.mmap(bytes, PROT_READ, MAP_SHARED, fd, offsetBytes - into);
    return at < 0 ? undefined : { at, bytes, pointer: at + into };
  } finally {
    closeSync(fd);
  }
}

/** The file that QEMU has open, opened once more for reading. */
function openInode(pid: number, inode: number): number | undefined {
  const folder = `/proc/${pid}/fd`;
  for (const name of names(folder)) {
    try {
      // Looked at before it is opened: opening a FIFO or a device does something.
      const found = statSync(`${folder}/${name}`);
      if (found.isFile() && found.ino === inode) return openSync(`${folder}/${name}`, 'r');
    } catch {
      // A socket, or closed meanwhile: not the file.
    }
  }
  return undefined;
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Minus an error number when the process may not be read. */
function probe(process: ProcessMemory, blocks: readonly Block[]): number {
  const first = blocks.find(({ isMapped }) => !isMapped);
  if (first === undefined) return 0;
  return process.read(first.offset + first.from, new Uint8Array(16), 0, 16);
}

function whyNot(pid: number, error: number): string {
  if (error !== EPERM) return `the memory of process ${pid} cannot be read (error ${error})`;
  return (
    `the memory of QEMU (process ${pid}) is not ours to read: it runs as another user, or the kernel lets ` +
    'only parents look (kernel.yama.ptrace_scope). With `-object memory-backend-memfd,id=mem,size=SIZE,share=on ' +
    '-machine memory-backend=mem` it can be mapped by the same user'
  );
}
