/** Goes along behind a capture and keeps what `content-watch.ts` marks in each run, with the late writes among them. */
import type { Capture } from '../capture/capture.ts';
import type { Entry } from '../capture/entry.ts';
import { type FollowBound, Follower } from '../capture/follower.ts';
import type { Track } from '../capture/tracks.ts';
import { LIMITS } from '../limits.ts';
import { rateHzOf } from '../spec/formats.ts';
import type { Frames, TrackId } from '../units.ts';
import type { ContentMark } from './content-mark.ts';
import { ContentWatch } from './content-watch.ts';

interface Scanned {
  readonly begin: () => ContentWatch;
  watch: ContentWatch;
  readonly marks: ContentMark[];
  isOver: boolean;
}

export class ContentScan {
  readonly capture: Capture;
  private readonly follower: Follower;
  private readonly runs = new Map<TrackId, Scanned>();
  /** Runs of a format that is only assumed: what is heard in them may be nothing but that. */
  private readonly unsure = new Set<TrackId>();

  constructor(capture: Capture) {
    this.capture = capture;
    this.follower = new Follower(capture, { kinds: ['track', 'moved'], isBrief: true });
  }

  /** Goes on by a bounded piece; true when there is more. A mark comes when its end is known. */
  advance(bound: FollowBound): boolean {
    const isMore = this.follower.follow(
      {
        entry: (entry) => {
          if (entry.kind === 'track' && entry.grade === 'assumed') this.unsure.add(entry.track);
          if (entry.kind === 'moved') this.moved(entry);
        },
      },
      bound,
    );
    if (!isMore) this.endRuns();
    return isMore;
  }

  /** Marks of a run that touch a stretch, in no order; at most `LIMITS.contentMarks` are kept of a run. */
  marksIn(track: TrackId, fromFrame: Frames, frames: Frames): readonly ContentMark[] {
    const marks = this.runs.get(track)?.marks ?? [];
    return marks.filter(
      (mark) => mark.fromFrame < fromFrame + frames && mark.fromFrame + mark.frames > fromFrame,
    );
  }

  private moved({ track: id, popped, fromFrame, pcm, grade }: Entry & { kind: 'moved' }): void {
    const track = this.capture.tracks[id];
    if (track === undefined || this.unsure.has(id)) return;
    const run = this.runOf(track);
    // Bytes that may have been another's by the time they were copied say nothing of what was played.
    if (grade !== undefined && grade !== 'observed') run.watch = run.begin();
    else run.watch.feed(popped, fromFrame, pcm);
  }

  private runOf(track: Track): Scanned {
    const known = this.runs.get(track.track);
    if (known !== undefined) return known;
    const marks: ContentMark[] = [];
    const { params, frameBytes } = track;
    const { format, channels } = params;
    const layout = { format, channels, rateHz: rateHzOf(params.rate), frameBytes };
    const begin = () =>
      new ContentWatch(layout, (mark) => {
        if (marks.length < LIMITS.contentMarks) marks.push(mark);
      });
    const made = { begin, watch: begin(), marks, isOver: false };
    this.runs.set(track.track, made);
    return made;
  }

  /** Runs that were released are looked at to their end. */
  private endRuns(): void {
    for (const [id, run] of this.runs) {
      if (run.isOver || this.capture.tracks[id]?.isOpen !== false) continue;
      run.isOver = true;
      run.watch.end();
    }
  }
}
