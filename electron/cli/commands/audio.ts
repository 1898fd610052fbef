/** `ringside audio FILE -o OUT`: a stream's sound as a file. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { Option } from 'commander';
import { layoutText } from '../../../src-core/analysis/audio-compare.ts';
import {
  type PcmReader,
  type PcmView,
  trackReader,
} from '../../../src-core/analysis/pcm-reader.ts';
import { type AudioPart, alignedParts } from '../../../src-core/analysis/pcm-timeline.ts';
import { sinkSilences } from '../../../src-core/analysis/sink-gaps.ts';
import { fillSilence } from '../../../src-core/audio/samples.ts';
import { rawDescription, wavHeader } from '../../../src-core/audio/wav.ts';
import { toWav, wavLayoutOf } from '../../../src-core/audio/wav-layout.ts';
import type { Capture } from '../../../src-core/capture/capture.ts';
import type { Track } from '../../../src-core/capture/tracks.ts';
import { rateHzOf } from '../../../src-core/spec/formats.ts';
import { layoutOf, sinkUnknown } from '../../../src-core/views/sink-version.ts';
import { chooseRuns } from '../choose-run.ts';
import type { OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode, exitCodeFor } from '../exit-codes.ts';
import { jsonLine } from '../json-output.ts';
import type { Offline } from '../offline.ts';
import { openCaptureFile } from '../open-capture-file.ts';
import { wholeNumber } from '../option-values.ts';

interface AudioOptions {
  readonly stream?: number;
  readonly run?: number;
  readonly view?: PcmView | 'sink';
  readonly align?: 'stream' | 'timeline';
  readonly output: string;
  readonly json?: boolean;
}

const number = wholeNumber(0, 0xffff_ffff);
const FRAMES_AT_ONCE = 1 << 16;

export const AUDIO: OfflineCommand = {
  group: 'Captures:',
  usage: 'audio <FILE>',
  summary: 'write the sound of a stream to a WAV file',
  options: [
    new Option('-o, --output <OUT>', 'file to write').makeOptionMandatory(),
    new Option('--stream <N>', 'stream; needed where several have sound').argParser(number),
    new Option('--run <K>', 'only that PREPARE…RELEASE run of it').argParser(number),
    new Option(
      '--view <VIEW>',
      'as posted, as consumed (the default), or at the sink: with the silence that filled each gap',
    ).choices(['posted', 'consumed', 'sink']),
    new Option(
      '--align <HOW>',
      'stream: nothing but the sound (the default); timeline: with silence where there was none, from the session’s start on',
    ).choices(['stream', 'timeline']),
    new Option('--json', 'tell what was written as one JSON object (ringside.audio/1)'),
  ],
  notes: `Examples:
  ringside audio session.pcapng -o sound.wav
  ringside audio session.pcapng --stream 1 --view posted -o posted.wav
  ringside audio session.pcapng --align timeline -o session.wav

The samples are those of the wire, bit for bit. At the sink they lie on its own clock: where the guest was late stands the silence
that was heard, as the sink counted it (observed) or as the device's clock has it (derived). Over 4 GiB the file is an RF64.
Formats that no WAV can hold (ADPCM, DSD, IEC 958) are written as they are, with a description in OUT.json.

Exit codes: 0 written, 2 wrong usage, 3 the capture is unreadable, 5 the capture or the file is not complete, 10 fault of
Ringside, 130 interrupted.`,
  runOffline: runAudio,
};

async function runAudio(
  offline: Offline,
  options: AudioOptions,
  [path = '']: readonly string[],
): Promise<ExitCode> {
  const opened = await openCaptureFile(path, offline);
  const { capture } = opened;
  try {
    const runs = alike(chooseRuns(capture, options));
    const { view = 'consumed', align = 'stream' } = options;
    if (view === 'posted' && runs.some(({ comparesPosted }) => !comparesPosted))
      throw noPosted(path);
    const unknown = view === 'sink' ? runs.map((run) => sinkUnknown(capture, run)) : [];
    const why = unknown.find((one) => one !== undefined);
    if (why !== undefined) throw noSink(path, why);
    const parts = alignedParts(runs, align, view === 'sink');
    const written = await write(capture, runs, parts, options, offline);
    const silence = view === 'sink' ? { silence: silenceOf(runs) } : {};
    const told = {
      file: options.output,
      stream: runs[0]?.streamId,
      view,
      align,
      ...written,
      ...silence,
    };
    if (options.json === true) offline.output.data(jsonLine('ringside.audio/1', told));
    else
      offline.output.say(
        `ringside: ${options.output}: ${written.frames} frames, ${written.layout}${silenceText(silence)}\n`,
      );
    const isWhole = opened.damage === undefined && capture.lostEntries() === 0;
    return exitCodeFor([isWhole && written.missingFrames === 0 ? EXIT.ok : EXIT.incomplete]);
  } finally {
    opened.close();
  }
}

async function write(
  capture: Capture,
  runs: readonly Track[],
  parts: readonly AudioPart[],
  { output: path, view: asked = 'consumed' }: AudioOptions,
  offline: Offline,
) {
  const view = asked === 'sink' ? 'consumed' : asked;
  const [first] = runs;
  if (first === undefined) throw new Error('there is a run');
  const { format, rate, channels } = first.params;
  const params = { format, rateHz: rateHzOf(rate), channels };
  const frames = parts.reduce((sum, part) => sum + part.frames, 0);
  const header = wavHeader(params, frames * first.frameBytes);
  const layout = wavLayoutOf(format);
  let missingFrames = 0;
  const put = openOutput(path);
  try {
    if (header === undefined) writeFileSync(`${path}.json`, rawDescription(params));
    else put.write(header);
    for (const part of parts) {
      const reader = part.track === undefined ? undefined : trackReader(capture, part.track, view);
      for (let done = 0; done < part.frames; done += FRAMES_AT_ONCE) {
        const wanted = Math.min(FRAMES_AT_ONCE, part.frames - done);
        const piece = new Uint8Array(wanted * first.frameBytes);
        fillSilence(piece, format);
        const got = reader?.read(part.fromFrame + done, wanted);
        if (got !== undefined) piece.set(got);
        if (got !== undefined) missingFrames += wanted - got.length / first.frameBytes;
        put.write(layout === undefined ? piece : toWav(piece, layout));
        await offline.pause();
      }
    }
    if (header !== undefined && (frames * first.frameBytes) % 2 === 1) put.write(new Uint8Array(1));
  } finally {
    put.close();
  }
  const reader: PcmReader = trackReader(capture, first, view);
  return { frames, missingFrames, layout: layoutText(reader), rf64: header?.[1] === 0x46 };
}

/** Runs that one file can hold: all of the first one's format, rate and channels. */
function alike(runs: readonly Track[]): readonly Track[] {
  const [first] = runs;
  const isAlike = ({ params }: Track) =>
    params.format === first?.params.format &&
    params.rate === first.params.rate &&
    params.channels === first.params.channels;
  if (runs.every(isAlike)) return runs;
  const what = `The runs of stream ${first?.streamId} have other formats, rates or channels.`;
  const known = runs.map(({ run }) => run).join(', ');
  throw new CommandFailure(EXIT.usage, 'which-run', what, `Take one with --run: ${known}.`);
}

