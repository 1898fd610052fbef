/** What the timeline asks of its tracks beside the messages. */
import type { Capture } from './capture/capture.ts';
import type { TimelineTracks, TrackKind, TrackRequests } from './contract-tracks.ts';
import type { HostContext } from './host-context.ts';
import { LIMITS } from './limits.ts';
import type { Handlers } from './rpc.ts';
import { depthTracks } from './views/depth-slice.ts';
import { levelTracks } from './views/level-slice.ts';
import { outagesIn } from './views/outage-slice.ts';
import { sinkTracks } from './views/sink-slice.ts';

/** PCM that one question may take into the pyramids. */
const PYRAMID_BYTES = 4 << 20;

export function trackHandlers(host: HostContext): Pick<Handlers, keyof TrackRequests> {
  return {
    timelineTracks: (query) => {
      const capture = host.capture();
      if (query.kinds.includes('audio') && capture.growPyramids(PYRAMID_BYTES)) host.changed();
      return tracksOf(capture, query);
    },
  };
}

export function tracksOf(
  capture: Capture,
  query: {
    readonly fromNs: number;
    readonly toNs: number;
    readonly columns: number;
    readonly kinds: readonly TrackKind[];
  },
): TimelineTracks {
  const columns = Math.max(1, Math.min(Math.floor(query.columns) || 1, LIMITS.pixelsPerRequest));
  const fromNs = Number(query.fromNs) || 0;
  const toNs = Math.max(fromNs + 1, Number(query.toNs) || 0);
  const range = { fromNs, columnNs: (toNs - fromNs) / columns, columns };
  const absent = absentIn(capture);
  const isAsked = (kind: TrackKind) => query.kinds.includes(kind) && absent[kind] === undefined;
  return {
    depths: isAsked('depth') ? depthTracks(capture, range) : [],
    levels: isAsked('audio') ? levelTracks(capture, range) : [],
    sinks: isAsked('sink') ? sinkTracks(capture, range) : [],
    outages: outagesIn(capture, fromNs, toNs),
    absent,
  };
}

const NO_PCM = 'QEMU’s trace events carry no PCM. Attach the guest over vhost-user to see it.';

function absentIn({ facts, story, tracks }: Capture): TimelineTracks['absent'] {
  if (facts.trace !== undefined) {
    return { headroom: NO_PCM, audio: NO_PCM, sink: NO_PCM };
  }
  if (!story.setup.some(({ step }) => step.what === 'watched')) return {};
  const sink = 'QEMU plays by itself: when its sink took frames is not seen from outside.';
  const audio = 'No PCM of this guest was read so far.';
  return tracks.length > 0 ? { sink } : { sink, audio };
}
