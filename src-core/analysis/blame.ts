/** Blame: which stage ate the time when a stream ran dry, a message came back late, or one was posted late and the buffer
 *  only just covered it. Every message's stages are held against what they usually take; the lateness of a pull or a return
 *  against an even pace.
 *
 *      … used ─notify─► interrupt ─guest─► kick ─pop─► popped ─wait─► first ─sink─► last ─complete─► used ─notify─► …
 *        the message that came back before        the message that is looked at */
import type { Capture } from '../capture/capture.ts';
import type { Track } from '../capture/tracks.ts';
import type {
  BlameLink,
  BlameList,
  BlameQuery,
  BlameRow,
  BlameStage,
} from '../contract-latency.ts';
import { LIMITS } from '../limits.ts';
import { MEASURED, stageRow } from '../spec/stages.ts';
import { NS_PER_MS, NS_PER_S, type Ns } from '../units.ts';
import { blameSentence } from './blame-text.ts';
import type { LatencyGroup } from './latency.ts';
import { missingFrames, trackPeriodNs, trackRateHz } from './ownership.ts';
import { type StageTimes, startNs } from './stage-times.ts';
import { Usual } from './usual.ts';

/** Lateness counts from so much of a period on, and from this on in any case. */
const LATE_PERIODS = 0.5;
const LATE_LEAST_NS = NS_PER_MS;
/** Messages that what is usual, and what came before, is taken from. */
const WINDOW = 64;
/** Stages that a message can be late in; `wait` is judged by the pace instead. */
const JUDGED = ['guest', 'post', 'pop', 'sink', 'complete', 'notify'] as const;
/** An application that keeps time by itself may use its turn up to a whole period, and a sink that asks once a period may
 *  take the end of a message with its next step. */
const LEAST_PERIODS: Partial<Record<BlameStage, number>> = { guest: 1, sink: 1.25 };
const POST = MEASURED.indexOf('post');
/** A message that was seen in the ring so long before its kick was not kicked in time. */
const POST_PERIODS = 0.25;
const PLACES = JUDGED.map((id) => MEASURED.indexOf(id));

interface Suspect {
  readonly stage: BlameStage;
  readonly excessNs: Ns;
  readonly link: BlameLink;
}

interface StreamWatch {
  readonly track: Track;
  readonly periodNs: Ns;
  readonly rateHz: number;
  /** How late the last pulls and returns were against frame 0; the least of them is on time. */
  readonly pulls: Ns[];
  readonly returns: Ns[];
  /** Stages that took too long lately. */
  suspects: Suspect[];
  xruns: number;
  lastRow: number;
  lastReturnNs: Ns;
}

export class Blame {
  readonly rows: BlameRow[] = [];
  total = 0;
  readonly byStage: Partial<Record<BlameStage, number>> = {};
  readonly byStream: Record<number, number> = {};
  private readonly capture: Capture;
  private readonly watches = new Map<number, StreamWatch>();
  private readonly usual = new Usual();

  constructor(capture: Capture) {
    this.capture = capture;
  }

  /** `index`: only those in which this message was late or is a link. */
  list(query: BlameQuery, partial: boolean): BlameList {
    const { first, count, index, stage, streamId, order = 'time' } = query;
    const isAsked = (row: BlameRow) =>
      (index === undefined ||
        row.index === index ||
        row.chain.some((link) => link.index === index)) &&
      (stage === undefined || row.stage === stage) &&
      (streamId === undefined || row.streamId === streamId);
    const all = this.rows.filter(isAsked);
    if (order === 'size') all.sort((one, other) => other.excessNs - one.excessNs);
    const from = Math.max(0, Math.floor(first) || 0);
    const rows = all.slice(from, from + Math.min(count, LIMITS.rowsPerRequest));
    const { total, byStage, byStream } = this;
    return { total, matching: all.length, rows, byStage, byStream, partial };
  }

