/** The one shape that every control request is handled in: a call comes in, an answer goes out. Spec: 5.14.6.1 */
import type { Struct } from '../spec/layout.ts';
import type { RuleId } from '../spec/rules.ts';
import { VIRTIO_SND_S_BAD_MSG, VIRTIO_SND_S_OK } from '../spec/sound.ts';
import type { Bytes } from '../units.ts';
import type { ControlElements } from './control-elements.ts';
import type { Jacks } from './jacks.ts';
import type { PcmStream } from './stream.ts';
import type { Topology } from './topology.ts';

/** What control requests read and change. */
export interface ControlTarget {
  readonly topology: Topology;
  readonly streams: readonly PcmStream[];
  readonly jacks: Jacks;
  readonly elements: ControlElements;
  /** VIRTIO_SND_F_CTLS was negotiated. */
  readonly hasControls: boolean;
  /** Answered when a stream command comes in the wrong state: the standard leaves it open. */
  readonly wrongStateStatus: number;
  /** Rate ids from this one on do not exist in the version that the device speaks. */
  readonly rateCount: number;
}

export interface ControlCall {
  readonly target: ControlTarget;
  /** The device-readable part. */
  readonly body: Uint8Array;
  /** Bytes of the answer's buffer behind the 4-byte status. */
  readonly roomBytes: Bytes;
  /** Names a rule that the request breaks. */
  readonly blame: (rule: RuleId, detail: string, streamId?: number) => void;
  /** Records why a sound request is refused: a bound of ours. */
  readonly note: (detail: string) => void;
}

export interface Answer {
  readonly status: number;
  /** Follows the status; empty when there is none, or an error. */
  readonly payload: Uint8Array;
}

export type Handler = (call: ControlCall) => Answer;

const NO_PAYLOAD = new Uint8Array(0);

export const OK: Answer = { status: VIRTIO_SND_S_OK, payload: NO_PAYLOAD };

export function refuse(status: number): Answer {
  return { status, payload: NO_PAYLOAD };
}

export function answerWith(payload: Uint8Array): Answer {
  return { status: VIRTIO_SND_S_OK, payload };
}

/** A handler of decoded requests. One that is too short for its structure is answered here. */
export function decoded<V>(
  layout: Struct<V>,
  handle: (request: V, call: ControlCall) => Answer,
): Handler {
  return (call) => {
    const request = layout.read(call.body);
    if (request !== undefined) return handle(request, call);
    const detail = `${call.body.length} device-readable bytes; ${layout.name} has ${layout.widthBytes}`;
    call.blame('VS-I-27', detail);
    return refuse(VIRTIO_SND_S_BAD_MSG);
  };
}
