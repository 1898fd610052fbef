/** The wave as a table: single frames where they can be told apart, else stretches of the view with each channel's peak and
 *  level. The same stretch, version and marks as the picture. Pure. */
import { dbfsText } from '../../../src-core/audio/decode.ts';
import type { Peaks, TrackInfo } from '../../../src-core/contract-data.ts';
import type { Frames } from '../../../src-core/units.ts';
import type { WaveModel } from './waveform-draw.ts';
import { markWord } from './waveform-draw-content.ts';
import { trackTime } from './waveform-model.ts';
import { type FrameScale, showsSamples } from './waveform-scale.ts';

export interface WaveTableRow {
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly time: string;
  /** By lane: peak and RMS, or the sample and its level; levels in dBFS. */
  readonly levels: readonly string[];
  /** Words of the marks in it; empty when there are none. */
  readonly marks: string;
}

type TableModel = Pick<WaveModel, 'track' | 'scale' | 'lanes' | 'peaks' | 'samples' | 'marks'>;

/** About as many rows as a screen or two hold. */
const STRETCHES = 60;
const MOST_FRAMES = 4000;

export function waveTable(model: TableModel): readonly WaveTableRow[] {
  const { scale, samples } = model;
  return showsSamples(scale) && samples !== undefined ? frameRows(model) : stretchRows(model);
}

/** The row that a frame is in; -1 when it is out of view. */
export function rowOfFrame(rows: readonly WaveTableRow[], frame: Frames | undefined): number {
  if (frame === undefined) return -1;
  return rows.findIndex(
    ({ fromFrame, frames }) => frame >= fromFrame && frame < fromFrame + frames,
  );
}

function frameRows({ track, scale, lanes, samples, marks }: TableModel): WaveTableRow[] {
  const { from, to } = inView(track, scale);
  const count = Math.min(MOST_FRAMES, to - from);
  return Array.from({ length: Math.max(0, count) }, (_, at) => {
    const fromFrame = from + at;
    const place = fromFrame - (samples?.fromFrame ?? 0);
    const levels = lanes.map((_lane, channel) => {
      const value = samples?.channels[channel]?.[place];
      return value === undefined ? '–' : `${value.toFixed(5)} · ${levelOf(value)}`;
    });
    return rowOf(track, fromFrame, 1, levels, marks);
  });
}

function stretchRows({ track, scale, lanes, peaks, marks }: TableModel): WaveTableRow[] {
  if (peaks === undefined || peaks === null) return [];
  const perColumn = peaks.frames / peaks.columns;
  const { from, to } = inView(track, scale);
  const first = Math.max(0, Math.floor((from - peaks.fromFrame) / perColumn));
  const last = Math.min(peaks.columns, Math.ceil((to - peaks.fromFrame) / perColumn));
  const step = Math.max(1, Math.ceil((last - first) / STRETCHES));
  const rows: WaveTableRow[] = [];
  for (let column = first; column < last; column += step) {
    const end = Math.min(last, column + step);
    const fromFrame = peaks.fromFrame + column * perColumn;
    const toFrame = Math.min(track.frames, peaks.fromFrame + end * perColumn);
    const levels = lanes.map((_lane, channel) => levelText(peaks, channel, column, end));
    rows.push(rowOf(track, fromFrame, toFrame - fromFrame, levels, marks));
  }
  return rows;
}

/** `-12.0 · -15.1` */
function levelText(peaks: Peaks, channel: number, from: number, to: number): string {
  const lane = peaks.channels[channel];
  let peak = Number.NaN;
  let squares = 0;
  let columns = 0;
  for (let column = from; column < to; column++) {
    const highest = Math.max(lane?.max[column] ?? Number.NaN, -(lane?.min[column] ?? Number.NaN));
    if (Number.isNaN(highest)) continue;
    peak = Number.isNaN(peak) ? highest : Math.max(peak, highest);
    squares += (lane?.rms[column] ?? 0) ** 2;
    columns++;
  }
  if (columns === 0) return 'no PCM';
  return `${levelOf(peak)} · ${levelOf(Math.sqrt(squares / columns))}`;
}

/** The column says that it is dBFS. */
function levelOf(amplitude: number): string {
  return dbfsText(amplitude).replace(' dBFS', '');
}

function rowOf(
  track: TrackInfo,
  fromFrame: Frames,
  frames: Frames,
  levels: readonly string[],
  marks: WaveModel['marks'],
): WaveTableRow {
  const here = marks.filter(
    (mark) => mark.fromFrame < fromFrame + frames && mark.fromFrame + mark.frames > fromFrame,
  );
  const words = [...new Set(here.map(({ kind }) => markWord(kind)))].join(', ');
  return { fromFrame, frames, time: trackTime(track, fromFrame), levels, marks: words };
}

function inView(track: TrackInfo, { fromFrame, toFrame }: FrameScale) {
  return {
    from: Math.max(0, Math.floor(fromFrame)),
    to: Math.min(track.frames, Math.ceil(toFrame)),
  };
}