  /** A message that is back, as `Latency` hands it over. */
  take(row: number, times: StageTimes, group: LatencyGroup): void {
    const { messages } = this.capture;
    const watch = this.watchOf(messages.track.get(row));
    if (watch === undefined) return;
    const { rateHz } = watch;
    const lateFromNs = lateFrom(watch);
    const isAfterStop = this.hasStopped(watch, row);
    if (isAfterStop) forget(watch);
    const found = this.suspectsOf(watch, row, times, group, isAfterStop);
    const missing = missingFrames(watch.track);
    const fromFrame = messages.fromFrame.get(row);
    const endFrame = fromFrame + messages.frames.get(row);
    const poppedNs = messages.poppedNs.get(row);
    const firstNs = poppedNs + messages.firstAfterNs.get(row);
    const returnedNs = poppedNs + endAfter(this.capture, row);
    const dueNs = ((fromFrame + missing(fromFrame)) * NS_PER_S) / rateHz;
    const pullLateNs = lateness(watch.pulls, firstNs - dueNs);
    const wasThere = poppedNs <= firstNs - pullLateNs;
    if (pullLateNs > lateFromNs && wasThere) {
      const link = { index: row, stage: 'wait', fromNs: poppedNs, toNs: firstNs } as const;
      const usualNs = firstNs - poppedNs - pullLateNs;
      found.push({ stage: 'wait', excessNs: pullLateNs, link: { ...link, usualNs } });
    }
    const returnDueNs = ((endFrame + missing(endFrame - 1)) * NS_PER_S) / rateHz;
    const returnLateNs = lateness(watch.returns, returnedNs - returnDueNs);
    watch.suspects.push(...found);
    watch.suspects = watch.suspects.slice(-WINDOW);
    const before = watch.lastRow;
    watch.lastRow = row;
    watch.lastReturnNs = returnedNs;
    const dry = this.takeXrun(watch, fromFrame);
    if (dry !== undefined) {
      this.underrun(watch, row, before, { missing: dry, firstNs, poppedNs });
    } else if (found.length > 0) {
      this.late(watch, row, worstOf(found), Math.max(0, returnLateNs), lateFromNs);
    }
    if (dry !== undefined) forgetPace(watch);
  }

  /** Underruns that nothing followed in their run: the guest stopped and prepared again, or gave up. */
  takeEnds(isOver: boolean): void {
    for (const watch of this.watches.values()) {
      const { track } = watch;
      if (track.isOpen && !isOver) continue;
      for (; watch.xruns < track.xruns.length; watch.xruns++) {
        const xrun = track.xruns[watch.xruns];
        if (xrun === undefined || xrun.atFrame < track.frames) continue;
        this.unfollowed(watch, xrun.missingFrames);
      }
    }
  }

  /** `undefined` for PCM of a format without a rate. */
  private watchOf(trackId: number): StreamWatch | undefined {
    const track = this.capture.tracks[trackId];
    if (track === undefined) return undefined;
    const known = this.watches.get(trackId);
    if (known !== undefined) return known;
    const rateHz = trackRateHz(track);
    if (!(rateHz > 0)) return undefined;
    const watch: StreamWatch = {
      ...{ track, rateHz, periodNs: trackPeriodNs(track) },
      ...{ pulls: [], returns: [], suspects: [], xruns: 0 },
      ...{ lastRow: -1, lastReturnNs: Number.NaN },
    };
    this.takeEnds(false);
    for (const [id, old] of this.watches) if (!old.track.isOpen) this.watches.delete(id);
    this.watches.set(trackId, watch);
    return watch;
  }

  /** The stream was stopped, or started, since the message before came back: its pace begins anew. */
  private hasStopped(watch: StreamWatch, row: number): boolean {
    const { states } = this.capture.story;
    const { messages } = this.capture;
    if (watch.lastRow < 0) return true;
    const sinceNs = messages.poppedNs.get(watch.lastRow);
    const untilNs = messages.poppedNs.get(row) + messages.firstAfterNs.get(row);
    for (let place = states.length - 1; place >= 0; place--) {
      const change = states[place];
      if (change === undefined || change.atNs < sinceNs) return false;
      if (change.streamId === watch.track.streamId && change.atNs <= untilNs) return true;
    }
    return false;
  }

