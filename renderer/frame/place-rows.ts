/** Where one can go, as rows of the palette of places. */
import type { SessionStatus, TrackInfo } from '../../src-core/contract-data.ts';
import { focusPanel } from '../dock/dock-api.ts';
import { chooseLayout, namedLayouts, useLayouts } from '../dock/layout-store.ts';
import { PANELS } from '../panels/panels.ts';
import { chooseTrack } from '../panels/waveform/waveform-store.ts';
import { viewOf } from '../store/own-views.ts';
import { showRange } from '../store/time-range.ts';
import { showTab } from '../store/view.ts';
import { formatCount } from '../ui/format.ts';
import { fuzzyFind } from '../ui/fuzzy.ts';
import type { PickerRow } from '../ui/picker.tsx';
import { goTo } from './go-to.tsx';
import { type Place, parsePlace } from './parse-place.ts';

export interface PlaceRow extends PickerRow {
  readonly go: () => void;
}

/** What a number or a time names comes first. */
export function placeRows(
  text: string,
  status: SessionStatus | undefined,
  tracks: readonly TrackInfo[],
): readonly PlaceRow[] {
  const named = fuzzyFind(
    text,
    allPlaces(status, tracks),
    ({ title, group }) => `${title} ${group}`,
  );
  return status === undefined ? named : [...typed(text), ...named];
}

function typed(text: string): readonly PlaceRow[] {
  const place = parsePlace(text);
  if (place === undefined) return [];
  return [{ id: 'typed', title: titleOf(place), group: place.kind, go: () => void goTo(place) }];
}

function titleOf(place: Place): string {
  if (place.kind === 'message') return `Message ${formatCount(place.index)}`;
  if (place.kind === 'frame') return `Frame ${formatCount(place.frame)}`;
  return `${(place.atNs / 1e9).toFixed(6)} s`;
}

function allPlaces(
  status: SessionStatus | undefined,
  tracks: readonly TrackInfo[],
): readonly PlaceRow[] {
  const streams = (status?.streams ?? []).map(
    ({ streamId, direction, state }): PlaceRow => ({
      id: `stream-${streamId}`,
      title: `Stream ${streamId}, ${direction === 'output' ? 'playback' : 'capture'}, ${state}`,
      group: 'stream',
      go: () => {
        viewOf('streams').setState({ streamId, queue: direction === 'output' ? 2 : 3 });
        showTab('streams');
      },
    }),
  );
  const queues = (status?.queues ?? []).map(
    ({ queue, name }): PlaceRow => ({
      id: `queue-${queue}`,
      title: `${name}: its ring`,
      group: 'queue',
      go: () => {
        viewOf('rings').setState({ queue });
        showTab('rings');
      },
    }),
  );
  const runs = tracks.map(
    ({ track, streamId, run, fromNs, toNs }): PlaceRow => ({
      id: `track-${track}`,
      title: `Stream ${streamId}, run ${run}: from ${(fromNs / 1e9).toFixed(3)} s`,
      group: 'track',
      go: () => {
        viewOf('waveform').setState({ streamId });
        chooseTrack(track);
        showRange({ fromNs, toNs: Math.max(toNs, fromNs + 1e6) }, viewOf('timeline'));
        showTab('waveform');
      },
    }),
  );
  const panels = PANELS.map(
    ({ id, title }): PlaceRow => ({
      ...{ id: `panel-${id}`, title, group: 'panel', go: () => focusPanel(id) },
      ...(status === undefined ? { disabled: 'needs a session' } : {}),
    }),
  );
  const layouts = namedLayouts(useLayouts.getState()).map(
    ({ id, title }): PlaceRow => ({
      ...{ id: `layout-${id}`, title, group: 'layout', go: () => chooseLayout(id) },
    }),
  );
  return [...streams, ...queues, ...runs, ...panels, ...layouts];
}
