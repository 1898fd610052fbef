/** In what the timeline's axis counts: the user's choice, with the frames and periods of the stream, or the avail index of
 *  the queue, that is shown. */
import { useMemo } from 'react';
import { rateHzOf } from '../../../src-core/spec/formats.ts';
import type { Axis } from '../../canvas/time-axis.ts';
import { queueName } from '../../store/message-row.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { periodNsOf } from '../../store/stream-facts.ts';
import { type TimeRange, useView } from '../../store/view.ts';

/** Indexes on the axis: as many as have room. */
const RING_TICKS = 10;
const RING_EVERY_MS = 250;

export function useAxis({ fromNs, toNs }: TimeRange): Axis {
  const unit = useView((view) => view.axisUnit);
  const zeroNs = useView((view) => view.zeroNs);
  const streamId = useView((view) => view.streamId);
  const startedAtUnixMs = useSession(({ status }) => status?.startedAtUnixMs ?? 0);
  const params = useSession(
    ({ status }) => status?.streams.find((stream) => stream.streamId === streamId)?.params,
  );
  const frameNs = params === undefined ? undefined : 1e9 / rateHzOf(params.rate);
  const periodNs = params === undefined ? undefined : periodNsOf(params);
  const ring = useRing({ fromNs, toNs }, unit === 'ring');
  return useMemo(
    () => ({ unit, zeroNs, startedAtUnixMs, frameNs, periodNs, ring }),
    [unit, zeroNs, startedAtUnixMs, frameNs, periodNs, ring],
  );
}

function useRing({ fromNs, toNs }: TimeRange, enabled: boolean): Axis['ring'] {
  const queue = useView((view) => view.queue);
  const query = { queue, fromNs, toNs, ticks: RING_TICKS };
  const { data } = usePull('ringIndexes', query, { everyMs: RING_EVERY_MS, enabled });
  return useMemo(() => {
    const places = [...(data?.atNs ?? [])].map((atNs, at) => ({
      atNs,
      index: data?.index[at] ?? 0,
    }));
    return enabled ? { queueName: queueName(queue), places } : undefined;
  }, [data, queue, enabled]);
}
