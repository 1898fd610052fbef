/** A client of QEMU's machine protocol: greeting, capabilities, commands with ids, events, and an end that may come at any
 *  time. QEMU executes commands in the thread that also runs its devices, so that every one of them costs the guest: one is
 *  in flight at a time, their rate is bounded, and what they cost is counted. Never throws on what the other side sends. */
import type { Clock } from '../clock.ts';
import { LIMITS } from '../limits.ts';
import { type Bytes, NS_PER_S, type Ns } from '../units.ts';
import type { ByteChannel } from './byte-channel.ts';
import { type QmpLine, QmpLines } from './qmp-lines.ts';

export interface QmpCommand {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export type QmpAnswer =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      /** `refused`: by QEMU. `late`: it did not answer in time. `gone`: the connection ended. `busy`: too many commands wait. */
      readonly why: 'refused' | 'late' | 'gone' | 'busy';
      /** QEMU's word for it: `CommandNotFound`, `GenericError`, `DeviceNotFound`. */
      readonly errorClass?: string;
      readonly text: string;
    };

export interface QmpEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface QmpVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
  readonly package: string;
}

export interface QmpOptions {
  readonly channel: ByteChannel;
  readonly clock: Clock;
  /** QEMU has greeted and takes commands. */
  readonly onReady: (version: QmpVersion) => void;
  readonly onEvent: (event: QmpEvent) => void;
  /** It is over, for this reason; nothing is called after it. */
  readonly onGone: (end: QmpEnd) => void;
}

/** `code` for programs, `text` for people: a sentence without its full stop. */
export interface QmpEnd {
  readonly code: 'closed' | 'no-greeting' | 'not-qmp' | 'monitor' | 'line-too-long' | 'refused';
  readonly text: string;
}

/** What watching costs QEMU: round trips as we see them, which is an upper bound. */
export interface QmpCost {
  readonly commands: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Of the time since the connection began, the part during which a command was in flight. */
  readonly busyPart: number;
}

interface Waiting {
  readonly id: number;
  readonly command: QmpCommand;
  readonly done: (answer: QmpAnswer) => void;
  readonly timeoutNs: Ns;
}

const GREETING_NS = 5 * NS_PER_S;
const ANSWER_NS = 5 * NS_PER_S;
const COSTS_KEPT = 1024;

export class QmpClient {
  private readonly options: QmpOptions;
  private readonly lines = new QmpLines(LIMITS.qmpLineBytes);
  private readonly waiting: Waiting[] = [];
  private inFlight: Waiting | undefined;
  private nextId = 1;
  private state: 'greeting' | 'negotiating' | 'ready' | 'gone' = 'greeting';
  private readonly beganNs: Ns;
  private sentNs: Ns = 0;
  private nextSendNs: Ns = 0;
  /** Time during which a command was in flight. */
  busyNs: Ns = 0;
  private commands = 0;
  private readonly costsUs = new Float32Array(COSTS_KEPT);
  private cancelTimeout: () => void = () => {};
  private cancelSend: (() => void) | undefined;
  receivedBytes: Bytes = 0;

  constructor(options: QmpOptions) {
    const { channel, clock } = options;
    this.options = options;
    this.beganNs = clock.nowNs();
    this.cancelTimeout = clock.at(this.beganNs + GREETING_NS, () => this.noGreeting());
    channel.listen(
      (bytes) => this.receive(bytes),
      (why) => this.end({ code: 'closed', text: why }),
    );
  }

  get isReady(): boolean {
    return this.state === 'ready';
  }