  private suspectsOf(
    watch: StreamWatch,
    row: number,
    times: StageTimes,
    group: LatencyGroup,
    isAfterStop: boolean,
  ): Suspect[] {
    const lateFromNs = lateFrom(watch);
    const suspects: Suspect[] = [];
    const postNs = times[POST] ?? Number.NaN;
    const isKickLate = postNs > POST_PERIODS * watch.periodNs;
    for (const [number, stage] of JUDGED.entries()) {
      const place = PLACES[number] ?? 0;
      const ns = times[place] ?? Number.NaN;
      if (!(ns > lateFromNs) || (isAfterStop && number < 3)) continue;
      const known = this.usual.of(group, place);
      // how much of its buffer an application leaves free is up to it
      if (stage === 'guest' && known === undefined) continue;
      const usualNs = known ?? 0;
      const leastNs = (LEAST_PERIODS[stage] ?? 0) * watch.periodNs;
      if (!(ns - usualNs > Math.max(lateFromNs, leastNs))) continue;
      const toNs = stageEndNs(this.capture, row, stage);
      // how long it had been in the ring before somebody looked is not known: the kick is to blame for all of it
      const told = stage === 'guest' && isKickLate ? 'post' : stage;
      if (told === 'post' && stage === 'post' && suspects.length > 0) continue;
      const fromNs = toNs - (told === 'post' ? postNs : ns);
      const link = {
        index: row,
        stage: told,
        fromNs,
        toNs,
        usualNs: told === 'post' ? 0 : usualNs,
      };
      suspects.push({ stage: told, excessNs: ns - usualNs, link });
    }
    return suspects;
  }

  /** The underrun that lies before `fromFrame`, if one was recorded and not told yet. */
  private takeXrun(watch: StreamWatch, fromFrame: number): number | undefined {
    let missing: number | undefined;
    for (; watch.xruns < watch.track.xruns.length; watch.xruns++) {
      const xrun = watch.track.xruns[watch.xruns];
      if (xrun === undefined || xrun.atFrame > fromFrame) break;
      missing = (missing ?? 0) + xrun.missingFrames;
    }
    return missing;
  }

  private underrun(
    watch: StreamWatch,
    row: number,
    before: number,
    at: { missing: number; firstNs: Ns; poppedNs: Ns },
  ): void {
    const lateNs = (at.missing * NS_PER_S) / watch.rateHz;
    const dryNs = at.firstNs - lateNs;
    const bufferNs =
      (watch.track.params.bufferBytes / watch.track.frameBytes / watch.rateHz) * NS_PER_S;
    const near = watch.suspects.filter(({ link }) => link.toNs >= dryNs - bufferNs);
    const worst = near.length > 0 ? worstOf(near) : this.guestSlow(watch, row, before, dryNs);
    const chain = chainOf([...near.map(({ link }) => link), worst.link]);
    this.add(watch, { kind: 'underrun', row, worst, lateNs, missing: at.missing, chain });
  }

  /** Nothing took unusually long, and still no message was there: the guest posts too slowly. */
  private guestSlow(watch: StreamWatch, row: number, before: number, dryNs: Ns): Suspect {
    const { messages } = this.capture;
    const kickNs = startNs(messages, row);
    const isThere = messages.poppedNs.get(row) <= dryNs;
    const fromNs = before < 0 ? dryNs : Math.min(dryNs, kickNs);
    const stage: BlameStage = isThere ? 'wait' : 'guest';
    const link = { index: row, stage, fromNs, toNs: kickNs, usualNs: watch.periodNs };
    return { stage, excessNs: Math.max(0, kickNs - dryNs), link };
  }

  private unfollowed(watch: StreamWatch, missing: number): void {
    const { lastRow, track, rateHz, periodNs } = watch;
    const lateNs = (missing * NS_PER_S) / rateHz;
    const fromNs = watch.lastReturnNs;
    const toNs = Math.max(fromNs, track.isOpen ? this.capture.endNs : track.toNs);
    const link = { index: lastRow, stage: 'guest', fromNs, toNs, usualNs: periodNs } as const;
    const own: Suspect = { stage: 'guest', excessNs: toNs - fromNs, link };
    const worst = worstOf([...watch.suspects.slice(-4), own]);
    const chain = chainOf([worst.link, link]);
    this.add(watch, { kind: 'underrun', row: lastRow, worst, lateNs, missing, chain });
  }

  private late(watch: StreamWatch, row: number, worst: Suspect, lateNs: Ns, fromNs: Ns): void {
    const last = this.rows.at(-1);
    const kind = lateNs > fromNs ? 'late-return' : 'late-post';
    if (last !== undefined && last.kind !== 'underrun' && last.streamId === watch.track.streamId) {
      const sinceNs = worst.link.fromNs - (last.chain.at(-1)?.toNs ?? 0);
      const isOn = isOfSink(last.stage) && isOfSink(worst.stage);
      if (isOn && lateNs > last.lateNs && sinceNs <= 1.25 * watch.periodNs) {
        this.goOn(last, row, worst, lateNs);
        return;
      }
      if (last.stage === worst.stage && sinceNs <= 0) return; // it waited for the same thing
    }
    const chain = [worst.link];
    this.add(watch, { kind, row, worst, lateNs, missing: 0, chain });
  }

