/** Makes messages, states and findings of a sound device out of trace events. A message begins where QEMU takes its chain
 *  (`virtqueue_pop`) and is joined to what follows by the pointer of its element, until that is filled: pointers are freed and
 *  used again at once, so nothing is ever joined across a fill. */
import { LIMITS } from '../../limits.ts';
import {
  CONTROLQ,
  type PcmCommand,
  QUEUE_COUNT,
  QUEUE_NAMES,
  REQUESTS,
  RXQ,
  TXQ,
} from '../../spec/sound.ts';
import { NS_PER_MS, NS_PER_S, type Ns, type QueueIndex } from '../../units.ts';
import type { EntryBody, SetupStep } from '../entry.ts';
import { OBSERVED, tracedGrades } from '../grade.ts';
import type { TraceWriter } from '../trace-writer.ts';
import type { EventBatch, EventColumns } from './event-batch.ts';
import { type ImportReport, ReportKeeper } from './import-report.ts';
import { OpenElements, pointerText } from './pointer-table.ts';
import { TraceDirectory } from './trace-directory.ts';
import { EVENT, HAS_DEVICE, OF_CONTROL } from './trace-events.ts';
import { TraceStreams } from './trace-streams.ts';
import { voiceText } from './trace-words.ts';

const DRIVER_OK = 4;
const NS_PER_LINE = 1000;
/** Times of threads may be in another order than their lines; more than this is a clock that was set. */
const SHUFFLED_NS = NS_PER_S;
/** A time without an event that is worth knowing of. */
const QUIET_NS = 30 * NS_PER_MS;
const OTHER_DEVICE = -1;
/** Entries of one kind that a broken trace can cause. */
const FORGOTTEN_KEPT = LIMITS.violationsPerRule;

const CODE_OF = new Map(REQUESTS.map(({ label, code }) => [label, code]));
const COMMAND_OF = new Map(REQUESTS.map(({ code, command }) => [code, command]));

export interface RebuildOptions {
  /** The sound device to show; without it the first. */
  readonly device?: { readonly low: number; readonly high: number };
  /** Whether events have times; else one line counts as a microsecond. */
  readonly hasTimes: boolean;
  /** What to take off every time, so that the capture begins near 0. */
  readonly originNs: Ns;
  /** For events without a time, of a trace that is read while it grows: now. */
  readonly arrivalNs?: () => Ns;
}

export class TraceRebuild {
  readonly writer: TraceWriter;
  readonly directory: TraceDirectory;
  readonly keeper = new ReportKeeper();
  private readonly options: RebuildOptions;
  private readonly streams: TraceStreams;
  private readonly open = new OpenElements();
  /** Control messages whose code has not come yet, oldest first. */
  private uncoded: number[] = [];
  private current = -1;
  /** The control queue that is being handled is that of the shown device. */
  private isControlOurs = true;
  private shiftNs: Ns;
  private status = 0;
  /** Queue that QEMU notifies itself next, right after DRIVER_OK; -1: that is over. */
  private ownNotify = -1;
  private forgotten = 0;
  private readonly isHeadlessTold: boolean[] = [];
  private nowNs: Ns = 0;

  constructor(writer: TraceWriter, options: RebuildOptions) {
    this.writer = writer;
    this.options = options;
    this.directory = new TraceDirectory(options.device);
    this.streams = new TraceStreams(writer);
    this.shiftNs = -options.originNs;
  }

  /** Takes a batch in, in the order of the trace. */
  take(batch: EventBatch): void {
    this.keeper.gather(batch);
    const { columns, count } = batch;
    const { event } = columns;
    for (let row = 0; row < count; row++) {
      const atNs = this.timeOf(columns, row);
      if (atNs - this.nowNs > QUIET_NS) this.streams.quiet(this.nowNs, atNs);
      this.nowNs = atNs;
      this.writer.at(atNs);
      switch (event[row]) {
        case EVENT.pop:
          this.popped(columns, row);
          break;
        case EVENT.fill:
          this.filled(columns, row);
          break;
        case EVENT.notify:
          this.interrupted(columns, row);
          break;
        case EVENT.queueNotify:
          this.kicked(columns, row);
          break;
        default:
          this.rare(columns, row);
      }
    }
  }

