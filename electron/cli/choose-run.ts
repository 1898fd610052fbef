/** Which runs of which stream a command means by `--stream` and `--run`. */
import type { Capture } from '../../src-core/capture/capture.ts';
import type { Track } from '../../src-core/capture/tracks.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

export interface RunChoice {
  readonly stream?: number;
  readonly run?: number;
}

/** The runs in their order, at least one. Without `--stream`: of the only stream that has sound. Throws a CommandFailure that
 *  tells what there is. */
export function chooseRuns(capture: Capture, { stream, run }: RunChoice): readonly Track[] {
  const sounding = capture.tracks.filter(({ frames }) => frames > 0);
  const streams = [...new Set(sounding.map(({ streamId }) => streamId))];
  if (streams.length === 0) {
    throw refuse('no-sound', 'No stream of this capture has any sound in it.', streams);
  }
  if (stream === undefined && streams.length > 1) {
    throw refuse('which-stream', 'Several streams of this capture have sound.', streams);
  }
  const chosen = stream ?? streams[0];
  const ofStream = sounding.filter(({ streamId }) => streamId === chosen);
  if (ofStream.length === 0) {
    throw refuse('no-such-stream', `Stream ${chosen} has no sound in this capture.`, streams);
  }
  const runs = ofStream.filter((track) => run === undefined || track.run === run);
  if (runs.length > 0) return runs;
  const known = ofStream.map((track) => track.run).join(', ');
  const action = `Take one of its runs with --run: ${known}.`;
  const what = `Run ${run} of stream ${chosen} has no sound in this capture.`;
  throw new CommandFailure(EXIT.usage, 'no-such-run', what, action);
}

function refuse(code: string, what: string, streams: readonly number[]): CommandFailure {
  const action =
    streams.length === 0
      ? 'Record a session in which the guest plays or records.'
      : `Take one with --stream: ${streams.join(', ')}.`;
  return new CommandFailure(EXIT.usage, code, what, action);
}
