/** Facts about streams that several panels need: the parameters that a message was sent under, and its period. */
import { useMemo } from 'react';
import type { Result } from '../../src-core/contract.ts';
import type { SessionStatus } from '../../src-core/contract-data.ts';
import { bytesPerSecond, type StreamParams } from '../../src-core/spec/formats.ts';
import { NS_PER_S, type Ns } from '../../src-core/units.ts';
import type { MessageRow } from './message-row.ts';
import { usePull } from './pull.ts';
import { useSession } from './session.ts';

const TRACKS_EVERY_MS = 500;

/** NaN when the parameters give none. */
export function periodNsOf(params: StreamParams | undefined): Ns {
  return durationOf(params?.periodBytes, params);
}

export function bufferNsOf(params: StreamParams | undefined): Ns {
  return durationOf(params?.bufferBytes, params);
}

/** Looks up the parameters in force for a message: those of its track, else those that its stream has now. */
export function useParamsOf(): (row: MessageRow) => StreamParams | undefined {
  const tracks = usePull('tracks', {}, { everyMs: TRACKS_EVERY_MS }).data;
  const streams = useSession((session) => session.status?.streams);
  // told anew several times a second, and hardly ever other than before
  const facts = useMemo(
    () =>
      JSON.stringify([
        tracks?.map(({ track, params }) => [track, params]),
        streams?.map(({ streamId, params }) => [streamId, params]),
      ]),
    [tracks, streams],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for both
  return useMemo(() => paramsIn(tracks, streams), [facts]);
}

export function paramsIn(
  tracks: Result<'tracks'> | undefined,
  streams: SessionStatus['streams'] | undefined,
): (row: MessageRow) => StreamParams | undefined {
  return (row) =>
    tracks?.find(({ track }) => track === row.track)?.params ??
    streams?.find(({ streamId }) => streamId === row.streamId)?.params;
}

function durationOf(bytes: number | undefined, params: StreamParams | undefined): Ns {
  if (params === undefined || bytes === undefined) return Number.NaN;
  const perSecond = bytesPerSecond(params);
  return perSecond > 0 ? (bytes / perSecond) * NS_PER_S : Number.NaN;
}
