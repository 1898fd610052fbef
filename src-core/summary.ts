/** What a session comes to: the object that the command line prints at the end. */
import type { Capture } from './capture/capture.ts';
import type { FindingTally } from './capture/story.ts';
import type { Track } from './capture/tracks.ts';
import type { RunSummary, Summary } from './contract-summary.ts';
import type { RunningHash } from './running-hash.ts';
import { formatName, rateHzOf } from './spec/formats.ts';
import { ruleOf } from './spec/rules.ts';
import type { Direction } from './spec/sound.ts';
import type { TrackId } from './units.ts';

export interface SummaryParts {
  readonly version: string;
  readonly capture: Capture;
  readonly streams: readonly { readonly streamId: number; readonly direction: Direction }[];
  readonly files: readonly { streamId: number; run: number; path: string }[];
  readonly hashes: ReadonlyMap<TrackId, RunningHash>;
}

export function makeSummary(parts: SummaryParts): Summary {
  const { capture, version } = parts;
  return {
    version,
    messages: { ...capture.messages.counts },
    streams: parts.streams.map(({ streamId, direction }) => ({
      id: streamId,
      direction,
      runs: capture.tracks
        .filter((track) => track.streamId === streamId)
        .map((track) => runSummary(track, parts)),
    })),
    violations: [...capture.story.tallies.values()].filter(isBreach).map((tally) => {
      const { section, by } = ruleOf(tally.rule);
      return { rule: tally.rule, section, by, count: tally.count, detail: tally.firstDetail };
    }),
    dropped: capture.lostEntries(),
  };
}

/** Practice (an underrun) is told as such by each run, and a note is a hint: neither is a breach of the standard. */
function isBreach(tally: FindingTally): boolean {
  return !tally.rule.startsWith('VS-P-') && ruleOf(tally.rule).severity !== 'note';
}

function runSummary(track: Track, { files, hashes }: SummaryParts): RunSummary {
  const { params, streamId, run } = track;
  const file = files.find((known) => known.streamId === streamId && known.run === run);
  return {
    format: formatName(params.format),
    rateHz: rateHzOf(params.rate),
    channels: params.channels,
    bufferBytes: params.bufferBytes,
    periodBytes: params.periodBytes,
    frames: track.frames,
    sha256: hashes.get(track.track)?.digest() ?? null,
    file: file?.path ?? null,
    underruns: track.underruns,
  };
}
