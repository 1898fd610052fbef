/** From numbers to wire bytes, and from one layout to another: what sources and the monitor's volume need. */
import { formatName, frameBytesOf } from '../spec/formats.ts';
import type { Frames } from '../units.ts';
import { codecOf, fillSilence, framesInBytes, type SampleLayout, viewOf } from './samples.ts';

/** Writes `valueAt(frame)` into every channel of each frame that `out` has room for. Silence in a format without samples. */
export function encodeFrames(
  out: Uint8Array,
  layout: SampleLayout,
  valueAt: (frame: Frames) => number,
): void {
  const codec = codecOf(layout.format);
  if (codec === undefined) {
    fillSilence(out, layout.format);
    return;
  }
  const view = viewOf(out);
  const frames = framesInBytes(out.length, layout);
  let at = 0;
  for (let frame = 0; frame < frames; frame++) {
    const value = valueAt(frame);
    for (let channel = 0; channel < layout.channels; channel++, at += codec.sampleBytes) {
      codec.write(view, at, value);
    }
  }
}

/** Copies `frames` frames from one layout to another; the same layout is copied byte by byte. A mono source fills every
 *  channel; otherwise channels go by number, those that are missing are silent, those too many are left out. Silence where
 *  one of the formats has no samples. Both arrays must have room. */
export function convertFrames(
  from: { readonly pcm: Uint8Array; readonly layout: SampleLayout },
  to: { readonly pcm: Uint8Array; readonly layout: SampleLayout },
  frames: Frames,
): void {
  if (isSameLayout(from.layout, to.layout)) {
    to.pcm.set(from.pcm.subarray(0, frames * frameBytesOf(from.layout)));
    return;
  }
  fillSilence(to.pcm.subarray(0, frames * frameBytesOf(to.layout)), to.layout.format);
  const read = codecOf(from.layout.format);
  const write = codecOf(to.layout.format);
  if (read === undefined || write === undefined) return;
  const [source, target] = [viewOf(from.pcm), viewOf(to.pcm)];
  const [sourceStep, targetStep] = [frameBytesOf(from.layout), frameBytesOf(to.layout)];
  const isMono = from.layout.channels === 1;
  const channels = isMono ? to.layout.channels : Math.min(from.layout.channels, to.layout.channels);
  for (let channel = 0; channel < channels; channel++) {
    let sourceAt = isMono ? 0 : channel * read.sampleBytes;
    let targetAt = channel * write.sampleBytes;
    for (let i = 0; i < frames; i++, sourceAt += sourceStep, targetAt += targetStep) {
      write.write(target, targetAt, read.read(source, sourceAt));
    }
  }
}

export function isSameLayout(left: SampleLayout, right: SampleLayout): boolean {
  return left.format === right.format && left.channels === right.channels;
}

/** `S16, 2 channels`. */
export function layoutText(layout: SampleLayout): string {
  return `${formatName(layout.format)}, ${layout.channels} channel${layout.channels === 1 ? '' : 's'}`;
}

/** Scales PCM in place by a gain of 0…1 that moves evenly from `from` to `to` over these frames, so that a change of volume
 *  does not click. A format without samples knows only sound and silence: it is silenced when `to` is 0. */
export function applyGain(pcm: Uint8Array, layout: SampleLayout, from: number, to: number): void {
  if (from === 1 && to === 1) return;
  const codec = codecOf(layout.format);
  if (codec === undefined || (from === 0 && to === 0)) {
    if (to === 0) fillSilence(pcm, layout.format);
    return;
  }
  const view = viewOf(pcm);
  const frames = framesInBytes(pcm.length, layout);
  let at = 0;
  for (let frame = 0; frame < frames; frame++) {
    const gain = from + ((to - from) * (frame + 1)) / frames;
    for (let channel = 0; channel < layout.channels; channel++, at += codec.sampleBytes) {
      codec.write(view, at, codec.read(view, at) * gain);
    }
  }
}
