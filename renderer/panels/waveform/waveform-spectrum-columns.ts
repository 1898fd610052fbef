/** Computes the columns of a spectrogram that are in view: PCM by range from the host, transforms in slices of a few
 *  milliseconds with a pause after each, so that neither the page nor the host is held up. What was computed is kept up to a
 *  bound, the oldest is forgotten first. */
import { decodeChannel, decodePcm } from '../../../src-core/audio/decode.ts';
import { Spectrum } from '../../../src-core/audio/spectrum.ts';
import type { Samples } from '../../../src-core/contract-data.ts';
import type { Frames } from '../../../src-core/units.ts';
import type { SpectrumGrid } from './waveform-spectrum-model.ts';

/** What is wanted: columns of one kind. */
export interface SpectrumJob {
  readonly grid: SpectrumGrid;
  readonly windowFrames: Frames;
  readonly channel: number | undefined;
  /** Frames there are, and whether more may come. */
  readonly frames: Frames;
  readonly isOpen: boolean;
}

export interface SpectrumPorts {
  readonly fetch: (fromFrame: Frames, frames: Frames) => Promise<Samples | null>;
  /** There is more to draw. */
  readonly onColumns: () => void;
  readonly onError: (thrown: unknown) => void;
  readonly nowMs: () => number;
  readonly pause: () => Promise<void>;
}

export type Columns = ReadonlyMap<number, Uint8Array>;

const SLICE_MS = 6;
const COLUMNS_AT_ONCE = 24;
const KEPT_BYTES = 32 * 1024 * 1024;
/** Channels of which a mean is made. */
const MAX_CHANNELS = 8;
const NO_COLUMNS: Columns = new Map();

export class SpectrumColumns {
  private readonly ports: SpectrumPorts;
  /** By kind; the kind used last is last. */
  private readonly kept = new Map<string, Map<number, Uint8Array>>();
  private keptBytes = 0;
  private job: SpectrumJob | undefined;
  private spectrum = new Spectrum(256);
  private isRunning = false;
  private isStopped = false;

  constructor(ports: SpectrumPorts) {
    this.ports = ports;
  }

  /** From now on these; what the last slice of an older job brings is kept too. */
  want(job: SpectrumJob): void {
    this.job = job;
    const columns = this.columnsOf(job);
    this.kept.delete(kindOf(job));
    this.kept.set(kindOf(job), columns);
    if (!this.isRunning) void this.run();
  }

  stop(): void {
    this.isStopped = true;
  }

  columns(job: SpectrumJob): Columns {
    return this.kept.get(kindOf(job)) ?? NO_COLUMNS;
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    try {
      while (!this.isStopped) {
        const { job } = this;
        const places = job === undefined ? [] : this.missing(job);
        if (job === undefined || places.length === 0) break;
        await this.compute(job, places);
        if (!this.isStopped) this.ports.onColumns();
      }
    } catch (thrown) {
      if (!this.isStopped) this.ports.onError(thrown);
    } finally {
      this.isRunning = false;
    }
  }

  /** The next columns that are in view and not there; those whose window is not full yet wait. */
  private missing(job: SpectrumJob): number[] {
    const { grid, windowFrames, frames, isOpen } = job;
    const columns = this.columnsOf(job);
    const places: number[] = [];
    for (let place = grid.first; place <= grid.last; place++) {
      if (places.length >= COLUMNS_AT_ONCE) break;
      if (isOpen && place * grid.step + windowFrames / 2 > frames) break;
      if (!columns.has(place)) places.push(place);
    }
    return places;
  }

  private async compute(job: SpectrumJob, places: readonly number[]): Promise<void> {
    const { windowFrames, grid } = job;
    const first = places[0] ?? 0;
    const last = places.at(-1) ?? first;
    const isDense = (last - first + 1) * grid.step <= places.length * windowFrames;
    if (isDense) return this.computeStretch(job, places, first, last);
    for (const place of places) {
      if (this.isStopped || kindOf(this.job ?? job) !== kindOf(job)) return;
      await this.computeStretch(job, [place], place, place);
    }
  }

  private async computeStretch(
    job: SpectrumJob,
    places: readonly number[],
    first: number,
    last: number,
  ): Promise<void> {
    const { windowFrames, grid } = job;
    const begin = first * grid.step - windowFrames / 2;
    const fromFrame = Math.max(0, begin);
    const end = last * grid.step + windowFrames / 2;
    const samples = await this.ports.fetch(fromFrame, end - fromFrame);
    const channels = channelsOf(samples, job.channel);
    if (this.spectrum.windowFrames !== windowFrames) this.spectrum = new Spectrum(windowFrames);
    let sliceMs = this.ports.nowMs();
    for (const place of places) {
      if (this.isStopped) return;
      const from = place * grid.step - windowFrames / 2 - fromFrame;
      const isThere = from < (channels[0]?.length ?? 0);
      this.keep(job, place, isThere ? this.spectrum.levels(channels, from) : NOTHING);
      if (this.ports.nowMs() - sliceMs < SLICE_MS) continue;
      await this.ports.pause();
      sliceMs = this.ports.nowMs();
    }
    if (!this.isStopped) await this.ports.pause();
  }

  private columnsOf(job: SpectrumJob): Map<number, Uint8Array> {
    return this.kept.get(kindOf(job)) ?? new Map<number, Uint8Array>();
  }

  private keep(job: SpectrumJob, place: number, levels: Uint8Array): void {
    const columns = this.columnsOf(job);
    this.kept.set(kindOf(job), columns);
    columns.set(place, levels);
    this.keptBytes += levels.length;
    for (const [kind, old] of this.kept) {
      if (this.keptBytes <= KEPT_BYTES) return;
      for (const [oldPlace, oldLevels] of old) {
        if (this.keptBytes <= KEPT_BYTES) return;
        old.delete(oldPlace);
        this.keptBytes -= oldLevels.length;
      }
      if (old !== columns) this.kept.delete(kind);
    }
  }
}

const NOTHING = new Uint8Array(0);

function kindOf({ grid, windowFrames, channel }: SpectrumJob): string {
  return `${grid.step} ${windowFrames} ${channel ?? 'all'}`;
}

function channelsOf(samples: Samples | null, channel: number | undefined): Float32Array[] {
  if (samples === null) return [];
  const { pcm, params } = samples;
  if (channel !== undefined) return [decodeChannel(pcm, params, channel)];
  return decodePcm(pcm, params).slice(0, MAX_CHANNELS);
}
