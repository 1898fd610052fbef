/** What the device consists of: streams, jacks, channel maps, control elements. The one owner of these facts: the
 *  configuration space and every *_INFO answer come from here. Spec: 5.14.4, 5.14.6 */
import type { ChmapPosition } from '../spec/chmap.ts';
import {
  VIRTIO_F_RING_PACKED,
  VIRTIO_RING_F_EVENT_IDX,
  VIRTIO_RING_F_INDIRECT_DESC,
} from '../spec/ring.ts';
import type { Direction } from '../spec/sound.ts';

export interface StreamSpec {
  readonly direction: Direction;
  readonly hdaFnNid: number;
  /** Bits of PCM features. */
  readonly features: number;
  /** Format ids. */
  readonly formats: readonly number[];
  /** Rate ids. */
  readonly rates: readonly number[];
  readonly channelsMin: number;
  readonly channelsMax: number;
}

export interface JackSpec {
  readonly hdaFnNid: number;
  readonly canRemap: boolean;
  /** HDA pin default configuration and capabilities, as the standard passes them through. */
  readonly hdaRegDefconf: number;
  readonly hdaRegCaps: number;
  readonly connected: boolean;
}

export interface ChmapSpec {
  readonly hdaFnNid: number;
  readonly direction: Direction;
  readonly positions: readonly ChmapPosition[];
}

export interface ControlSpec {
  readonly hdaFnNid: number;
  readonly role: number;
  readonly type: number;
  /** Bits of CTL_ACCESS_… */
  readonly access: number;
  readonly count: number;
  readonly index: number;
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** ENUMERATED only. */
  readonly items: readonly string[];
  /** Initial values, one for each of `count`. */
  readonly values: readonly number[];
  /** Initial TLV value bytes (without the type and length words) and type. */
  readonly tlv?: { readonly type: number; readonly value: readonly number[] };
}

export interface Topology {
  readonly streams: readonly StreamSpec[];
  readonly jacks: readonly JackSpec[];
  readonly chmaps: readonly ChmapSpec[];
  /** Not empty: VIRTIO_SND_F_CTLS is offered. */
  readonly controls: readonly ControlSpec[];
  /** Feature bits of virtqueues that are offered, of RING_FEATURE_BITS; all of them when absent. */
  readonly ringFeatures?: bigint;
}

/** What a device may offer of virtqueues, or leave out. Spec: 6 */
export const RING_FEATURE_BITS = {
  INDIRECT_DESC: VIRTIO_RING_F_INDIRECT_DESC,
  EVENT_IDX: VIRTIO_RING_F_EVENT_IDX,
  RING_PACKED: VIRTIO_F_RING_PACKED,
} as const;
