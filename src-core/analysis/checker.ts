/** The checker of rules: goes along behind a capture, live or recorded, and concludes what the exchange broke. It never
 *  runs in the path of a kick: whoever owns it calls `advance` in slices. */
import type { Capture } from '../capture/capture.ts';
import type { Entry } from '../capture/entry.ts';
import { type FollowBound, Follower } from '../capture/follower.ts';
import { frameBytesOf } from '../spec/formats.ts';
import { readLe32 } from '../spec/layout.ts';
import type { SpecVersion } from '../spec/rule.ts';
import { CONTROLQ, EVENTQ, VIRTIO_SND_S_OK } from '../spec/sound.ts';
import { NS_PER_MS, type Ns } from '../units.ts';
import { ChainChecks } from './check-chains.ts';
import { ContentChecks } from './check-content.ts';
import { ControlChecks } from './check-control.ts';
import { ElementChecks } from './check-elements.ts';
import { EventChecks } from './check-events.ts';
import type { Held } from './check-held.ts';
import { InfoChecks } from './check-info.ts';
import { IoChecks } from './check-io.ts';
import { learn, takeCommand, takeReset, takeSetup } from './check-learn.ts';
import { LifecycleChecks } from './check-lifecycle.ts';
import type { CheckContext, CheckModule } from './check-module.ts';
import { PaceChecks } from './check-pace.ts';
import { ParamChecks } from './check-params.ts';
import { RingChecks } from './check-rings.ts';
import { SetupChecks } from './check-setup.ts';
import { type Conclusion, Verdicts } from './check-verdicts.ts';
import { BEYOND_A_WATCH, isUnread, loseSight } from './check-watch.ts';
import { World } from './check-world.ts';

const TICK_NS = 50 * NS_PER_MS;

export interface CheckOptions {
  /** Which version of the standard is asked; the newest if not said. */
  readonly spec?: SpecVersion;
  /** Streams that ran before their first command in the capture, as the user assumes. */
  readonly assumeRunning?: ReadonlySet<number>;
}

export class Checker {
  readonly world: World;
  readonly verdicts: Verdicts;
  isFinished = false;
  private readonly follower: Follower;
  private readonly modules: readonly CheckModule[];
  /** What waits until it is known whether the recorder had something to say of it. */
  private deferred: (() => void)[] = [];
  private tickNs: Ns = 0;
  /** An excerpt goes on there: what is before it are only set-up and states. */
  private gapNs: Ns;

  /** `onFound` gets each finding once, as it is concluded. */
  constructor(
    capture: Capture,
    onFound: (conclusion: Conclusion) => void,
    options: CheckOptions = {},
  ) {
    this.follower = new Follower(capture, { isBrief: true });
    this.world = new World(options.spec ?? '1.4');
    this.world.assumedRunning = options.assumeRunning ?? new Set();
    const { excerpt } = capture.facts;
    this.world.beginsMidway = excerpt?.fromNs !== undefined;
    this.gapNs = excerpt?.fromNs ?? Number.POSITIVE_INFINITY;
    // where some messages are left out, each of the others would look as if something were wrong with it
    this.verdicts = new Verdicts(excerpt?.filter === undefined ? onFound : () => undefined);
    this.modules = makeModules(this);
  }

  /** Goes on by a bounded piece; true when there is more. */
  advance(bound: FollowBound): boolean {
    return this.follower.follow(
      { entry: (entry, row) => this.take(entry, row), lost: (entries) => this.missed(entries) },
      bound,
    );
  }

  /** Bytes of the capture that were looked at. */
  readBytes(): number {
    return this.follower.readBytes();
  }

  get lostEntries(): number {
    return this.follower.lostEntries;
  }

  /** Nothing more comes. What only an end can tell is told. */
  finish(): void {
    if (this.isFinished) return;
    this.isFinished = true;
    this.settle();
    for (const module of this.modules) module.ended?.();
  }

  private take(entry: Entry, row: number): void {
    const { world } = this;
    if (entry.kind !== 'violation') this.settle();
    world.nowNs = entry.atNs;
    if (entry.atNs >= this.gapNs) {
      this.gapNs = Number.POSITIVE_INFINITY;
      this.missed(0);
    }
    if (entry.atNs >= this.tickNs) this.tick(entry.atNs);
    for (const module of this.modules) module.before?.(entry);
    switch (entry.kind) {
      case 'popped':
        this.popped(entry, row);
        break;
      case 'used':
        this.used(entry);
        break;
      case 'moved':
        world.seen.add('moved');
        if (entry.pcm.length > 0) world.seen.add('pcm');
        this.moved(entry);
        break;
      case 'violation':
        this.recorded(entry);
        break;
      case 'setup':
        this.setUp(entry.step);
        break;
      case 'kick':
      case 'interrupt':
        this.signalled(entry.kind, entry.queue, entry.atNs);
        break;
      case 'ring':
        world.seen.add('rings');
        break;
      case 'told':
        world.told(entry);
        break;
      case 'dropped':
        if (entry.entries > 0) this.missed(entry.entries);
        break;
      case 'track':
        if (entry.comparesPosted === true) world.seen.add('posted');
        this.resume(entry);
        break;
      case 'state':
        this.resume(entry);
        break;
      default: // told by other entries too
        break;
    }
  }

  private tick(atNs: Ns): void {
    this.tickNs = atNs + TICK_NS;
    for (const module of this.modules) module.passed?.();
  }

