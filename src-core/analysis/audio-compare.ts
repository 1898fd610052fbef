/** Compares a reference with what was posted, consumed or played, bit for bit: identical, or where the first difference is
 *  and of which class. Works in pieces, so that hours need no more memory than seconds.
 *
 *      heard      | silence (allowed) | the reference, every frame | silence (allowed) |
 *                 0                   offset
 *
 *  Silence before the reference is allowed up to a bound, silence behind it always: players fill their last period up.
 *  Anything else that is not in the reference is a difference. What was converted on its way (another format, rate or number
 *  of channels, or resampled) cannot be compared bit for bit, and is never called identical. */
import { formatName } from '../spec/formats.ts';
import type { Frames } from '../units.ts';
import { classify, windowFrames } from './audio-compare-class.ts';
import type { AudioClass, AudioDifference, AudioVerdict, CompareOptions } from './audio-verdict.ts';
import type { PcmReader } from './pcm-reader.ts';
import {
  CHUNK_FRAMES,
  firstDifference,
  firstSound,
  firstUnequal,
  readClean,
  silentFrame,
} from './pcm-scan.ts';

/** What the two are laid against each other by. */
const ANCHOR_FRAMES = 4096;

export function compareAudio(
  reference: PcmReader,
  heard: PcmReader,
  options: CompareOptions,
): AudioVerdict {
  const counts = { referenceFrames: reference.frames, heardFrames: heard.frames };
  const none = { leadingFrames: 0, trailingFrames: 0 };
  if (heard.frames === 0) {
    const sentence = 'not comparable: nothing was heard';
    return { verdict: 'not-comparable', sentence, ...counts, ...none };
  }
  const unlike = compareLayouts(reference, heard);
  if (unlike !== undefined) return { ...unlike, ...counts, ...none };
  const offset = findOffset(reference, heard, options.maxOffsetFrames);
  const found = firstUnequal(reference, heard, offset);
  if (found.kind === 'lost') {
    const sentence = `not comparable: the capture has no PCM of frame ${found.frame + offset}`;
    return { verdict: 'not-comparable', sentence, ...counts, ...none };
  }
  const rest = { ...counts, leadingFrames: offset };
  const end = offset + reference.frames;
  if (found.kind === 'equal') {
    const sound = nextSound(heard, end);
    const trailingFrames = sound - end;
    if (sound === heard.frames) {
      const sentence = identicalText(reference, offset, trailingFrames);
      return { verdict: 'identical', sentence, ...rest, trailingFrames };
    }
  }
  const frame = found.kind === 'equal' ? reference.frames : found.frame;
  const place = { frame, heardFrame: frame + offset };
  const classified = classify({ reference, heard, ...place, offset, options });
  const difference = { ...place, ...classified };
  const isResampled = classified.class === 'rate';
  return {
    verdict: isResampled ? 'not-comparable' : 'different',
    sentence: differentText(difference, heard.rateHz, isResampled),
    ...rest,
    trailingFrames: 0,
    difference,
  };
}

/** How many frames of silence stand in `heard` before the reference begins. */
function findOffset(reference: PcmReader, heard: PcmReader, maxOffset: Frames): Frames {
  const soundInReference = nextSound(reference, 0, windowFrames(reference));
  const soundInHeard = nextSound(heard, 0, soundInReference + maxOffset + 1);
  const offset = soundInHeard - soundInReference;
  if (offset <= 0 || offset > maxOffset) return 0;
  const anchor = readClean(reference, soundInReference, ANCHOR_FRAMES);
  const plain = readClean(heard, soundInReference, ANCHOR_FRAMES);
  const isPlain = plain.length >= anchor.length && firstDifference(anchor, plain) < 0;
  return isPlain ? 0 : offset;
}

/** First frame from `fromFrame` on that is not silence; where the search ended when there is none. */
function nextSound(reader: PcmReader, fromFrame: Frames, toFrame = reader.frames): Frames {
  const silence = silentFrame(reader);
  const end = Math.min(toFrame, reader.frames);
  for (let frame = fromFrame; frame < end; ) {
    const pcm = readClean(reader, frame, Math.min(CHUNK_FRAMES, end - frame));
    const frames = pcm.length / reader.frameBytes;
    const sound = firstSound(pcm, silence);
    frame += sound;
    if (sound < frames || frames === 0) return frame;
  }
  return Math.max(fromFrame, end);
}

type Unlike = Pick<AudioVerdict, 'verdict' | 'sentence' | 'difference'>;

/** Where format, rate or channels differ: the same bytes under another name are a misreading, anything else was converted. */
function compareLayouts(reference: PcmReader, heard: PcmReader): Unlike | undefined {
  const isSame =
    reference.format === heard.format &&
    reference.rateHz === heard.rateHz &&
    reference.channels === heard.channels;
  if (isSame) return undefined;
  const asked = layoutText(reference);
  const got = layoutText(heard);
  if (!haveSameBytes(reference, heard)) {
    const sentence = `not comparable bit for bit: the reference is ${asked}, the stream ${got}; it was converted on its way`;
    return { verdict: 'not-comparable', sentence };
  }
  const detail = `the reference’s bytes (${asked}) were played as ${got}`;
  const difference = { frame: 0, heardFrame: 0, class: misreading(reference, heard), detail };
  return { verdict: 'different', sentence: `different from frame 0 on: ${detail}`, difference };
}

function misreading(reference: PcmReader, heard: PcmReader): AudioClass {
  const bytes = (reader: PcmReader) => reader.frameBytes / reader.channels;
  if (reference.format === heard.format) {
    return reference.channels === heard.channels ? 'rate' : 'other';
  }
  if (bytes(reference) !== bytes(heard)) return 'width-misread';
  const names = [formatName(reference.format), formatName(heard.format)];
  const isSign = names[0]?.slice(1) === names[1]?.slice(1) && names.join('').match(/^S.*U|^U.*S/);
  return isSign ? 'sign-misread' : 'other';
}

/** Whether what was heard begins with all the bytes of the reference. */
function haveSameBytes(reference: PcmReader, heard: PcmReader): boolean {
  const referenceBytes = reference.frames * reference.frameBytes;
  if (heard.frames * heard.frameBytes < referenceBytes) return false;
  const unit = reference.frameBytes * heard.frameBytes;
  const stepBytes = Math.max(unit, Math.floor((1 << 20) / unit) * unit);
  for (let at = 0; at < referenceBytes; at += stepBytes) {
    const one = reference.read(at / reference.frameBytes, stepBytes / reference.frameBytes);
    const other = heard.read(at / heard.frameBytes, stepBytes / heard.frameBytes);
    if (other.length < one.length || firstDifference(one, other) >= 0) return false;
  }
  return true;
}

export function layoutText({ format, rateHz, channels }: PcmReader): string {
  return `${formatName(format)}, ${rateHz} Hz, ${channels} ${channels === 1 ? 'channel' : 'channels'}`;
}

function identicalText(reference: PcmReader, leading: Frames, trailing: Frames): string {
  const parts = [
    `identical: all ${reference.frames} frames of the reference, bit for bit`,
    leading > 0 ? `${leading} frames of silence before them` : '',
    trailing > 0 ? `${trailing} frames of silence behind them` : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function differentText(
  { frame, detail }: AudioDifference,
  rateHz: number,
  isResampled: boolean,
): string {
  const at = rateHz > 0 ? ` (${(frame / rateHz).toFixed(6)} s)` : '';
  return isResampled
    ? `not comparable bit for bit: ${detail}`
    : `different from frame ${frame}${at} on: ${detail}`;
}
