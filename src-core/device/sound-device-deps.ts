/** What a sound device is given, and what can be chosen about it. */
import type { AudioSink, AudioSource } from '../audio/audio-io.ts';
import type { Record as RecordEntry } from '../capture/entry.ts';
import type { Clock } from '../clock.ts';
import type { Stalls } from '../stalls.ts';
import type { QueueIndex } from '../units.ts';
import type { Topology } from './topology.ts';

export interface SoundDeviceOptions {
  /** Answer to a stream command in the wrong state, which the standard leaves open. BAD_MSG unless given. */
  readonly wrongStateStatus?: number;
  /** Version whose rates and features exist. 1.4 unless given; 1.2 has no control elements, 1.4 added two rates. */
  readonly specVersion?: '1.2' | '1.3' | '1.4';
  /** Whether output messages are copied when they are popped and compared when they are played. True unless given. */
  readonly comparesPosted?: boolean;
  /** A mistake on purpose: behind an empty queue the last block is played again in the place of the next. */
  readonly replaysStale?: boolean;
}

export interface SoundDeviceDeps {
  readonly topology: Topology;
  readonly clock: Clock;
  readonly record: RecordEntry;
  /** Used buffer notification. */
  readonly interrupt: (queue: QueueIndex) => void;
  readonly sink: AudioSink;
  readonly source: AudioSource;
  readonly options?: SoundDeviceOptions;
  /** Planted on purpose; absent: nothing stalls. */
  readonly stalls?: Stalls | undefined;
}
