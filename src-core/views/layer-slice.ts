/** The part of a layer that a timeline shows: the line of each of its series, and single events where they can be told apart. */
import { firstAtLeast } from '../capture/columns.ts';
import type { LayerTrack } from '../contract-layers.ts';
import type { LayerSeries } from '../layers/layer-store.ts';
import type { Ns } from '../units.ts';
import type { ColumnRange } from './depth-slice.ts';

const FAULTS_BOUND = 300;

/** `offsetNs` is added to the series' own times. */
export function layerTrack(
  layer: number,
  place: number,
  series: LayerSeries,
  offsetNs: Ns,
  range: ColumnRange,
): LayerTrack {
  const { fromNs, columnNs, columns } = range;
  const ownFromNs = fromNs - offsetNs;
  const from = firstAtLeast(series.atNs, series.rows, ownFromNs);
  const to = firstAtLeast(series.atNs, series.rows, ownFromNs + columns * columnNs);
  const { name, unit, top } = series;
  const isTold = to - from <= columns;
  return {
    ...{ layer, series: place, name, unit, top, fromNs, columnNs },
    lastNs: series.lastNs + offsetNs,
    ...lineOf(series, from, to, ownFromNs, range),
    ...(isTold ? { events: eventsOf(series, from, to, offsetNs) } : {}),
    faults: faultsOf(series, from, to, offsetNs),
  };
}

function lineOf(
  series: LayerSeries,
  from: number,
  to: number,
  ownFromNs: Ns,
  { columnNs, columns }: ColumnRange,
): { readonly least: Float32Array; readonly most: Float32Array } {
  const least = new Float32Array(columns).fill(Number.NaN);
  const most = new Float32Array(columns).fill(Number.NaN);
  const put = (column: number, value: number) => {
    if (Number.isNaN(value)) return;
    if (!((least[column] ?? Number.NaN) <= value)) least[column] = value;
    if (!((most[column] ?? Number.NaN) >= value)) most[column] = value;
  };
  let held = from === 0 ? Number.NaN : series.value.get(from - 1);
  let column = 0;
  for (let row = from; row < to; row++) {
    const at = Math.min(columns - 1, Math.floor((series.atNs.get(row) - ownFromNs) / columnNs));
    for (; column < at; column++) put(column, held);
    put(at, held);
    held = series.value.get(row);
    put(at, held);
  }
  // the last value holds until the layer ends, not beyond it
  const end = Math.floor((series.lastNs - ownFromNs) / columnNs);
  for (; column <= Math.min(columns - 1, end); column++) put(column, held);
  return { least, most };
}

function eventsOf(
  series: LayerSeries,
  from: number,
  to: number,
  offsetNs: Ns,
): NonNullable<LayerTrack['events']> {
  const length = to - from;
  const each = (read: (row: number) => number) =>
    Float64Array.from({ length }, (_, place) => read(from + place));
  return {
    atNs: each((row) => series.atNs.get(row) + offsetNs),
    code: Uint8Array.from({ length }, (_, place) => series.code.get(from + place)),
    value: each((row) => series.value.get(row)),
    extra: each((row) => series.extra.get(row)),
  };
}

function faultsOf(series: LayerSeries, from: number, to: number, offsetNs: Ns) {
  const faults: { atNs: Ns; text: string }[] = [];
  if (series.faults === 0) return faults;
  for (let row = from; row < to && faults.length < FAULTS_BOUND; row++) {
    if (series.codeAt(row) !== 'fault') continue;
    faults.push({ atNs: series.atNs.get(row) + offsetNs, text: series.textAt(row) });
  }
  return faults;
}