  report(): ImportReport {
    const { directory } = this;
    const shown = directory.shown();
    const sounds = new Set([...(shown < 0 ? [] : [shown]), ...directory.soundDevices()]);
    const devices = [...sounds].map((device) => ({
      address: directory.devices.textOf(device),
      shown: device === shown,
      lines: directory.lines(device),
    }));
    return this.keeper.report(devices);
  }

  private timeOf(columns: EventColumns, row: number): Ns {
    const { hasTimes, arrivalNs } = this.options;
    if (!hasTimes) return arrivalNs?.() ?? (columns.line[row] ?? 0) * NS_PER_LINE;
    const endNs = this.writer.capture.endNs;
    const atNs = (columns.atNs[row] ?? 0) + this.shiftNs;
    if (atNs >= endNs) return atNs;
    if (Number.isNaN(atNs)) return endNs;
    const backNs = endNs - atNs;
    const line = columns.line[row] ?? 0;
    const seconds = (backNs / NS_PER_S).toFixed(6);
    this.keeper.note('clock', line, () => `its time is ${seconds} s before that of a line above`);
    if (backNs > SHUFFLED_NS) this.shiftNs += backNs; // from here on times go on from where they were
    return endNs;
  }

  private popped(columns: EventColumns, row: number): void {
    const [low, high] = [columns.p1[row] ?? 0, columns.p1High[row] ?? 0];
    const queue = this.queueAt(columns, row, true);
    if (queue < 0) return;
    this.ownNotify = -1;
    const line = columns.line[row] ?? 0;
    const lost = this.open.take(low, high);
    if (lost >= 0) this.loseMessage(lost, line, pointerText(low, high));
    const number = this.directory.queues.find(columns.p0[row] ?? 0, columns.p0High[row] ?? 0);
    const isTransfer = queue === TXQ || queue === RXQ;
    const { streamId, gradeNumber } = isTransfer ? this.streams.belonging(queue) : OF_NONE;
    const grades = tracedGrades(this.directory.gradeOfQueue(number), gradeNumber);
    const message = this.writer.popped(queue, streamId, grades);
    const { messages } = this.writer.capture;
    messages.tracedChain(message, line, columns.n1[row] ?? 0, columns.n0[row] ?? 0);
    this.open.add(low, high, message);
    if (isTransfer) this.streams.posted(streamId, queue, message, this.nowNs);
    else if (queue === CONTROLQ) this.uncoded.push(message);
  }

  private filled(columns: EventColumns, row: number): void {
    const queue = this.queueAt(columns, row, false);
    if (queue < 0) return;
    const [low, high] = [columns.p1[row] ?? 0, columns.p1High[row] ?? 0];
    const { messages } = this.writer.capture;
    const message = this.open.take(low, high);
    if (message < 0 || messages.queue.get(message) !== queue) {
      this.headless(queue, columns.line[row] ?? 0);
      return;
    }
    this.writer.used(message, queue, columns.n0[row] ?? 0);
    if (queue === TXQ || queue === RXQ) {
      this.streams.returned(messages.streamId.get(message), queue, message, this.nowNs);
    } else this.uncode(message); // if it is still there, its code is missing
  }

  /** A return without a beginning: there is no message to show, but the story tells of it once a queue. */
  private headless(queue: QueueIndex, line: number): void {
    const name = QUEUE_NAMES[queue] ?? `queue ${queue}`;
    const why = this.streams.isWhole ? 'whose taking is missing' : 'taken before the trace began';
    this.keeper.note('headless', line, () => `a message of the ${name} came back, ${why}`);
    if (this.isHeadlessTold[queue] === true) return;
    this.isHeadlessTold[queue] = true;
    this.note(`the ${name} returns messages ${why}: they are counted, and not in the table`);
  }

  private interrupted(columns: EventColumns, row: number): void {
    const { devices, queues } = this.directory;
    const number = queues.numberOf(columns.p1[row] ?? 0, columns.p1High[row] ?? 0);
    const device = devices.numberOf(columns.p0[row] ?? 0, columns.p0High[row] ?? 0);
    this.directory.name(device, number, -1);
    const queue = this.ownQueue(number, device, columns.line[row] ?? 0);
    if (queue >= 0) this.writer.interrupt(queue);
  }

