/** One line of the capture: everything that a session tells, in the order in which it happened. Bytes are recorded raw
 *  and decoded by the view with the structures of `spec/`. Recording is the only way from device to view. */
import type { StreamParams } from '../spec/formats.ts';
import type { Grade } from '../spec/grades.ts';
import type { Violation } from '../spec/rules.ts';
import type { Direction, StreamState } from '../spec/sound.ts';
import type { Bytes, Frames, GuestAddress, Ns, QueueIndex, Seq, TrackId } from '../units.ts';

/** A descriptor as recorded: like `queue/virtqueue.ts`, without behaviour. */
export interface RecordedDescriptor {
  readonly address: GuestAddress;
  readonly bytes: Bytes;
  readonly flags: number;
  readonly next: number;
  readonly slot: number;
}

export interface RecordedChain {
  readonly head: number;
  readonly readable: readonly RecordedDescriptor[];
  readonly writable: readonly RecordedDescriptor[];
  readonly readableBytes: Bytes;
  readonly writableBytes: Bytes;
  readonly indirect: boolean;
  readonly ringSlots: number;
  /** Of a chain that only a trace tells of: there are counts, but neither lengths nor addresses, and no bytes. */
  readonly traced?: TracedChain;
}

export interface TracedChain {
  /** Device-readable and device-writable pieces, as QEMU mapped them. */
  readonly readable: number;
  readonly writable: number;
  /** Line of the trace, or record of a binary one, counted from 1. */
  readonly line: number;
  /** Of an I/O message; -1: not known. */
  readonly streamId: number;
  readonly streamGrade: Grade;
}

/** Set-up and tear-down of the device, in the standard's words. */
export type SetupStep =
  | { readonly what: 'features'; readonly offered: bigint; readonly accepted: bigint }
  | { readonly what: 'status'; readonly status: number }
  | {
      readonly what: 'memory';
      readonly regions: readonly { guestAddress: GuestAddress; widthBytes: Bytes }[];
    }
  | {
      readonly what: 'queue';
      readonly queue: QueueIndex;
      readonly size: number;
      readonly packed: boolean;
      readonly descriptorArea: GuestAddress;
      readonly driverArea: GuestAddress;
      readonly deviceArea: GuestAddress;
      readonly availIdx: number;
    }
  | { readonly what: 'queue-stopped'; readonly queue: QueueIndex; readonly availIdx: number }
  | {
      readonly what: 'config-read';
      readonly offsetBytes: Bytes;
      readonly bytes: Bytes;
      /** What was read, byte by byte; absent in captures of version 0.1. */
      readonly values?: readonly number[];
    }
  | { readonly what: 'reset' }
  /** `watched`: what follows is seen from outside, in looks at somebody else's device. */
  | { readonly what: 'attached' | 'gone' | 'note' | 'watched'; readonly detail: string }
  /** From here on a stream is not heard, and runs at the clock's pace: why. Empty: it is heard again. */
  | { readonly what: 'unheard'; readonly streamId: number; readonly detail: string }
  /** What a trace shows of features and configuration space: which features the driver took is not in it. */
  | { readonly what: 'offered'; readonly offered: bigint }
  | {
      readonly what: 'config';
      readonly jacks: number;
      readonly streams: number;
      readonly chmaps: number;
    };

/** A point (`fromNs` = `toNs`) or an area of the capture, with a note. */
export interface UserMark {
  readonly id: number;
  readonly fromNs: Ns;
  readonly toNs: Ns;
  readonly text: string;
  /** 0 to 7. */
  readonly colour: number;
}

