/** What the status tells of a device beside its queues: control elements, and what is only assumed. Types only. */

/** Spec: 5.14.6.10 */
export interface ControlStatus {
  readonly controlId: number;
  readonly name: string;
  /** `integer`, `boolean` …; a number that the standard does not name. */
  readonly type: string;
  /** Values that it has. */
  readonly count: number;
  readonly access: 'read and write' | 'read only' | 'write only' | 'none';
}

export interface WithControls {
  /** Absent where none are known of: without VIRTIO_SND_F_CTLS, or without a CTL_INFO that was seen. */
  readonly controls?: readonly ControlStatus[];
}

export interface StateGrade {
  /** No command was seen, and the user assumes that the stream runs. */
  readonly isAssumed?: boolean;
}
