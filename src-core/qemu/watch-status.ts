/** What a watch knows about itself, for people and for programs: shapes only. */
import type { TrustCounts } from './payload-check.ts';
import type { ToldRings } from './ring-elements.ts';
import type { SamplingCost } from './sampling.ts';

export interface WatchStatus {
  readonly target: string;
  /** As QEMU says: `10.0.2`; empty before it answered. */
  readonly qemuVersion: string;
  /** Its sound devices, empty before they were found; also what they were once the session has ended. */
  readonly devices: readonly WatchDeviceInfo[];
  /** Which of them is watched. */
  readonly devicePath?: string;
  /** Several can be watched, and somebody has to say which: `pickQemuDevice` goes on with one of them. */
  readonly mustPick: boolean;
  /** Commands that this QEMU does not have. */
  readonly missing: readonly string[];
  /** How guest memory is read, or why not: a few words each. */
  readonly memory: string;
  readonly canReadMemory: boolean;
  /** Chains that QEMU tells of itself, asked for only where memory cannot be read. */
  readonly toldRings: ToldRings;
  /** Where times come from. */
  readonly trace: string;
  readonly tracePath?: string;
  readonly isPaused: boolean;
  /** QMP: round trips, and the part of the time in which QEMU was busy with one. */
  readonly commands: { readonly count: number; readonly p50Us: number; readonly busyPart: number };
  /** Questions for the indexes of queues, apart from the other commands. */
  readonly sampling: SamplingCost;
  /** Payload bytes by how far they can be trusted. */
  readonly trust: TrustCounts;
  /** How the parameters of streams are known, for those where it is not from a request that was seen. */
  readonly assumedStreams: readonly number[];
}

/** A sound device of the QEMU: what somebody needs to choose one. */
export interface WatchDeviceInfo {
  /** QOM path, as `watchQemu` and `pickQemuDevice` take it. */
  readonly path: string;
  /** What `-device …,id=NAME` calls it; absent where it has no name. */
  readonly name?: string;
  /** QEMU's type, `virtio-sound-device` for one that can be watched; empty when QEMU does not tell. */
  readonly type: string;
  readonly canWatch: boolean;
  /** Why it cannot be watched, a sentence; empty when it can. */
  readonly why: string;
  /** What to do instead, a sentence; empty when it can be watched. */
  readonly action: string;
  /** Of one that can be watched: what `streams=` and `audiodev=` say. */
  readonly streams?: number;
  readonly audiodev?: string;
}

export interface WatchSummary {
  /** Payload bytes by how far they can be trusted. */
  readonly payloadBytes: WatchStatus['trust'];
  /** Looks at the rings, and commands to QEMU: what watching cost. */
  readonly looks: { readonly count: number; readonly p50Us: number; readonly p99Us: number };
  readonly commands: WatchStatus['commands'];
  readonly sampling: SamplingCost;
}
