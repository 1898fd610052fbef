/** Of which class the first difference between a reference and what was heard is. A window of both from there on is laid
 *  against each other: the shortest edit after which they agree again names itself; where there is none, the whole window
 *  has been changed in one of the ways that misreadings change it. */
import type { Frames } from '../units.ts';
import { changeOf } from './audio-compare-change.ts';
import { type Edit, findEarlier, findEdit } from './audio-compare-edit.ts';
import type { Classified, CompareOptions, LateStretch } from './audio-verdict.ts';
import type { PcmReader } from './pcm-reader.ts';
import { firstSound, firstUnequal, frameNumbers, readClean, silentFrame } from './pcm-scan.ts';

export interface DifferencePlace {
  readonly reference: PcmReader;
  readonly heard: PcmReader;
  readonly frame: Frames;
  readonly heardFrame: Frames;
  readonly offset: Frames;
  readonly options: CompareOptions;
}

const WINDOW_FRAMES = 1 << 18;
const WINDOW_BYTES = 1 << 25;
/** An edit shorter than that says too little about how its samples were changed. */
const SHORTEST_CHANGE = 8;

/** Frames around a difference that are looked at: five seconds at 48 kHz, less where frames are long. */
export function windowFrames({ frameBytes }: PcmReader): Frames {
  return Math.min(WINDOW_FRAMES, Math.floor(WINDOW_BYTES / Math.max(1, frameBytes)));
}

/** Everything that is known of the difference: numbers of the frames from it on, and of what was heard before. */
export interface Windows {
  readonly place: DifferencePlace;
  readonly wantedPcm: Uint8Array;
  readonly gotPcm: Uint8Array;
  readonly wanted: Int32Array;
  readonly got: Int32Array;
  /** What was heard before the difference, the newest last. */
  readonly before: Int32Array;
  /** Frames at the start of `gotPcm` that are silence. */
  readonly silentFrames: Frames;
}

export function classify(place: DifferencePlace): Classified {
  const late = place.options.lateWriteAt?.(place.heardFrame);
  if (late !== undefined) return lateWrite(place, late);
  const windows = openWindows(place);
  const { wanted, got, silentFrames } = windows;
  if (wanted.length === 0) return surplus(windows);
  if (got.length === 0 || isCutShort(windows)) return cutShort(windows);
  const edit = findEdit(windows, place);
  if (edit !== undefined) return nameEdit(windows, edit);
  if (silentFrames === got.length) {
    return { class: 'inserted-silence', detail: `nothing but silence follows` };
  }
  const changed = changeOf(windows, Number.POSITIVE_INFINITY);
  if (changed !== undefined) return changed;
  const stale = findEarlier(windows, Math.min(got.length, 1024));
  if (stale !== undefined) {
    const detail = `what was heard ${stale} frames before is heard again, and on and on`;
    return { class: 'repeated-block', detail };
  }
  return { class: 'other', detail: 'it resembles the reference in no way that is known here' };
}

function openWindows(place: DifferencePlace): Windows {
  const { reference, heard, frame, heardFrame } = place;
  const frames = windowFrames(reference);
  const { frameBytes } = reference;
  const wantedPcm = readClean(reference, frame, Math.min(frames, reference.frames - frame));
  const gotPcm = readClean(heard, heardFrame, Math.min(frames, heard.frames - heardFrame));
  const from = Math.max(0, heardFrame - frames);
  return {
    place,
    wantedPcm,
    gotPcm,
    wanted: frameNumbers(wantedPcm, frameBytes),
    got: frameNumbers(gotPcm, frameBytes),
    before: frameNumbers(readClean(heard, from, heardFrame - from), frameBytes),
    silentFrames: firstSound(gotPcm, silentFrame(heard)),
  };
}

function lateWrite(place: DifferencePlace, late: LateStretch): Classified {
  const frames = late.toFrame - late.fromFrame;
  const ms = (late.withinNs / 1e6).toFixed(3);
  const detail = `frames ${late.fromFrame}…${late.toFrame - 1} of message row ${late.row} were written within ${ms} ms after the message was posted`;
  const next = firstUnequal(place.reference, place.heard, place.offset, place.frame + frames);
  return { class: 'late-write', detail, frames, ...restOf(next) };
}

/** The reference was all there, and something that is not silence follows. */
function surplus(windows: Windows): Classified {
  const { got, place } = windows;
  const frames = place.heard.frames - place.heardFrame;
  const stale = findEarlier(windows, Math.min(got.length, 1024));
  return stale === undefined
    ? { class: 'other', detail: `${frames} frames follow that the reference does not have`, frames }
    : {
        class: 'repeated-block',
        detail: `behind the reference’s end ${frames} frames of earlier sound are heard again`,
        frames,
      };
}

/** Only silence comes any more, and less of it than there is of the reference. */
function isCutShort({ got, wanted, silentFrames, place }: Windows): boolean {
  const left = place.reference.frames - place.frame;
  const isSilent = silentFrames === got.length && got.length < windowFrames(place.heard);
  return isSilent && got.length < left && wanted.length > 0;
}

function cutShort({ got, place }: Windows): Classified {
  const frames = place.reference.frames - place.frame;
  const padding = got.length > 0 ? `, and ${got.length} frames of silence were played instead` : '';
  return { class: 'cut-short', detail: `the last ${frames} frames are missing${padding}`, frames };
}

function nameEdit(windows: Windows, edit: Edit): Classified {
  const { place } = windows;
  const { frames } = edit;
  const wantedFrame = place.frame + (edit.kind === 'inserted' ? 0 : frames);
  const gotFrame = place.heardFrame + (edit.kind === 'dropped' ? 0 : frames);
  const next = firstUnequal(place.reference, place.heard, gotFrame - wantedFrame, wantedFrame);
  return { ...editClass(windows, edit), frames, ...restOf(next) };
}

function editClass(windows: Windows, { kind, frames }: Edit): Classified {
  const { silentFrames, got } = windows;
  if (kind === 'dropped') {
    return { class: 'dropped-block', detail: `${frames} frames were dropped` };
  }
  const isSilent = silentFrames >= Math.min(frames, got.length);
  if (isSilent) {
    const how = kind === 'inserted' ? 'were inserted' : 'were played instead of sound';
    return { class: 'inserted-silence', detail: `${frames} frames of silence ${how}` };
  }
  if (kind === 'replaced' && frames >= SHORTEST_CHANGE) {
    const changed = changeOf(windows, frames);
    if (changed !== undefined) return changed;
  }
  const stale = findEarlier(windows, frames);
  if (stale !== undefined) {
    const how = kind === 'inserted' ? 'were repeated' : 'were played again instead of new sound';
    const detail = `${frames} frames ${how}, from ${stale} frames before`;
    return { class: 'repeated-block', detail };
  }
  const how = kind === 'inserted' ? 'were inserted' : 'are others';
  return { class: 'other', detail: `${frames} frames ${how}` };
}

function restOf(next: ReturnType<typeof firstUnequal>): Pick<Classified, 'rest'> {
  return { rest: next.kind === 'equal' ? 'identical' : next.frame };
}