function openOutput(path: string) {
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const action = 'Take a folder that is there and writable, with room for the sound.';
      throw new CommandFailure(EXIT.incomplete, 'cannot-write', `${path}: ${why}.`, action);
    }
  };
  const fd = attempt(() => openSync(path, 'w'));
  return {
    write: (bytes: Uint8Array) =>
      attempt(() => {
        for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      }),
    close: () => closeSync(fd),
  };
}

/** What filled gaps at the sink of these runs. */
function silenceOf(runs: readonly Track[]) {
  const gaps = runs.flatMap(sinkSilences);
  const isCounted = gaps.every((gap) => gap.isCounted);
  const silences = runs.flatMap((run) => layoutOf(run).silences);
  return {
    gaps: silences.length,
    frames: silences.reduce((sum, { fromHeard, toHeard }) => sum + toHeard - fromHeard, 0),
    grade: isCounted && gaps.length > 0 ? 'observed' : 'derived',
  };
}

function silenceText({ silence }: { readonly silence?: ReturnType<typeof silenceOf> }): string {
  if (silence === undefined) return '';
  const { gaps, frames, grade } = silence;
  if (gaps === 0) return '; no silence was put in';
  return `; ${frames} frames of it silence in ${gaps} ${gaps === 1 ? 'gap' : 'gaps'} (${grade})`;
}

function noSink(path: string, why: string): CommandFailure {
  const what = `${path} does not tell what reached the sink. ${why}`;
  return new CommandFailure(EXIT.usage, 'sink-unknown', what, 'Take --view consumed.');
}

function noPosted(path: string): CommandFailure {
  const what = `${path} does not tell what the guest had posted.`;
  const action = 'Record it again without --no-late-writes, or take --view consumed.';
  return new CommandFailure(EXIT.usage, 'posted-unknown', what, action);
}
