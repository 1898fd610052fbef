/** `ringside prove FILE --ref ref.wav`: was this sound carried bit for bit? */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { compareAudio, layoutText } from '../../../src-core/analysis/audio-compare.ts';
import type { AudioVerdict } from '../../../src-core/analysis/audio-verdict.ts';
import {
  type PcmReader,
  type PcmView,
  trackReader,
  wavReader,
} from '../../../src-core/analysis/pcm-reader.ts';
import { bestProof, type Proof, proveTrack } from '../../../src-core/analysis/proof.ts';
import type { Capture } from '../../../src-core/capture/capture.ts';
import { fileBytes } from '../../audio/wav-files.ts';
import { chooseRuns } from '../choose-run.ts';
import type { OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode, exitCodeFor } from '../exit-codes.ts';
import { jsonLine } from '../json-output.ts';
import type { Offline } from '../offline.ts';
import { openCaptureFile } from '../open-capture-file.ts';
import { wholeNumber } from '../option-values.ts';
import { markdownReport, proofText, type Told } from '../prove-report.ts';

type ProveView = PcmView | 'sink';

interface ProveOptions {
  readonly ref: string;
  readonly stream?: number;
  readonly run?: number;
  readonly view?: ProveView;
  readonly sinkFile?: string;
  readonly maxOffset?: number;
  readonly json?: boolean;
  readonly report?: string;
}

const number = wholeNumber(0, 0xffff_ffff);
const USUAL_OFFSET_S = 1;
const HASH_FRAMES = 1 << 16;

export const PROVE: OfflineCommand = {
  group: 'Captures:',
  usage: 'prove <FILE>',
  summary: 'compare a reference with what the guest played, bit for bit',
  options: [
    new Option('--ref <WAV>', 'what was to be played').makeOptionMandatory(),
    new Option('--stream <N>', 'stream; needed where several have sound').argParser(number),
    new Option(
      '--run <K>',
      'which PREPARE…RELEASE run of it; else the one that is identical, or the longest',
    ).argParser(number),
    new Option('--view <VIEW>', 'what to compare').choices(['posted', 'consumed', 'sink']),
    new Option('--sink-file <WAV>', 'file that a sink wrote, for --view sink'),
    new Option(
      '--max-offset <TIME>',
      'silence that may stand before the reference; 1s if not said',
    ).argParser(parseSeconds),
    new Option('--json', 'as one JSON object (ringside.prove/1)'),
    new Option('--report <FILE.md>', 'write a report in Markdown as well'),
  ],
  notes: `Examples:
  ringside prove session.pcapng --ref ref.wav
  ringside prove session.pcapng --ref ref.wav --stream 1 --run 0 --view posted
  ringside prove session.pcapng --ref ref.wav --view sink --sink-file out/stream0-0.wav

posted: as the guest's buffers were when it posted them. consumed (the default): as the device took and handed them over.
sink: the file that a sink wrote. Identical means: every frame of the reference, bit for bit, in its place; silence may
stand before it (--max-offset) and behind it (players fill their last period up). Otherwise the first different frame is
told and what happened there: inserted silence, a repeated or dropped block, exchanged channels, a misread sign, byte
order or width, another gain or rate, a late write. What was converted on its way (format, rate, channels) is not
comparable, and never a pass.

Exit codes: 0 identical, 2 wrong usage, 3 a file is unreadable, 5 the capture is cut, damaged or lost something, 6 not
identical or not comparable, 9 messages of the capture were changed on purpose, 10 fault of Ringside, 130 interrupted.`,
  runOffline: runProve,
};

async function runProve(
  offline: Offline,
  options: ProveOptions,
  [path = '']: readonly string[],
): Promise<ExitCode> {
  const reference = openWav(options.ref);
  const opened = await openCaptureFile(path, offline);
  const { capture } = opened;
  try {
    if (capture.facts.modified === true) throw isModified(path);
    const told = await prove(capture, path, reference, options, offline);
    if (options.report !== undefined) writeReport(options.report, markdownReport(told));
    offline.output.data(
      options.json === true ? jsonLine('ringside.prove/1', told) : proofText(told),
    );
    const isWhole = opened.damage === undefined && capture.lostEntries() === 0;
    return exitCodeFor([
      told.verdict === 'identical' ? EXIT.ok : EXIT.notIdentical,
      isWhole ? EXIT.ok : EXIT.incomplete,
    ]);
  } finally {
    opened.close();
  }
}