  /** The sink is still as slow as it was for the message before: one incident that lasts. */
  private goOn(last: BlameRow, row: number, { stage, excessNs, link }: Suspect, lateNs: Ns): void {
    const chain = chainOf([...last.chain, link]);
    const { owner } = stageRow(stage === 'unknown' ? 'sink' : stage);
    const kind = 'late-return' as const;
    const told = { ...last, kind, index: row, stage, owner, excessNs, lateNs, chain };
    this.byStage[last.stage] = (this.byStage[last.stage] ?? 1) - 1;
    this.byStage[stage] = (this.byStage[stage] ?? 0) + 1;
    this.rows[this.rows.length - 1] = { ...told, sentence: blameSentence(told) };
  }

  private add(watch: StreamWatch, what: Told): void {
    const { worst, row, kind, lateNs, missing: missingOf, chain } = what;
    this.total++;
    this.byStage[worst.stage] = (this.byStage[worst.stage] ?? 0) + 1;
    const { streamId } = watch.track;
    this.byStream[streamId] = (this.byStream[streamId] ?? 0) + 1;
    if (this.rows.length >= LIMITS.violationsPerRule) return;
    const { stage, excessNs } = worst;
    const owner = stage === 'unknown' ? 'device' : stageRow(stage).owner;
    const numbers = { excessNs, lateNs, missingFrames: missingOf };
    const atNs = worst.link.toNs;
    const told = { kind, atNs, streamId, index: row, stage, owner, ...numbers, chain };
    this.rows.push({ ...told, sentence: blameSentence(told) });
  }
}

function isOfSink(stage: BlameStage): boolean {
  return stage === 'sink' || stage === 'wait';
}

function lateFrom({ periodNs }: StreamWatch): Ns {
  return Math.max(LATE_LEAST_NS, LATE_PERIODS * periodNs);
}

interface Told {
  readonly kind: BlameRow['kind'];
  readonly row: number;
  readonly worst: Suspect;
  readonly lateNs: Ns;
  readonly missing: number;
  readonly chain: readonly BlameLink[];
}

function worstOf(suspects: readonly Suspect[]): Suspect {
  const [first, ...others] = suspects;
  if (first === undefined) throw new Error('internal error: nobody to blame');
  return others.reduce((worst, one) => (one.excessNs > worst.excessNs ? one : worst), first);
}

/** In the order of time, each link once. */
function chainOf(links: readonly BlameLink[]): readonly BlameLink[] {
  const known = new Map(links.map((link) => [`${link.index} ${link.stage}`, link]));
  return [...known.values()].sort((a, b) => a.fromNs - b.fromNs).slice(-WINDOW);
}

/** Against the most punctual of the last ones. */
function lateness(recent: Ns[], ns: Ns): Ns {
  const usual = recent.length < 2 ? ns : Math.min(...recent);
  recent.push(ns);
  if (recent.length > WINDOW) recent.shift();
  return ns - usual;
}

function forget(watch: StreamWatch): void {
  forgetPace(watch);
  watch.suspects.length = 0;
}

function forgetPace(watch: StreamWatch): void {
  watch.pulls.length = 0;
  watch.returns.length = 0;
}

function endAfter({ messages }: Capture, row: number): Ns {
  const interrupt = messages.interruptAfterNs.get(row);
  return Number.isNaN(interrupt) ? messages.usedAfterNs.get(row) : interrupt;
}

function stageEndNs(capture: Capture, row: number, stage: (typeof JUDGED)[number]): Ns {
  const { messages } = capture;
  const poppedNs = messages.poppedNs.get(row);
  switch (stage) {
    case 'guest':
    case 'post':
      return startNs(messages, row);
    case 'pop':
      return poppedNs;
    case 'sink':
      return poppedNs + messages.lastAfterNs.get(row);
    case 'complete':
      return poppedNs + messages.usedAfterNs.get(row);
    case 'notify':
      return poppedNs + messages.interruptAfterNs.get(row);
    default:
      return poppedNs;
  }
}
