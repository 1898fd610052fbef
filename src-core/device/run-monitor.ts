/** What a run of a stream tells besides its PCM: underruns, overruns and elapsed periods, in the capture and, where the
 *  driver asked for it, as events. Spec: 5.14.6.6.2 (features), 5.14.6.7 (events) */
import type { Record as RecordEntry } from '../capture/entry.ts';
import type { Clock } from '../clock.ts';
import { LIMITS } from '../limits.ts';
import { bytesPerSecond, rateHzOf, type StreamParams } from '../spec/formats.ts';
import {
  type Direction,
  VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED,
  VIRTIO_SND_EVT_PCM_XRUN,
  VIRTIO_SND_PCM_F_EVT_SHMEM_PERIODS,
  VIRTIO_SND_PCM_F_EVT_XRUNS,
} from '../spec/sound.ts';
import { type Bytes, type Frames, NS_PER_MS, NS_PER_S, type Ns, type TrackId } from '../units.ts';
import type { EventSender } from './events.ts';
import type { ViolationLog } from './violation-log.ts';
import { type Xrun, XrunWatch } from './xrun-watch.ts';

export interface MonitorDeps {
  readonly clock: Clock;
  readonly record: RecordEntry;
  readonly violations: ViolationLog;
  readonly events: EventSender;
}

/** A gap is an xrun when it lasts longer than this and than a buffer. */
const SHORTEST_TOLERANCE_NS = 200 * NS_PER_MS;

/** One for each stream, for its whole life. */
export class RunMonitor {
  private readonly streamId: number;
  private readonly direction: Direction;
  private readonly deps: MonitorDeps;
  private readonly watch = new XrunWatch();
  private params: StreamParams | undefined;
  private track: TrackId = 0;
  private xrunCount = 0;
  private xrunsBeforeRun = 0;
  private bytesToPeriodEnd: Bytes = 0;
  /** What the sink had counted when PCM moved last. */
  private silentBefore: Frames | undefined;

  constructor(streamId: number, direction: Direction, deps: MonitorDeps) {
    this.streamId = streamId;
    this.direction = direction;
    this.deps = deps;
  }

  /** Since the device began. */
  get xruns(): number {
    return this.xrunCount;
  }

  get runXruns(): number {
    return this.xrunCount - this.xrunsBeforeRun;
  }

  get isStarving(): boolean {
    return this.watch.isStarving;
  }

  /** PREPARE. A gap at the end of the run before it turns out to be an xrun of that run now, or is forgotten. */
  begin(track: TrackId, params: StreamParams): void {
    const toleranceNs = Math.max(nsOfBytes(params, params.bufferBytes), SHORTEST_TOLERANCE_NS);
    const run = { track, rateHz: rateHzOf(params.rate), toleranceNs };
    this.tell(this.watch.begin(run, this.deps.clock.nowNs()));
    this.xrunsBeforeRun = this.xrunCount;
    this.silentBefore = undefined;
    this.params = params;
    this.track = track;
    this.bytesToPeriodEnd = params.periodBytes;
  }

  /** PCM is about to move. `silentFrames`: the sink's count of the silence that it put in. Silence without an underrun of the
   *  guest's is the host's own: it ran dry though messages were there, or filled up before it would have. */
  feed(atFrame: Frames, silentFrames?: Frames): void {
    const filled = this.silenceSince(silentFrames);
    this.silentBefore = silentFrames;
    const xrun = this.watch.isStarving ? this.watch.feed(this.deps.clock.nowNs()) : undefined;
    if (xrun !== undefined) this.tell(xrun, filled);
    else if (filled !== undefined && filled > 0) this.tellHostSilence(atFrame, filled);
  }

  private tellHostSilence(atFrame: Frames, silentFrames: Frames): void {
    const { streamId, track } = this;
    const where = { streamId, track, atFrame, missingFrames: 0, silentFrames };
    this.deps.record({ kind: 'xrun', side: 'host', ...where });
  }

  /** Of the gap that ends now; not known while the sink has not told of two moments. */
  private silenceSince(silentFrames: Frames | undefined): Frames | undefined {
    if (silentFrames === undefined || this.silentBefore === undefined) return undefined;
    return Math.round(silentFrames - this.silentBefore);
  }

  /** PCM moved. */
  countPeriods(bytes: Bytes): void {
    if (!this.isSelected(VIRTIO_SND_PCM_F_EVT_SHMEM_PERIODS)) return;
    const periodBytes = this.params?.periodBytes ?? 0;
    this.bytesToPeriodEnd -= bytes;
    if (this.bytesToPeriodEnd > 0 || periodBytes === 0) return;
    const elapsed = Math.floor(-this.bytesToPeriodEnd / periodBytes) + 1;
    this.bytesToPeriodEnd += elapsed * periodBytes;
    // More than can wait would only push each other out.
    for (let left = Math.min(elapsed, LIMITS.pendingEvents); left > 0; left--) {
      this.deps.events.send(VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED, this.streamId);
    }
  }

  /** The stream has nothing for the host from `sinceNs` on, or lost `lostFrames` of what the host recorded. */
  starve(sinceNs: Ns, atFrame: Frames, lostFrames: Frames): void {
    const isCertain = this.watch.starve(sinceNs, atFrame, lostFrames, this.deps.clock.nowNs());
    if (isCertain) this.sendXrun();
  }

  /** STOP, or a reset. `drySinceNs`: since when nothing is posted any more, if so. */
  stop(atFrame: Frames, drySinceNs: Ns | undefined): void {
    this.tell(this.watch.stop(this.deps.clock.nowNs(), atFrame, drySinceNs));
  }

  /** What was before has no bearing on what comes. */
  forget(): void {
    this.watch.forget();
    this.silentBefore = undefined;
  }

  private tell(xrun: Xrun | undefined, silentFrames?: Frames): void {
    if (xrun === undefined) return;
    const { track, atFrame, missingFrames, isTold } = xrun;
    const { streamId } = this;
    this.xrunCount++;
    const counted = silentFrames === undefined ? {} : { silentFrames };
    const where = { streamId, track, atFrame, missingFrames };
    this.deps.record({ kind: 'xrun', side: 'guest', ...where, ...counted });
    const isOutput = this.direction === 'output';
    const rule = isOutput ? 'VS-P-01' : 'VS-P-02';
    const detail = `${missingFrames} frames ${isOutput ? 'missing' : 'lost'} at frame ${atFrame}`;
    this.deps.violations.report({ rule, detail, streamId });
    if (!isTold) this.sendXrun();
  }

  private sendXrun(): void {
    if (!this.isSelected(VIRTIO_SND_PCM_F_EVT_XRUNS)) return;
    this.deps.events.send(VIRTIO_SND_EVT_PCM_XRUN, this.streamId);
  }

  private isSelected(feature: number): boolean {
    return (((this.params?.features ?? 0) >>> feature) & 1) === 1;
  }
}

/** How long `bytes` of a stream take. */
export function nsOfBytes(params: StreamParams, bytes: Bytes): Ns {
  const perSecond = bytesPerSecond(params);
  return perSecond === 0 ? 0 : (bytes * NS_PER_S) / perSecond;
}
