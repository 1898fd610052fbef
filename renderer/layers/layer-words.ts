/** A layer in words: what its tracks say at a moment, and how well it is known where it lies. Pure. */
import type { LayerInfo, LayerTrack } from '../../src-core/contract-layers.ts';
import type { Ns } from '../../src-core/units.ts';
import { formatDuration } from '../canvas/time-scale.ts';
import { formatCount, formatPlural } from '../ui/format.ts';

/** As `LAYER_CODES` of the host has them. */
export const LAYER_EVENTS = ['sample', 'position', 'interrupt', 'write', 'fault'] as const;

export function titleOf({ name }: LayerTrack): string {
  return name;
}

export function detailOf(track: LayerTrack): string {
  const top = topOf(track);
  return track.unit === 'frames'
    ? `guest buffer, 0–${formatCount(top)}`
    : `busy, 0–${Math.round(100 * top)} % of a cycle`;
}

/** Top of its axis: shares of a cycle are small, and drawn against the next of a few steps. */
export function topOf({ unit, top, most }: LayerTrack): number {
  if (unit === 'frames') return Math.max(1, top);
  let highest = 0;
  for (const value of most) if (value > highest) highest = value;
  return [0.01, 0.05, 0.2, 0.5].find((step) => highest <= step) ?? Math.max(1, highest);
}

/** What the line stands at, and the event that is nearest within `reachNs`. */
export function layerWords(track: LayerTrack, atNs: Ns, reachNs: Ns): readonly string[] {
  const column = Math.floor((atNs - track.fromNs) / track.columnNs);
  const least = track.least[column] ?? Number.NaN;
  const most = track.most[column] ?? Number.NaN;
  const line = Number.isNaN(most) ? [] : [lineWords(track, least, most)];
  return [...line, ...eventWords(track, atNs, reachNs), ...faultWords(track, atNs, reachNs)];
}

/** Why it lies where it does. */
export function placeWords({ clock, anchor, offsetNs }: LayerInfo): string {
  return `assumed: ${anchor}; offset ${offsetText(offsetNs)}. Its clock: ${clock}.`;
}

/** In milliseconds, as one types it. */
export function offsetText(offsetNs: Ns): string {
  return `${(offsetNs / 1e6).toFixed(3).replace('-', '−')} ms`;
}

/** Milliseconds as typed, with either minus and any spaces; `undefined` when it is no number. */
export function parseOffset(text: string): Ns | undefined {
  const plain = text.replace('−', '-').replace(/ms$/, '').replace(/\s/g, '');
  if (!/^[+-]?\d{1,13}(?:[.,]\d{1,6})?$/.test(plain)) return undefined;
  return Number(plain.replace(',', '.')) * 1e6;
}

function lineWords({ unit, top }: LayerTrack, least: number, most: number): string {
  const range = (show: (value: number) => string) =>
    least === most ? show(most) : `${show(least)}–${show(most)}`;
  if (unit === 'frames') {
    return `${range((frames) => formatCount(Math.round(frames)))} of ${formatCount(top)} frames in the guest’s buffer`;
  }
  return `busy for ${range((share) => percent(share))} % of a cycle`;
}

function eventWords({ events, unit }: LayerTrack, atNs: Ns, reachNs: Ns): string[] {
  if (events === undefined) return [];
  let nearest = -1;
  let nearestNs = reachNs;
  events.atNs.forEach((eventNs, place) => {
    const awayNs = Math.abs(eventNs - atNs);
    if (awayNs >= nearestNs) return;
    nearest = place;
    nearestNs = awayNs;
  });
  const extra = events.extra[nearest] ?? Number.NaN;
  if (nearest < 0 || Number.isNaN(extra)) return [];
  if (unit === 'quantum') return [`waited for ${percent(extra)} % of a cycle`];
  const code = LAYER_EVENTS[events.code[nearest] ?? 0];
  if (code === 'write') return [`applptr: ${formatPlural(extra, 'frame')} written or read`];
  if (code === 'fault') return [];
  const by = code === 'interrupt' ? 'by the period’s interrupt' : 'when it was asked';
  return [`hwptr: ${formatPlural(extra, 'frame')} on, ${by}`];
}

function faultWords({ faults }: LayerTrack, atNs: Ns, reachNs: Ns): string[] {
  const near = faults.filter((fault) => Math.abs(fault.atNs - atNs) < reachNs);
  return near.slice(0, 3).map(({ text }) => `✕ ${text}`);
}

function percent(share: number): string {
  return (100 * share).toFixed(share < 0.01 ? 2 : 1);
}

/** What of a file was read, for its line in the list. */
export function sizeWords(info: LayerInfo): string {
  const length = formatDuration(Math.max(0, info.toNs - info.fromNs));
  const faults = info.faults === 0 ? '' : ` · ${formatPlural(info.faults, 'fault')}`;
  const left = info.left === 0 ? '' : ` · ${formatCount(info.left)} more are not kept`;
  const loading = info.isLoading ? ' · still read' : '';
  return `${formatPlural(info.events, 'event')} over ${length}${faults}${left}${loading}`;
}
