/** Goes along with the PCM of one run and marks what can be heard to be wrong in it: stale messages, silence cut into sound,
 *  clicks between messages, clipping, values that stand still, and nothing but silence. Incremental; what it remembers is
 *  bounded by one message and a little before it. Formats without samples are passed over. */
import { decodePcm, isDecodable } from '../audio/decode.ts';
import type { Frames, Seq } from '../units.ts';
import { JumpWatch } from './content-jump.ts';
import { LevelWatch } from './content-level.ts';
import { type ContentLayout, type OnMark, TAIL_FRAMES } from './content-mark.ts';
import { RepeatWatch } from './content-repeat.ts';
import { SilenceWatch } from './content-silence.ts';

export class ContentWatch {
  private readonly layout: ContentLayout;
  private readonly repeat: RepeatWatch;
  private readonly silence: SilenceWatch;
  private readonly jump: JumpWatch;
  private readonly level: LevelWatch;
  /** Pieces of the message that is being heard. */
  private pieces: Uint8Array[] = [];
  private message: Seq = -1;
  private fromFrame: Frames = 0;
  private nextFrame: Frames = 0;
  private tail: Float32Array[] = [];

  /** `onMark` gets each mark once its end is known: not in the order of their frames. */
  constructor(layout: ContentLayout, onMark: OnMark) {
    this.layout = layout;
    this.repeat = new RepeatWatch(onMark);
    this.silence = new SilenceWatch(onMark, layout.rateHz);
    this.jump = new JumpWatch(onMark);
    this.level = new LevelWatch(onMark, layout);
  }

  /** The next piece that was heard: of which message, and from which frame on. It is kept until the message is whole. */
  feed(message: Seq, fromFrame: Frames, pcm: Uint8Array): void {
    if (!isDecodable(this.layout.format) || pcm.length === 0) return;
    if (message !== this.message || fromFrame !== this.nextFrame) this.closeMessage();
    if (this.pieces.length === 0) {
      if (fromFrame !== this.nextFrame) this.tail = [];
      this.fromFrame = fromFrame;
      this.message = message;
    }
    this.pieces.push(pcm);
    this.nextFrame = fromFrame + pcm.length / this.layout.frameBytes;
  }

  /** The run is over. */
  end(): void {
    this.closeMessage();
    this.repeat.end();
    this.silence.end();
    this.level.end();
  }

  private closeMessage(): void {
    const [first] = this.pieces;
    if (first === undefined) return;
    const pcm = this.pieces.length === 1 ? first : joined(this.pieces);
    this.pieces = [];
    const channels = decodePcm(pcm, this.layout);
    const frames = channels[0]?.length ?? 0;
    const { fromFrame, tail } = this;
    const block = { fromFrame, frames, pcm, channels, tail };
    this.repeat.take(block);
    this.silence.take(block);
    this.jump.take(block);
    this.level.take(block);
    this.tail = channels.map((samples, channel) => lastOf(tail[channel], samples));
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The last frames of both together; at most TAIL_FRAMES, and full as soon as there are so many. */
function lastOf(before: Float32Array | undefined, samples: Float32Array): Float32Array {
  if (samples.length >= TAIL_FRAMES) return samples.slice(samples.length - TAIL_FRAMES);
  const kept = before?.subarray(Math.max(0, before.length + samples.length - TAIL_FRAMES));
  const both = new Float32Array((kept?.length ?? 0) + samples.length);
  if (kept !== undefined) both.set(kept);
  both.set(samples, kept?.length ?? 0);
  return both;
}
