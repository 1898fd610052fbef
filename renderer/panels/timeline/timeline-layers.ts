/** Layers under the lanes of the session: a row for each thing that they tell of. Pure. */
import type { LayerInfo, LayerTrack } from '../../../src-core/contract-layers.ts';

const ROW_PX = 46;
const FOLDED_PX = 24;

export interface LayerRow {
  readonly key: string;
  readonly info: LayerInfo;
  readonly track: LayerTrack;
  readonly topPx: number;
  readonly heightPx: number;
  readonly isFolded: boolean;
}

export function layerKey({ layer, series }: Pick<LayerTrack, 'layer' | 'series'>): string {
  return `layer/${layer}/${series}`;
}

/** From `topPx` on, one under the other. */
export function layOutLayers(
  infos: readonly LayerInfo[],
  tracks: readonly LayerTrack[],
  folded: readonly string[],
  topPx: number,
): readonly LayerRow[] {
  let atPx = topPx;
  return tracks.flatMap((track) => {
    const info = infos.find(({ layer }) => layer === track.layer);
    if (info === undefined) return [];
    const key = layerKey(track);
    const isFolded = folded.includes(key);
    const heightPx = isFolded ? FOLDED_PX : ROW_PX;
    const row = { key, info, track, topPx: atPx, heightPx, isFolded };
    atPx += heightPx;
    return [row];
  });
}

/** The row at `yPx` of the content. */
export function layerAt(rows: readonly LayerRow[], yPx: number): LayerRow | undefined {
  return rows.find(({ topPx, heightPx }) => yPx >= topPx && yPx < topPx + heightPx);
}
