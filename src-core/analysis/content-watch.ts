/** Goes along with the PCM of one run and marks what can be heard to be wrong in it: stale messages, silence cut into sound,
 *  clicks between messages, clipping, values that stand still, and nothing but silence. Incremental; what it remembers is
 *  bounded by one message and a little before it. Formats without samples are passed over. */
import { decodeInto, isDecodable } from '../audio/decode.ts';
import { framesInBytes } from '../audio/samples.ts';
import type { Bytes, Frames, Seq } from '../units.ts';
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
  /** Of the message that is being heard, in an array that is used again and again. */
  private pcm = new Uint8Array(4096);
  private pcmBytes: Bytes = 0;
  private message: Seq = -1;
  private fromFrame: Frames = 0;
  private nextFrame: Frames = 0;
  /** Of each channel the frames before the message and those of it, in one array that is used again and again. */
  private heard: Float32Array[] = [];
  private tailFrames: Frames = 0;

  /** `onMark` gets each mark once its end is known: not in the order of their frames. */
  constructor(layout: ContentLayout, onMark: OnMark) {
    this.layout = layout;
    this.repeat = new RepeatWatch(onMark);
    this.silence = new SilenceWatch(onMark, layout.rateHz);
    this.jump = new JumpWatch(onMark);
    this.level = new LevelWatch(onMark, layout);
  }

  /** The next piece that was heard: of which message, and from which frame on. It is copied. */
  feed(message: Seq, fromFrame: Frames, pcm: Uint8Array): void {
    if (!isDecodable(this.layout.format) || pcm.length === 0) return;
    if (message !== this.message || fromFrame !== this.nextFrame) this.closeMessage();
    if (this.pcmBytes === 0) {
      if (fromFrame !== this.nextFrame) this.tailFrames = 0;
      this.fromFrame = fromFrame;
      this.message = message;
    }
    this.take(pcm);
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
    if (this.pcmBytes === 0) return;
    const pcm = this.pcm.subarray(0, this.pcmBytes);
    this.pcmBytes = 0;
    const { layout, fromFrame, tailFrames } = this;
    const frames = framesInBytes(pcm.length, layout);
    this.makeRoom(tailFrames + frames);
    const channels = this.heard.map((samples, channel) => {
      const own = samples.subarray(tailFrames, tailFrames + frames);
      decodeInto(own, pcm, layout, channel);
      return own;
    });
    const tail = this.heard.map((samples) => samples.subarray(0, tailFrames));
    const block = { fromFrame, frames, pcm, channels, tail: tailFrames === 0 ? [] : tail };
    this.repeat.take(block);
    this.silence.take(block);
    this.jump.take(block);
    this.level.take(block);
    this.keepTail(tailFrames + frames);
  }

  /** Moves the last frames of what was heard to the front; at most TAIL_FRAMES. */
  private keepTail(heardFrames: Frames): void {
    this.tailFrames = Math.min(TAIL_FRAMES, heardFrames);
    for (const samples of this.heard) {
      samples.copyWithin(0, heardFrames - this.tailFrames, heardFrames);
    }
  }

  private take(pcm: Uint8Array): void {
    const bytes = this.pcmBytes + pcm.length;
    if (bytes > this.pcm.length) {
      const larger = new Uint8Array(2 * bytes);
      larger.set(this.pcm.subarray(0, this.pcmBytes));
      this.pcm = larger;
    }
    this.pcm.set(pcm, this.pcmBytes);
    this.pcmBytes = bytes;
  }

  private makeRoom(frames: Frames): void {
    if ((this.heard[0]?.length ?? 0) >= frames) return;
    const { heard, layout } = this;
    this.heard = Array.from({ length: layout.channels }, (_, channel) => {
      const larger = new Float32Array(2 * frames);
      larger.set(heard[channel]?.subarray(0, this.tailFrames) ?? []);
      return larger;
    });
  }
}