  /** Executes `command` when its turn comes; `done` is called exactly once, unless the returned function is called before. */
  call(
    command: QmpCommand,
    done: (answer: QmpAnswer) => void,
    timeoutNs: Ns = ANSWER_NS,
  ): () => void {
    if (this.state === 'gone') {
      done({ ok: false, why: 'gone', text: 'QEMU is not connected any more' });
      return () => {};
    }
    if (this.waiting.length >= LIMITS.qmpCommandsWaiting) {
      done({ ok: false, why: 'busy', text: `${this.waiting.length} commands wait already` });
      return () => {};
    }
    let isCancelled = false;
    const told = (answer: QmpAnswer) => {
      if (!isCancelled) done(answer);
    };
    const entry = { id: this.nextId++, command, done: told, timeoutNs };
    this.waiting.push(entry);
    this.sendNext();
    return () => {
      isCancelled = true;
      const place = this.waiting.indexOf(entry);
      if (place >= 0) this.waiting.splice(place, 1);
    };
  }

  /** Executes `command` and waits for the answer, at most `mostNs`; others that wait come later. Nothing else of this thread
   *  runs meanwhile: for reading memory where no other way leads to it, and for putting things back at the end. */
  callNow(command: QmpCommand, mostNs: Ns): QmpAnswer {
    const { channel, clock } = this.options;
    const gone = { ok: false, why: 'gone', text: 'QEMU is not connected any more' } as const;
    if (channel.wait === undefined || this.state !== 'ready') return gone;
    const untilNs = clock.nowNs() + mostNs;
    while (this.inFlight !== undefined && clock.nowNs() < untilNs) {
      channel.wait(untilNs - clock.nowNs());
    }
    let answer: QmpAnswer | undefined;
    if (this.inFlight === undefined && this.isReady) {
      const done = (given: QmpAnswer) => {
        answer = given;
      };
      this.send({ id: this.nextId++, command, done, timeoutNs: mostNs });
    }
    while (answer === undefined && this.isReady && clock.nowNs() < untilNs) {
      channel.wait(untilNs - clock.nowNs());
    }
    return answer ?? { ok: false, why: 'late', text: lateText(command, mostNs) };
  }

  cost(): QmpCost {
    const kept = this.costsUs.slice(0, Math.min(this.commands, COSTS_KEPT)).sort();
    const at = (part: number) =>
      kept[Math.min(kept.length - 1, Math.floor(kept.length * part))] ?? 0;
    const elapsedNs = Math.max(1, this.options.clock.nowNs() - this.beganNs);
    const busyPart = this.busyNs / elapsedNs;
    return { commands: this.commands, p50Us: at(0.5), p99Us: at(0.99), busyPart };
  }

  /** Ends the connection; `onGone` is not called. Twice does no harm. */
  close(): void {
    if (this.state === 'gone') return;
    this.state = 'gone';
    this.cancelTimeout();
    this.cancelSend?.();
    this.options.channel.close();
    this.waiting.length = 0;
    this.inFlight = undefined;
  }

  private receive(bytes: Uint8Array): void {
    this.receivedBytes += bytes.length;
    for (const line of this.lines.push(bytes)) {
      if (this.state === 'gone') return;
      this.take(line);
    }
  }

  private take(line: QmpLine): void {
    if (line.kind === 'too-long') {
      const text = `QEMU sent a line of more than ${LIMITS.qmpLineBytes} bytes`;
      this.end({ code: 'line-too-long', text });
    } else if (line.kind === 'garbage') {
      this.end(strangerAt(line.start));
    } else if (this.state === 'greeting') {
      this.greeted(line.value);
    } else {
      this.takePacket(line.value);
    }
  }

  private greeted(packet: Readonly<Record<string, unknown>>): void {
    const version = versionOf(packet);
    if (version === undefined) {
      this.end(strangerAt(JSON.stringify(packet).slice(0, 60)));
      return;
    }
    this.cancelTimeout();
    this.state = 'negotiating';
    const done = (answer: QmpAnswer) => {
      if (answer.ok) this.begin(version);
      else if (answer.why !== 'gone') this.end({ code: 'refused', text: answer.text });
    };
    const command = { execute: 'qmp_capabilities' };
    this.send({ id: this.nextId++, command, done, timeoutNs: ANSWER_NS });
  }

  private begin(version: QmpVersion): void {
    this.state = 'ready';
    this.options.onReady(version);
    this.sendNext();
  }

