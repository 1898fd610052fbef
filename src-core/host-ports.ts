/** What a host program brings to the core: time, disk, sound, sockets. Electron's worker, the command line's worker and the
 *  page each have their own set. Functions throw HostError for what the user can mend. */
import type { AudioSink, AudioSource } from './audio/audio-io.ts';
import type { ByteStore, RingBytes } from './capture/store.ts';
import type { Clock } from './clock.ts';
import type { RecentCapture, SinkChoice } from './contract.ts';
import type { DoctorCheck, MachineNames } from './contract-doctor.ts';
import type { RecoverableCapture } from './contract-files.ts';
import type { RecentPlace } from './contract-places.ts';
import type { QemuPorts } from './qemu/watch-ports.ts';
import type { RunningHash } from './running-hash.ts';
import type { Transport } from './transport/transport.ts';
import type { Bytes } from './units.ts';

export interface AttachOptions {
  readonly socketPath: string;
  readonly once: boolean;
}

/** A transport that waits for a guest at an address. */
export interface ListeningTransport extends Transport {
  /** Begins to listen; throws HostError when it cannot. */
  listen(): void;
}

/** A sink whose loudness the listener can change; what is captured never changes. */
export interface Monitor {
  set(volume: number, muted: boolean): void;
}

export interface OpenedAudio {
  readonly sink: AudioSink;
  readonly source: AudioSource;
  readonly monitor?: Monitor;
}

/** A trace on its way in. */
export interface TraceSource {
  /** Fills `into` from its start, with text or records as they were before they were packed: gives their bytes. 0: there is
   *  nothing now; -1: nothing more comes. */
  read(into: Uint8Array): number;
  /** Bytes read of how many, as they are on disk; `undefined` where nobody knows. */
  progress(): { readonly doneBytes: Bytes; readonly totalBytes: Bytes } | undefined;
  close(): void;
}

/** Traces and QEMUs that were looked at before. */
export interface PlacePorts {
  recent(): readonly RecentPlace[];
  remember(place: RecentPlace): void;
  forget(place: Pick<RecentPlace, 'kind' | 'target'>): void;
}

export interface HostPorts {
  readonly clock: Clock;
  readonly version: string;
  readonly platform: string;
  readonly carrier: 'electron' | 'browser' | 'page';
  /** Why no guest can be attached here. */
  readonly cannotAttach?: string;
  suggestedSocket(): string;
  unixMs(): number;
  /** Where a new capture's bytes go until it is saved. `onNote`: what had to go for it, in a sentence. */
  makeStore(onNote?: (note: string) => void): ByteStore;
  /** A store that also is the file that the user asked to record to. */
  recordTo(path: string, quotaBytes?: Bytes): ByteStore;
  /** The same, keeping only what surrounds a trigger; absent where there is no disk. */
  recordRing?(path: string, quotaBytes?: Bytes): RingBytes;
  /** A capture file to look at; nothing is ever appended to it. */
  openFile(path: string): ByteStore;
  /** Writes the bytes that `source` holds now to a new file, and gives their count. */
  saveTo(
    path: string,
    source: { heldBytes(): Bytes; read(at: Bytes, bytes: Bytes): Uint8Array },
  ): Bytes;
  listSinks(): readonly SinkChoice[];
  /** `sink` and `source` as on the command line; a sentence through `onNote` for what the user should hear of later. */
  openAudio(sink: string, source: string, onNote: (note: string) => void): OpenedAudio;
  attach?(options: AttachOptions): ListeningTransport;
  /** A trace of QEMU: a file, a FIFO, or `-`; `follow`: it grows. */
  openTrace?(path: string, follow: boolean): TraceSource;
  /** Whether this path gives its bytes once and nobody knows how many: a FIFO. */
  isPipe?(path: string): boolean;
  /** A trace that may be packed, as it was before; absent where nothing can be unpacked. */
  unpackTrace?(raw: TraceSource): TraceSource;
  readText?(path: string): string;
  /** Absent where no QEMU can be watched. */
  readonly qemu?: QemuPorts;
  makeHash?(): RunningHash;
  /** What killed processes left unsaved; absent where nothing outlives a process. */
  recoverable?(): readonly RecoverableCapture[];
  /** Removes one of those. */
  discard?(path: string): void;
  /** What this machine has; `undefined` while that is being looked for. Absent where there is none to look at. */
  doctor?(): readonly DoctorCheck[] | undefined;
  /** What the machine and its user are called. Absent where there is none to tell of. */
  machineNames?(): MachineNames;
  recent(): readonly RecentCapture[];
  remember(capture: RecentCapture): void;
  /** Absent where nothing outlives a process. */
  readonly places?: PlacePorts;
}
