/** Saves the chosen stretch of a run as a WAV file, in the version that is shown: bit for bit, the difference as FLOAT. */
import { wavHeader } from '../../../src-core/audio/wav.ts';
import { toWav, wavLayoutOf } from '../../../src-core/audio/wav-layout.ts';
import { formatByName, formatName, frameBytesOf } from '../../../src-core/spec/formats.ts';
import type { Frames } from '../../../src-core/units.ts';
import { type ShownRun, samplesOf } from '../../audio/shown-run.ts';
import { notify, useSession } from '../../store/session.ts';
import { saveBlob } from '../../ui/save-text.ts';
import { useWave } from './waveform-store.ts';

/** A page holds a file in memory while it is saved. */
const MOST_BYTES = 512 * 1024 * 1024;
const FRAMES_AT_ONCE = 1 << 16;
const FLOAT = formatByName('FLOAT')?.id ?? 0;
const VERSION_WORDS = { posted: 'posted', sink: 'at-sink', late: 'difference' } as const;

export async function exportArea(track: ShownRun): Promise<void> {
  const { area } = useWave.getState();
  if (area === undefined) {
    const what = 'Drag across the wave first: the chosen stretch is what is saved.';
    notify({ severity: 'info', code: 'no-area', what });
    return;
  }
  const fromFrame = Math.max(0, Math.round(area.fromFrame));
  const toFrame = Math.min(track.frames, Math.round(area.toFrame));
  const { channels } = track.params;
  const format = track.version === 'late' ? FLOAT : track.params.format;
  const bytes = (toFrame - fromFrame) * frameBytesOf({ format, channels });
  const header = wavHeader({ format, channels, rateHz: track.rateHz }, bytes);
  const layout = wavLayoutOf(format);
  if (header === undefined || layout === undefined || bytes <= 0 || bytes > MOST_BYTES) {
    const what =
      bytes > MOST_BYTES
        ? 'The stretch is too long to be saved from the window.'
        : `A WAV file cannot hold ${formatName(format)}.`;
    const action = 'Save the capture, then: ringside audio FILE -o sound.wav';
    notify({ severity: 'error', code: 'not-saved', what, action });
    return;
  }
  const parts = await partsOf(track, fromFrame, toFrame);
  if (parts === undefined) return;
  const pcm = parts.map((part) => new Uint8Array(toWav(part, layout)));
  const pad = bytes % 2 === 1 ? [new Uint8Array(1)] : [];
  const version = track.version === 'consumed' ? '' : `-${VERSION_WORDS[track.version]}`;
  const name = `stream${track.streamId}-${track.run}${version}-${fromFrame}-${toFrame}.wav`;
  saveBlob(name, new Blob([new Uint8Array(header), ...pcm, ...pad], { type: 'audio/wav' }));
}

/** `undefined` when the session did not give all of it. */
async function partsOf(
  run: ShownRun,
  fromFrame: Frames,
  toFrame: Frames,
): Promise<Uint8Array[] | undefined> {
  const parts: Uint8Array[] = [];
  for (let frame = fromFrame; frame < toFrame; ) {
    const frames = Math.min(FRAMES_AT_ONCE, toFrame - frame);
    const { client } = useSession.getState();
    const samples = client === undefined ? null : await samplesOf(client, run, frame, frames);
    if (samples === null) return undefined;
    if (samples.frames === 0) {
      const what = 'Not saved: the PCM of this stretch was not recorded.';
      notify({ severity: 'error', code: 'not-saved', what });
      return undefined;
    }
    parts.push(samples.pcm);
    frame += samples.frames;
  }
  return parts;
}