  private settle(): void {
    if (this.deferred.length === 0) return;
    const { deferred } = this;
    this.deferred = [];
    for (const run of deferred) run();
  }

  private popped(entry: Entry & { kind: 'popped' }, row: number): void {
    const { world } = this;
    const held = world.take(entry, row);
    const { chain, body, queue } = entry;
    if (chain.readable.length + chain.writable.length > 0) world.seen.add('chains');
    if (queue === CONTROLQ && body.length > 0) world.seen.add('control');
    if (queue > EVENTQ && body.length >= 4) world.seen.add('io');
    if (held.isBlurred) {
      if (queue !== CONTROLQ) this.lost(held); // a request is lost when it is answered: a trace may tell what it was
      return;
    }
    this.deferred.push(() => {
      for (const module of this.modules) module.popped?.(held);
    });
  }

  private moved({ popped, pcm, frames, withheld }: Entry & { kind: 'moved' }): void {
    const held = this.world.held.get(popped);
    if (held === undefined) return;
    const { params } = held;
    const isCounted = withheld === undefined || params === undefined;
    held.movedBytes += isCounted ? pcm.length : frames * frameBytesOf(params);
  }

  /** Of an excerpt: where streams stood before its first message, as the recorder wrote it down. */
  private resume(entry: Entry & { kind: 'state' | 'track' }): void {
    if (this.gapNs === Number.POSITIVE_INFINITY) return;
    const stream = this.world.stream(entry.streamId);
    if (stream === undefined) return;
    if (entry.kind === 'state') stream.state = entry.to;
    else stream.params = entry.params;
  }

  private used(entry: Entry & { kind: 'used' }): void {
    const { world } = this;
    const held = world.held.get(entry.popped);
    if (held === undefined) return;
    const { reply, queue } = entry;
    const isUnseen = held.isBlurred || (queue === CONTROLQ && isUnread(world, entry));
    if (isUnseen) {
      if (queue === CONTROLQ) this.lost(held);
      this.release(held);
      return;
    }
    const unsaid = held.isTraced ? VIRTIO_SND_S_OK : 0; // a trace tells of answers, not what they were
    const answer = { entry, status: reply.length >= 4 ? readLe32(reply, 0) : unsaid };
    if (queue === CONTROLQ) {
      for (const module of this.modules) module.answered?.(held, answer);
      if (answer.status === VIRTIO_SND_S_OK) {
        learn(world, held, reply);
        takeCommand(world, held);
      }
    } else if (queue === EVENTQ) {
      world.seen.add('events');
      for (const module of this.modules) module.told?.(held, entry);
    } else {
      for (const module of this.modules) module.returned?.(held, answer);
      if (held.stream !== undefined) held.stream.lastReturned = held.number;
    }
    this.release(held);
  }

  private release(held: Held): void {
    const { world } = this;
    world.release(held);
    const ofQueue = world.queues[held.queue];
    if (ofQueue !== undefined) ofQueue.lastReturned = held.number;
  }

  private recorded(entry: Entry & { kind: 'violation' }): void {
    const { violation, popped, atNs } = entry;
    const { rule, grade, queue, streamId } = violation;
    if (grade !== undefined) return; // a checker's, appended when the session ended
    const place = {
      atNs,
      ...(queue === undefined ? {} : { queue }),
      ...(streamId === undefined ? {} : { streamId }),
    };
    this.verdicts.recordedViolation(rule, atNs, popped, place);
    const held = popped === undefined ? undefined : this.world.held.get(popped);
    if (held !== undefined && rule.startsWith('VQ-')) held.isBroken = true;
  }

  private setUp(step: (Entry & { kind: 'setup' })['step']): void {
    const { world } = this;
    if (step.what === 'reset' || step.what === 'gone') this.forget(takeReset(world));
    if (step.what === 'queue-stopped') {
      for (const stream of world.streams.values()) stream.wasSuspended = true;
      this.forget(world.forget(step.queue));
    }
    takeSetup(world, step);
    if (step.what === 'watched') this.verdicts.blind = BEYOND_A_WATCH;
  }

  private signalled(kind: 'kick' | 'interrupt', queue: number, atNs: Ns): void {
    const { world } = this;
    world.seen.add('interrupts');
    const ofQueue = world.queues[queue];
    if (ofQueue === undefined) return;
    if (kind === 'kick') ofQueue.lastKickNs = atNs;
    else ofQueue.lastInterruptNs = atNs;
  }

  private forget(gone: readonly Held[]): void {
    if (gone.length > 0) for (const module of this.modules) module.forgotten?.(gone);
  }

  /** Entries are missing: what was in the device may have come back, and the order of things is not known. */
  private missed(entries: number): void {
    const { world } = this;
    this.settle();
    for (let queue = 0; queue < world.queues.length; queue++) world.forget(queue);
    if (world.isWatched) world.blurred += entries;
    this.lost(undefined);
  }

  /** What this message was, or did to its stream, was not seen; `undefined`: any message. */
  private lost(held: Held | undefined): void {
    loseSight(this.world, held);
    for (const module of this.modules) module.missed?.(held?.stream);
  }
}

function makeModules(context: CheckContext): readonly CheckModule[] {
  return [
    new SetupChecks(context),
    new ChainChecks(context),
    new RingChecks(context),
    new ControlChecks(context),
    new InfoChecks(context),
    new ParamChecks(context),
    new LifecycleChecks(context),
    new IoChecks(context),
    new PaceChecks(context),
    new ContentChecks(context),
    new EventChecks(context),
    new ElementChecks(context),
  ];
}
