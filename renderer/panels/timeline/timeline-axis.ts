/** In what the timeline's axis counts: the user's choice, with the frames and periods of the stream that is shown. */
import { useMemo } from 'react';
import { rateHzOf } from '../../../src-core/spec/formats.ts';
import type { Axis } from '../../canvas/time-axis.ts';
import { useSession } from '../../store/session.ts';
import { periodNsOf } from '../../store/stream-facts.ts';
import { useView } from '../../store/view.ts';

export function useAxis(): Axis {
  const unit = useView((view) => view.axisUnit);
  const zeroNs = useView((view) => view.zeroNs);
  const streamId = useView((view) => view.streamId);
  const startedAtUnixMs = useSession(({ status }) => status?.startedAtUnixMs ?? 0);
  const params = useSession(
    ({ status }) => status?.streams.find((stream) => stream.streamId === streamId)?.params,
  );
  const frameNs = params === undefined ? undefined : 1e9 / rateHzOf(params.rate);
  const periodNs = params === undefined ? undefined : periodNsOf(params);
  return useMemo(
    () => ({ unit, zeroNs, startedAtUnixMs, frameNs, periodNs }),
    [unit, zeroNs, startedAtUnixMs, frameNs, periodNs],
  );
}
