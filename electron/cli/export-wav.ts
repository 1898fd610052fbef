/** Export of sound: one WAV file a run, `stream<id>-<run>.wav`, as the WAV sink names them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fillSilence } from '../../src-core/audio/samples.ts';
import { rawDescription, wavHeader } from '../../src-core/audio/wav.ts';
import { toWav, wavLayoutOf } from '../../src-core/audio/wav-layout.ts';
import type { Capture } from '../../src-core/capture/capture.ts';
import type { Track } from '../../src-core/capture/tracks.ts';
import { rateHzOf } from '../../src-core/spec/formats.ts';
import { messageOf } from '../capture-disk.ts';
import { counted } from '../status-line.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import type { ExportJob } from './export-job.ts';
import { openTarget } from './export-target.ts';
import type { Offline } from './offline.ts';

const FRAMES_AT_ONCE = 1 << 16;

export async function exportWav({ opened: { capture }, offline, to }: ExportJob): Promise<void> {
  try {
    mkdirSync(to, { recursive: true });
  } catch (error) {
    const message = `Cannot make the folder ${to}: ${messageOf(error)}.`;
    throw new CommandFailure(EXIT.cannotAttach, 'cannot-write', message, 'Choose another folder.');
  }
  for (const track of capture.tracks) {
    if (track.frames > 0) await writeTrack(capture, track, to, offline);
  }
}

async function writeTrack(
  capture: Capture,
  track: Track,
  folder: string,
  offline: Offline,
): Promise<void> {
  const { streamId, run, frames, frameBytes, params } = track;
  const wav = { format: params.format, rateHz: rateHzOf(params.rate), channels: params.channels };
  const header = wavHeader(wav, frames * frameBytes);
  const layout = wavLayoutOf(params.format);
  const name = join(folder, `stream${streamId}-${run}`);
  const target = openTarget(`${name}.${header === undefined ? 'raw' : 'wav'}`, offline);
  let missing = 0;
  try {
    if (header !== undefined) target.bytes(header);
    for (let frame = 0; frame < frames; frame += FRAMES_AT_ONCE) {
      const count = Math.min(FRAMES_AT_ONCE, frames - frame);
      const piece = new Uint8Array(count * frameBytes);
      fillSilence(piece, params.format);
      const pcm = capture.pcm(track, frame, count);
      piece.set(pcm);
      missing += count - Math.floor(pcm.length / frameBytes);
      target.bytes(layout === undefined ? piece : toWav(piece, layout));
      target.progress(frame + count, frames);
      await offline.pause();
    }
    if (header !== undefined && (frames * frameBytes) % 2 === 1) target.bytes(new Uint8Array(1));
    target.finish();
  } catch (thrown) {
    target.abandon();
    throw thrown;
  }
  if (header === undefined) {
    const description = openTarget(`${name}.json`, offline);
    description.text(rawDescription(wav));
    description.finish();
  }
  const holes = missing === 0 ? '' : `, ${counted(missing, 'frame')} not recorded: silence`;
  offline.output.say(`ringside: ${name}: ${counted(frames, 'frame')}${holes}\n`);
}