type Said =
  | { readonly kind: 'interrupt'; readonly queue: QueueIndex }
  | {
      readonly kind: 'kick';
      readonly queue: QueueIndex;
      /** The device had seen messages in the ring, not announced, for at least so long. Absent: it had not. */
      readonly waitedNs?: Ns;
    }
  | {
      readonly kind: 'popped';
      readonly queue: QueueIndex;
      readonly chain: RecordedChain;
      readonly availIdx: number;
      /** Control: the whole request. Tx, rx: the header. Event: empty. */
      readonly body: Uint8Array;
    }
  | {
      /** PCM that changed hands: to the sink (output) or from the source (input). */
      readonly kind: 'moved';
      readonly popped: Seq;
      readonly track: TrackId;
      readonly fromFrame: Frames;
      readonly frames: Frames;
      /** Interleaved, in the stream's wire format. Empty when it was not kept. */
      readonly pcm: Uint8Array;
      /** Frames that the host held ahead of the first one: handed over and not heard yet (output), or recorded and not
       *  pushed yet (input). Absent when it was not asked. */
      readonly delayFrames?: Frames;
      /** Hash and levels of PCM that was not kept, because the disk was too slow or too full or somebody asked for it:
       *  `pcm-hash.ts`, `level-envelope.ts`. */
      readonly withheld?: Uint8Array;
    }
  | {
      readonly kind: 'used';
      readonly popped: Seq;
      readonly queue: QueueIndex;
      readonly usedIdx: number;
      readonly writtenBytes: Bytes;
      /** Control: the whole answer. Tx, rx: the status. Event: the event. */
      readonly reply: Uint8Array;
    }
  | {
      readonly kind: 'state';
      readonly streamId: number;
      readonly from: StreamState;
      readonly to: StreamState;
    }
  | {
      /** A PREPARE…RELEASE run begins: from here on `track` names its PCM. */
      readonly kind: 'track';
      readonly track: TrackId;
      readonly streamId: number;
      readonly direction: Direction;
      readonly params: StreamParams;
      /** Each message is compared with what it held when it was popped: one without a `posted` entry did not change. */
      readonly comparesPosted?: boolean;
    }
  | {
      /** A running stream had nothing for the sink, or no room for the source. `missing` while it lasted. */
      readonly kind: 'xrun';
      readonly streamId: number;
      readonly track: TrackId;
      /** `guest`: no message was posted. `host`: the sound server ran dry though messages were there. */
      readonly side: 'guest' | 'host';
      readonly atFrame: Frames;
      readonly missingFrames: Frames;
      /** Silence that the sink counted in its place. Absent: it cannot tell, or did not. */
      readonly silentFrames?: Frames;
    }
  | { readonly kind: 'setup'; readonly step: SetupStep }
  | {
      /** The ring's three areas as they stood. Raw: `queue/virtqueue.ts` RingSnapshot. */
      readonly kind: 'ring';
      readonly queue: QueueIndex;
      readonly size: number;
      readonly packed: boolean;
      readonly availIdx: number;
      readonly usedIdx: number;
      readonly inFlight: readonly number[];
      readonly descriptorArea: Uint8Array;
      readonly driverArea: Uint8Array;
      readonly deviceArea: Uint8Array;
    }
  | { readonly kind: 'violation'; readonly popped?: Seq; readonly violation: Violation }
  | {
      /** What a device reset, a guest that vanished or an absent event buffer left without an answer. Nothing of the
       *  capture is missing. */
      readonly kind: 'forgotten';
      readonly messages: number;
      readonly pcmBytes: Bytes;
      readonly why: string;
    }
  | {
      /** A bound was reached; what it swallowed. Never silent. */
      readonly kind: 'dropped';
      readonly entries: number;
      readonly pcmBytes: Bytes;
      readonly why: string;
    }
  | {
      /** An output message whose bytes changed between the moment when it was popped and the one when they were handed to
       *  the sink: what it held when it was popped. Comes after its last `moved`. */
      readonly kind: 'posted';
      readonly popped: Seq;
      readonly track: TrackId;
      /** `hashPcm` of the payload as it was posted, and as it was handed over. */
      readonly postedHash: number;
      readonly consumedHash: number;
      /** Where the two differ, in bytes of the payload; `withinNs`: how long after the message was popped the new bytes were
       *  seen. They were written in between. */
      readonly ranges: readonly {
        readonly fromByte: Bytes;
        readonly toByte: Bytes;
        readonly withinNs: Ns;
      }[];
      /** The whole payload as it was posted. */
      readonly pcm: Uint8Array;
    }
  | {
      /** What a later line of a trace said about a control message: its code (0: nothing new) and its stream (-1: none or
       *  not known). `grade` is the stream's. */
      readonly kind: 'told';
      readonly popped: Seq;
      readonly code: number;
      readonly streamId: number;
    }
  | {
      /** What QEMU said of a queue when it was asked: how many chains it holds, and its indexes. Dots, not a line: what was between
       *  two of them is not known. */
      readonly kind: 'sample';
      readonly queue: QueueIndex;
      readonly takenIdx: number;
      readonly usedIdx: number;
      readonly inUse: number;
    }
  | ({
      /** A mark of the user's: made, changed or taken out. The last entry of an id is what holds. Comes when it was said,
       *  which is no time of what it marks. */
      readonly kind: 'mark';
      readonly removed?: boolean;
    } & UserMark);

/** Absent grade: observed. Of `popped` it grades the queue, of `used` the index. */
export type EntryBody = Said & { readonly grade?: Grade };

export type Entry = { readonly seq: Seq; readonly atNs: Ns } & EntryBody;

/** The device's only way out towards the views: the session gives the entry its number and its time. */
export type Record = (body: EntryBody) => Seq;