  private kicked(columns: EventColumns, row: number): void {
    const { devices, queues } = this.directory;
    const number = queues.numberOf(columns.p1[row] ?? 0, columns.p1High[row] ?? 0);
    const device = devices.numberOf(columns.p0[row] ?? 0, columns.p0High[row] ?? 0);
    const index = columns.n0[row] ?? 0;
    this.directory.name(device, number, index);
    const queue = this.ownQueue(number, device, columns.line[row] ?? 0);
    if (queue < 0 || queue >= QUEUE_COUNT) return;
    const isOwn = queue === this.ownNotify;
    this.ownNotify = isOwn ? queue - 1 : -1;
    if (!isOwn) this.writer.kick(queue);
  }

  /** Queue of the shown device that an event with a queue in its first pointer is about; below 0: of none. */
  private queueAt(columns: EventColumns, row: number, isPop: boolean): QueueIndex {
    const { directory } = this;
    const number = directory.queues.numberOf(columns.p0[row] ?? 0, columns.p0High[row] ?? 0);
    if (isPop) directory.popped(number);
    return this.ownQueue(number, directory.deviceOfQueue(number), columns.line[row] ?? 0);
  }

  private ownQueue(number: number, device: number, line: number): QueueIndex {
    const queue = this.directory.queueOf(number);
    this.directory.count(device);
    if (queue >= 0 && queue < QUEUE_COUNT) return queue;
    if (queue === OTHER_DEVICE) this.keeper.otherDevices++;
    else this.keeper.note('nameless', line, () => 'its virtqueue is never named');
    return -1;
  }

  private rare(columns: EventColumns, row: number): void {
    const event = columns.event[row] ?? 0;
    const [low, high] = [columns.p0[row] ?? 0, columns.p0High[row] ?? 0];
    const hasDevice = HAS_DEVICE.has(event);
    if (event !== EVENT.setStatus) {
      this.directory.heard(event, low, high, columns.p1[row] ?? 0, columns.p1High[row] ?? 0);
    }
    const { directory } = this;
    const shown = directory.shown();
    if (hasDevice) {
      const device = directory.devices.numberOf(low, high);
      directory.count(device);
      if (event === EVENT.handleCtrl) this.isControlOurs = device === shown;
      if (device !== shown) {
        this.keeper.otherDevices++;
        return;
      }
    }
    if (this.isControlOurs || !OF_CONTROL.has(event)) this.told(event, columns, row);
    else this.keeper.otherDevices++;
  }

  private told(event: number, columns: EventColumns, row: number): void {
    const first = columns.n0[row] ?? 0;
    switch (event) {
      case EVENT.realize:
      case EVENT.unrealize:
        this.realized(event === EVENT.realize);
        break;
      case EVENT.setStatus:
        this.setStatus(first & 0xff);
        break;
      case EVENT.getFeatures: {
        const high = BigInt((columns.p1High[row] ?? 0) >>> 0) << 32n;
        this.setUp({ what: 'offered', offered: high | BigInt((columns.p1[row] ?? 0) >>> 0) });
        break;
      }
      case EVENT.getConfig:
        this.configured(first, columns.n1[row] ?? 0, columns.n2[row] ?? 0);
        break;
      case EVENT.vmRunning:
      case EVENT.vmStopped:
        this.note(event === EVENT.vmRunning ? 'the guest runs' : 'the guest is paused or ends');
        break;
      case EVENT.handleCode:
        this.coded(first);
        break;
      default:
        this.toldOfStream(event, first, columns.n1[row] ?? 0, columns.n2[row] ?? 0);
    }
  }