  private takePacket(packet: Readonly<Record<string, unknown>>): void {
    if (typeof packet.event === 'string') {
      this.options.onEvent({ name: packet.event, data: recordOf(packet.data) });
      return;
    }
    const { inFlight } = this;
    // An answer that comes after its time has nobody who waits for it.
    if (inFlight === undefined || packet.id !== inFlight.id) return;
    this.answered(inFlight, answerOf(packet));
  }

  private answered(command: Waiting, answer: QmpAnswer): void {
    this.cancelTimeout();
    this.inFlight = undefined;
    const tookNs = this.options.clock.nowNs() - this.sentNs;
    this.costsUs[this.commands++ % COSTS_KEPT] = tookNs / 1000;
    this.busyNs += tookNs;
    command.done(answer);
    this.sendNext();
  }

  private sendNext(): void {
    if (this.state !== 'ready' || this.inFlight !== undefined || this.waiting.length === 0) return;
    const { clock } = this.options;
    if (clock.nowNs() < this.nextSendNs) {
      this.cancelSend ??= clock.at(this.nextSendNs, () => {
        this.cancelSend = undefined;
        this.sendNext();
      });
      return;
    }
    const next = this.waiting.shift();
    if (next !== undefined) this.send(next);
  }

  private send(entry: Waiting): void {
    const { clock, channel } = this.options;
    this.inFlight = entry;
    this.sentNs = clock.nowNs();
    this.nextSendNs = this.sentNs + NS_PER_S / LIMITS.qmpCommandsPerSecond;
    this.cancelTimeout = clock.at(this.sentNs + entry.timeoutNs, () => {
      this.answered(entry, {
        ok: false,
        why: 'late',
        text: lateText(entry.command, entry.timeoutNs),
      });
    });
    const packet = { ...entry.command, id: entry.id };
    channel.send(new TextEncoder().encode(`${JSON.stringify(packet)}\n`));
  }

  private noGreeting(): void {
    const held = this.lines.heldText();
    if (held !== '') {
      this.end(strangerAt(held));
      return;
    }
    const text =
      'QEMU did not greet within 5 seconds: it serves one client on a socket at a time, and another may be connected';
    this.end({ code: 'no-greeting', text });
  }

  private end(end: QmpEnd): void {
    if (this.state === 'gone') return;
    const left = [...(this.inFlight === undefined ? [] : [this.inFlight]), ...this.waiting];
    this.close();
    for (const { done } of left) done({ ok: false, why: 'gone', text: end.text });
    this.options.onGone(end);
  }
}

function lateText({ execute }: QmpCommand, timeoutNs: Ns): string {
  return `QEMU did not answer ${execute} within ${timeoutNs / NS_PER_S} s`;
}

function strangerAt(start: string): QmpEnd {
  if (/^QEMU .* monitor/.test(start)) {
    return { code: 'monitor', text: 'this is QEMU’s monitor for people, not its QMP socket' };
  }
  return { code: 'not-qmp', text: `what answers is not QMP; it said “${start}”` };
}

function versionOf(packet: Readonly<Record<string, unknown>>): QmpVersion | undefined {
  const greeting = packet.QMP;
  if (typeof greeting !== 'object' || greeting === null) return undefined;
  const version = recordOf(recordOf(greeting).version);
  const { major, minor, micro } = recordOf(version.qemu);
  return {
    major: Number(major) || 0,
    minor: Number(minor) || 0,
    micro: Number(micro) || 0,
    package: typeof version.package === 'string' ? version.package : '',
  };
}

function answerOf(packet: Readonly<Record<string, unknown>>): QmpAnswer {
  if (packet.error === undefined) return { ok: true, value: packet.return };
  const error = recordOf(packet.error);
  const errorClass = typeof error.class === 'string' ? error.class : 'GenericError';
  const text = typeof error.desc === 'string' ? error.desc : 'QEMU gave no reason';
  return { ok: false, why: 'refused', errorClass, text };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : {};
}
