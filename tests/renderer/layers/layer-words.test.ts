import { expect, test } from 'vitest';
import {
  detailOf,
  layerWords,
  offsetText,
  parseOffset,
  placeWords,
} from '../../../renderer/layers/layer-words.ts';
import { DARK } from '../../../renderer/palette.ts';
import { drawLayerRow } from '../../../renderer/panels/timeline/timeline-draw-layers.ts';
import { LABEL_PX } from '../../../renderer/panels/timeline/timeline-lane.ts';
import { layOutLayers } from '../../../renderer/panels/timeline/timeline-layers.ts';
import type { LayerInfo, LayerTrack } from '../../../src-core/contract-layers.ts';
import { recordingContext } from '../recording-context.ts';

const track: LayerTrack = {
  ...{ layer: 1, series: 0, name: 'pcmC0D0p/sub0', unit: 'frames', top: 1920 },
  ...{ lastNs: 800, fromNs: 0, columnNs: 250 },
  least: new Float32Array([480, 960, 0, Number.NaN]),
  most: new Float32Array([480, 1920, 0, Number.NaN]),
  events: {
    atNs: new Float64Array([100, 300, 600]),
    code: new Uint8Array([2, 3, 4]),
    value: new Float64Array([480, 1920, 0]),
    extra: new Float64Array([480, 960, Number.NaN]),
  },
  faults: [{ atNs: 600, text: 'xrun: the guest’s buffer ran dry or over' }],
};
const info: LayerInfo = {
  ...{ layer: 1, name: 'guest.txt', kind: 'snd_pcm', clock: 'the guest’s', anchor: 'a guess' },
  ...{ offsetNs: -1_500_000, fromNs: 50, toNs: 800, isLoading: false, lines: 9, events: 3 },
  ...{ faults: 1, left: 0, odd: 0, problems: [] },
};

test('a layer says what it tells at a moment, and that its place is assumed', () => {
  expect(layerWords(track, 300, 20)).toEqual([
    '960–1\u2009920 of 1\u2009920 frames in the guest’s buffer',
    'applptr: 960 frames written or read',
  ]);
  expect(layerWords(track, 610, 20)).toEqual([
    '0 of 1\u2009920 frames in the guest’s buffer',
    '✕ xrun: the guest’s buffer ran dry or over',
  ]);
  expect(layerWords(track, 900, 20)).toEqual([]);
  expect(placeWords(info)).toBe('assumed: a guess; offset −1.500 ms. Its clock: the guest’s.');
  const node = { ...track, unit: 'quantum', most: new Float32Array([0.03]) } as const;
  expect(detailOf(node)).toBe('busy, 0–5 % of a cycle');
});

test('an offset is typed in milliseconds, as it is written', () => {
  for (const ns of [0, -1_500_000, 12_345_678_000]) expect(parseOffset(offsetText(ns))).toBe(ns);
  expect(parseOffset(' 3,25 ')).toBe(3_250_000);
  for (const text of ['', 'soon', '1e9', '--2', '1 s']) expect(parseOffset(text)).toBeUndefined();
});

test('its row has ticks, faults with a glyph, and is grey where the file tells nothing', () => {
  const [row] = layOutLayers([info], [track], [], 100);
  if (row === undefined) throw new Error('no row');
  const recording = recordingContext();
  const scale = { fromNs: 0, toNs: 1000, leftPx: LABEL_PX, widthPx: 1000 };
  drawLayerRow(recording.ctx, DARK, row, scale, 1000);
  const at = (colour: string) =>
    recording
      .of('fillRect')
      .filter(({ fillStyle }) => fillStyle === colour)
      .map(({ args }) => args[0]);
  expect(at(DARK.posted)).toEqual([LABEL_PX + 300]);
  expect(at(DARK.error)).toEqual([LABEL_PX + 600]);
  expect(at(DARK.textFaint)).toEqual([LABEL_PX, LABEL_PX + 800]);
  expect(recording.texts()).toContain('✕');
  expect(recording.texts()).toContain('the file ends');
  expect(recording.texts()).toContain('~ pcmC0D0p/sub0');
  expect(layOutLayers([info], [track], [row.key], 100)[0]?.heightPx).toBeLessThan(row.heightPx);
});
