/** What can be heard to be wrong in the sound that a guest plays: practice, not the standard. */
import type { Entry } from '../capture/entry.ts';
import { frameBytesOf, rateHzOf } from '../spec/formats.ts';
import { TXQ } from '../spec/sound.ts';
import type { Frames, Seq, TrackId } from '../units.ts';
import type { StreamWorld } from './check-held.ts';
import type { CheckContext, CheckModule } from './check-module.ts';
import { CONTENT_RULES, type ContentMark } from './content-mark.ts';
import { ContentWatch } from './content-watch.ts';

/** Messages whose frames are remembered: marks come some messages late. */
const REMEMBERED = 64;
const RULES = Object.values(CONTENT_RULES);

interface Heard {
  readonly fromFrame: Frames;
  readonly seq: Seq;
  readonly row: number;
}

interface Run {
  readonly streamId: number;
  readonly begin: () => ContentWatch;
  watch: ContentWatch;
  readonly recent: Heard[];
}

export class ContentChecks implements CheckModule {
  private readonly context: CheckContext;
  private readonly runs = new Map<TrackId, Run>();

  constructor(context: CheckContext) {
    this.context = context;
  }

  before(entry: Entry): void {
    if (entry.kind === 'track') this.begin(entry);
    else if (entry.kind === 'moved') this.moved(entry);
  }

  ended(): void {
    for (const { watch } of this.runs.values()) watch.end();
    this.runs.clear();
  }

  /** A run of the same stream before it is over. */
  private begin(entry: Entry & { kind: 'track' }): void {
    const { track, streamId, direction, params } = entry;
    for (const [id, run] of this.runs) {
      if (run.streamId !== streamId) continue;
      run.watch.end();
      this.runs.delete(id);
    }
    if (direction !== 'output' || entry.grade === 'assumed') return; // of a format that is not known
    const { format, channels } = params;
    const rateHz = rateHzOf(params.rate);
    const layout = { format, channels, rateHz, frameBytes: frameBytesOf(params) };
    const recent: Heard[] = [];
    const begin = () => new ContentWatch(layout, (mark) => this.tell(mark, streamId, recent));
    this.runs.set(track, { streamId, begin, watch: begin(), recent });
  }

  /** A piece is missing: no step across it can be told from what was played. */
  missed(stream: StreamWorld | undefined): void {
    for (const run of this.runs.values()) {
      if (stream === undefined || stream.id === run.streamId) run.watch = run.begin();
    }
  }

  private moved(entry: Entry & { kind: 'moved' }): void {
    const run = this.runs.get(entry.track);
    if (run === undefined) return;
    const { popped: seq, fromFrame, pcm, grade } = entry;
    // Bytes that may have been another's by the time they were copied say nothing of what was played.
    if (grade !== undefined && grade !== 'observed') {
      run.watch = run.begin();
      return;
    }
    const { world, verdicts } = this.context;
    if (run.recent.at(-1)?.seq !== seq) {
      run.recent.push({ fromFrame, seq, row: world.held.get(seq)?.row ?? -1 });
      if (run.recent.length > REMEMBERED) run.recent.shift();
      const where = { atNs: world.nowNs, queue: TXQ, streamId: run.streamId };
      for (const rule of RULES) verdicts.check(rule, true, where, () => '');
    }
    run.watch.feed(seq, fromFrame, pcm);
  }

  private tell(mark: ContentMark, streamId: number, recent: readonly Heard[]): void {
    const rule = CONTENT_RULES[mark.kind];
    if (rule === undefined) return;
    const { world, verdicts } = this.context;
    const carrier = recent.findLast(({ fromFrame }) => fromFrame <= mark.fromFrame) ?? recent[0];
    const evidence =
      carrier === undefined || carrier.row < 0 ? {} : { rows: [carrier.row], seq: carrier.seq };
    const where = { atNs: world.nowNs, queue: TXQ, streamId, ...evidence };
    verdicts.check(rule, false, where, () => `${mark.detail}, from frame ${mark.fromFrame} on`);
  }
}
