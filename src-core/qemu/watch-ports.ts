/** What watching a QEMU needs of the machine it runs on. */
import type { ReadableMemory } from '../queue/guest-memory.ts';
import type { Bytes, Ns } from '../units.ts';
import type { ByteChannel } from './byte-channel.ts';
import type { PlacedRange } from './memory-map.ts';

export interface OpenedMemory {
  readonly memory: ReadableMemory;
  /** How it is read, in a few words. */
  readonly how: string;
  /** Forgets what was read before: for memory that is fetched in pieces. */
  refresh?(): void;
  close(): void;
}

/** Bytes at an address of QEMU's; `undefined` when there are none. */
export type ProcessReader = (address: number, bytes: Bytes) => Uint8Array | undefined;

/** A file that somebody else appends to. */
export interface FollowedFile {
  /** What came since the last call, a piece at a time; empty when there is nothing. */
  read(): Uint8Array;
  close(): void;
}

export interface FoundQemu {
  /** As `--qmp` takes it. */
  readonly target: string;
  readonly name: string;
  readonly pid: number;
  /** Whether its command line has QEMU's own virtio-sound. */
  readonly hasSound: boolean;
}

export interface QemuPorts {
  /** Begins to connect. Throws HostError. */
  connect(target: string): ByteChannel;
  /** The guest's RAM at these places of the QEMU behind `channel`; a sentence when it cannot be read from here. */
  openMemory(
    target: string,
    channel: ByteChannel,
    ranges: readonly PlacedRange[],
  ): OpenedMemory | string;
  /** Reads QEMU's own memory; `undefined` when it cannot be read from here. */
  openProcess(target: string, channel: ByteChannel): ProcessReader | undefined;
  /** Where that QEMU logs to, by its command line. */
  logPath(target: string, channel: ByteChannel): string | undefined;
  /** From its end on; a sentence when it cannot be read. */
  followFile(path: string): FollowedFile | string;
  /** Wall clock, as precise as there is. */
  unixNs(): Ns;
  /** A path for a log of ours, which QEMU may write to and we remove at the end; `undefined` for one on another machine. */
  temporaryLog(
    target: string,
    channel: ByteChannel,
  ): { readonly path: string; remove(): void } | undefined;
  /** QEMU processes of this user with a QMP socket. */
  find(): readonly FoundQemu[];
}