async function prove(
  capture: Capture,
  path: string,
  reference: PcmReader,
  options: ProveOptions,
  offline: Offline,
): Promise<Told> {
  const view = options.view ?? (options.sinkFile === undefined ? 'consumed' : 'sink');
  const runs = chooseRuns(capture, options);
  const maxOffsetFrames = Math.round((options.maxOffset ?? USUAL_OFFSET_S) * reference.rateHz);
  const proofs: Proof[] = [];
  for (const track of runs) {
    if (view === 'posted' && !track.comparesPosted) throw noPosted(path);
    proofs.push(
      proveTrack(capture, track, view === 'sink' ? 'consumed' : view, reference, maxOffsetFrames),
    );
    await offline.pause();
  }
  const best = bestProof(proofs);
  if (best === undefined) throw new Error('there is a run');
  const sink = view === 'sink' ? openSinkFile(options) : undefined;
  const heard = sink ?? trackReader(capture, best.track, best.view);
  const verdict: AudioVerdict =
    sink === undefined ? best.verdict : compareAudio(reference, sink, { maxOffsetFrames });
  const { row } = best;
  const message = row < 0 || sink !== undefined ? {} : { message: row };
  return {
    file: path,
    title: capture.facts.title,
    simulated: capture.facts.simulated,
    view,
    stream: best.track.streamId,
    run: best.track.run,
    runs: runs.length,
    layout: layoutText(heard),
    rateHz: heard.rateHz,
    reference: {
      file: options.ref,
      layout: layoutText(reference),
      sha256: await sha256(reference, offline),
    },
    heardSha256: await sha256(heard, offline),
    lateWrites: best.track.changes,
    comparesPosted: best.track.comparesPosted,
    ...verdict,
    ...message,
  };
}

async function sha256(reader: PcmReader, offline: Offline): Promise<string> {
  const hash = createHash('sha256');
  for (let frame = 0; frame < reader.frames; frame += HASH_FRAMES) {
    hash.update(reader.read(frame, HASH_FRAMES));
    await offline.pause();
  }
  return hash.digest('hex');
}

function openSinkFile({ sinkFile }: ProveOptions): PcmReader {
  if (sinkFile !== undefined) return openWav(sinkFile);
  const what = '--view sink needs the file that the sink wrote.';
  const action = 'Name it with --sink-file; a session with --sink wav:DIR writes such files.';
  throw new CommandFailure(EXIT.usage, 'no-sink-file', what, action);
}

function openWav(path: string): PcmReader {
  const file = fileBytes(path);
  const opened = file.kind === 'problem' ? file : wavReader(file);
  if (!('kind' in opened)) return opened;
  const action = 'Name a WAV file with the samples as they were to be played.';
  throw new CommandFailure(EXIT.unreadable, 'wav-unreadable', `${path}: ${opened.detail}.`, action);
}

function isModified(path: string): CommandFailure {
  const what = `Messages of ${path} were changed or injected on purpose: it proves nothing about a guest.`;
  const action = 'Record the session again without changing messages.';
  return new CommandFailure(EXIT.modified, 'modified-capture', what, action);
}

function noPosted(path: string): CommandFailure {
  const what = `${path} does not tell what the guest had posted.`;
  const action = 'Record it again without --no-late-writes, or take --view consumed.';
  return new CommandFailure(EXIT.usage, 'posted-unknown', what, action);
}

function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      EXIT.incomplete,
      'cannot-write',
      `${path}: ${why}.`,
      'Take a folder that is there and writable.',
    );
  }
}

/** `1s`, `500ms` or `0.5`: seconds. */
function parseSeconds(text: string): number {
  const [, value, unit] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text) ?? [];
  if (value === undefined) throw new InvalidArgumentError('take a time, as in 1s or 500ms.');
  return unit === 'ms' ? Number(value) / 1000 : Number(value);
}
