/** What a layer holds: events of other programs in columns, a series for each thing that they tell of. Bounded; what is beyond
 *  a bound is counted. */
import { type Column, f32, f64, u8 } from '../capture/columns.ts';
import { LIMITS } from '../limits.ts';
import type { Ns } from '../units.ts';

/** What a row is. `fault`: something went wrong there; `text` of the series’ rows says what. */
export const LAYER_CODES = ['sample', 'position', 'interrupt', 'write', 'fault'] as const;
export type LayerCode = (typeof LAYER_CODES)[number];

export interface LayerRow {
  readonly atNs: Ns;
  readonly code: LayerCode;
  /** Of the line that is drawn, in the series’ unit; NaN: not known there. */
  readonly value: number;
  /** A second number: what the format says it is. */
  readonly extra?: number;
  readonly text?: string;
}

/** One thing over time: a substream of the guest’s, a node of PipeWire’s. */
export class LayerSeries {
  readonly name: string;
  /** `frames`: how many the guest’s buffer holds. `quantum`: share of the cycle that a node was busy; `extra`: that it waited. */
  readonly unit: 'frames' | 'quantum';
  /** Top of its axis. */
  top = 1;
  rows = 0;
  faults = 0;
  /** Rows that tell where its line stands. */
  known = 0;
  readonly atNs: Column = f64();
  readonly value: Column = f32(Number.NaN);
  readonly extra: Column = f32(Number.NaN);
  readonly code: Column = u8();
  private readonly texts = new Map<number, string>();

  constructor(name: string, unit: LayerSeries['unit']) {
    this.name = name;
    this.unit = unit;
  }

  add({ atNs, code, value, extra = Number.NaN, text }: LayerRow): void {
    const row = this.rows++;
    this.atNs.set(row, atNs);
    this.value.set(row, value);
    this.extra.set(row, extra);
    this.code.set(row, LAYER_CODES.indexOf(code));
    if (code === 'fault') this.faults++;
    if (!Number.isNaN(value)) this.known++;
    if (text !== undefined && this.texts.size < LIMITS.layerTexts) this.texts.set(row, text);
  }

  codeAt(row: number): LayerCode {
    return LAYER_CODES[this.code.get(row)] ?? 'sample';
  }

  textAt(row: number): string {
    return this.texts.get(row) ?? '';
  }

  /** Time of the last row; NaN while there is none. */
  get lastNs(): Ns {
    return this.rows === 0 ? Number.NaN : this.atNs.get(this.rows - 1);
  }
}

export interface LayerProblem {
  readonly line: number;
  readonly what: string;
}

/** Everything that one file told. */
export class LayerStore {
  readonly series: LayerSeries[] = [];
  rows = 0;
  lines = 0;
  /** Events for which there was no room. */
  left = 0;
  /** Lines that look like an event of the format and are none; the first few with what is wrong. */
  odd = 0;
  readonly problems: LayerProblem[] = [];
  private readonly byName = new Map<string, LayerSeries>();
  private lastNs: Ns = Number.NEGATIVE_INFINITY;

  /** The series of that name; `undefined` when there are too many. */
  seriesOf(name: string, unit: LayerSeries['unit']): LayerSeries | undefined {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    if (this.series.length >= LIMITS.layerSeries) return undefined;
    const series = new LayerSeries(name, unit);
    this.series.push(series);
    this.byName.set(name, series);
    return series;
  }

  /** A time that goes back counts as the last one: lines of several processors may stand in the wrong order. */
  add(series: LayerSeries | undefined, row: LayerRow): void {
    if (series === undefined || this.rows >= LIMITS.layerRows) {
      this.left++;
      return;
    }
    this.rows++;
    this.lastNs = Math.max(this.lastNs, row.atNs);
    series.add({ ...row, atNs: this.lastNs });
  }

  problem(what: string): void {
    this.odd++;
    if (this.problems.length < LIMITS.layerProblems) {
      this.problems.push({ line: this.lines, what });
    }
  }
}