  private toldOfStream(event: number, first: number, second: number, third: number): void {
    switch (event) {
      case EVENT.setParams:
        this.command('SET_PARAMS', first);
        break;
      case EVENT.startStop:
        this.command(second === 1 ? 'STOP' : 'START', first);
        break;
      case EVENT.release:
        this.command('RELEASE', first);
        break;
      case EVENT.streamFlush:
        this.note(`RELEASE gives back what stream ${first} had not played or recorded`);
        break;
      case EVENT.audioOpenOut:
      case EVENT.audioOpenIn:
        this.note(voiceText(event === EVENT.audioOpenOut, first, second, third));
        break;
      case EVENT.alsaXrunOut:
      case EVENT.alsaXrunIn:
        this.note('ALSA on the host reports an xrun');
        break;
      case EVENT.timerDelayed:
        this.note(`QEMU’s audio timer came late: after ${first} ms`);
        break;
      default: // the handlers' own lines name queues, and nothing else
        break;
    }
  }

  private realized(isThere: boolean): void {
    if (isThere) this.streams.begin();
    this.note(isThere ? 'QEMU made the device' : 'QEMU removed the device');
  }

  private configured(jacks: number, streams: number, chmaps: number): void {
    this.streams.configure(streams);
    const known = this.writer.capture.story.setup.findLast(({ step }) => step.what === 'config');
    const step: SetupStep = { what: 'config', jacks, streams, chmaps };
    if (JSON.stringify(known?.step) !== JSON.stringify(step)) this.setUp(step);
  }

  private setStatus(status: number): void {
    const before = this.status;
    if (status === before) return;
    this.status = status;
    if (status === 0) {
      this.setUp({ what: 'reset' });
      this.forgetAll('the driver reset the device');
      this.streams.reset();
      return;
    }
    this.setUp({ what: 'status', status });
    if ((status & DRIVER_OK) === 0 || (before & DRIVER_OK) !== 0) return;
    this.streams.begin();
    this.ownNotify = QUEUE_COUNT - 1;
    this.setUp({ what: 'attached', detail: 'the driver set DRIVER_OK' });
  }

  /** QEMU takes all control chains that are there, and only then looks at each in turn. */
  private coded(code: number): void {
    const row = this.uncoded.shift() ?? -1;
    this.current = row;
    if (row < 0) return;
    const command = COMMAND_OF.get(code);
    if (command !== 'PREPARE') {
      this.writer.told(row, code, -1, command === undefined ? 'observed' : 'unavailable');
      return;
    }
    const { streamId, grade } = this.streams.prepared();
    this.writer.told(row, code, streamId, grade);
    this.streams.command('PREPARE', streamId, row, this.nowNs, grade);
  }

  private command(command: PcmCommand, streamId: number): void {
    const row = this.current;
    if (row >= 0) {
      const known = this.writer.capture.messages.code.get(row);
      if (known !== CODE_OF.get(`PCM_${command}`)) return; // of another device: its chains are not shown
      this.writer.told(row, 0, streamId & 0x7fff, 'observed');
    }
    this.streams.command(command, streamId, row, this.nowNs, 'observed');
  }

  private loseMessage(row: number, line: number, pointer: string): void {
    const { messages } = this.writer.capture;
    const began = messages.line.get(row);
    this.keeper.note(
      'lost',
      line,
      () => `the chain of line ${began} never came back: its element ${pointer} is used again`,
    );
    this.uncode(row);
    const queue = messages.queue.get(row);
    if (queue >= TXQ) this.streams.returned(messages.streamId.get(row), queue, row, this.nowNs);
    this.forget(1, `the trace has no return of the message that began in line ${began}`);
  }

  private uncode(row: number): void {
    if (this.uncoded.includes(row)) this.uncoded = this.uncoded.filter((known) => known !== row);
  }

  private forgetAll(why: string): void {
    const rows = this.open.takeAll();
    this.uncoded = [];
    this.current = -1;
    if (rows.length > 0) this.forget(rows.length, why);
  }

  private forget(messages: number, why: string): void {
    if (this.forgotten++ < FORGOTTEN_KEPT)
      this.say({ kind: 'forgotten', messages, pcmBytes: 0, why });
  }

  private note(detail: string): void {
    this.setUp({ what: 'note', detail });
  }

  private setUp(step: SetupStep): void {
    this.say({ kind: 'setup', step });
  }

  private say(entry: EntryBody): void {
    this.writer.other(entry);
  }
}

const OF_NONE = { streamId: -1, gradeNumber: OBSERVED } as const;
