/** QEMU's trace beside a watch: turned on, found, followed, and turned off again. */
import { LIMITS } from '../limits.ts';
import type { Ns } from '../units.ts';
import type { ByteChannel } from './byte-channel.ts';
import type { QmpClient } from './qmp-client.ts';
import { type QmpTask, runTask, runTaskNow } from './qmp-task.ts';
import { logTo, type TraceSwitch, turnOff, turnOn } from './trace-switch.ts';
import { type TraceTime, TraceTimes, type TraceTimesOptions } from './trace-times.ts';
import type { FollowedFile, QemuPorts } from './watch-ports.ts';

export interface TraceOptions extends TraceTimesOptions {
  readonly ports: QemuPorts;
  readonly client: QmpClient;
  readonly target: string;
  readonly channel: ByteChannel;
  /** Given by the user; else QEMU's own log file is found. */
  readonly path?: string;
  /** Its times, as they come; `unixNs` is missing where QEMU writes none. */
  readonly onTimes: (times: readonly TraceTime[]) => void;
  /** From now on QEMU writes a line about everything. */
  readonly onTraced: () => void;
}

/** One event that is put back is one command: all of them within this time. */
const RESTORE_NS: Ns = 1e9;

export class WatchTrace {
  /** What is with it, in a few words. */
  sentence = 'the trace is not looked at';
  path: string | undefined;
  isFollowed = false;
  private readonly options: TraceOptions;
  private readonly times: TraceTimes;
  private file: FollowedFile | undefined;
  private on: TraceSwitch | undefined;
  private temporary: { readonly path: string; remove(): void } | undefined;
  private hasNoTimes = false;
  private cancel: () => void = () => {};

  constructor(options: TraceOptions) {
    this.options = options;
    this.times = new TraceTimes(options);
  }

  start(): void {
    this.cancel = runTask(this.options.client, this.begin(), () => {});
  }

  /** Reads what was written since, as much as one turn takes; the rest comes with the next. */
  poll(): void {
    if (this.file === undefined) return;
    for (let taken = 0; taken < LIMITS.traceBytesPerTurn; ) {
      const bytes = this.file.read();
      if (bytes.length === 0) return;
      taken += bytes.length;
      const times = this.times.push(bytes);
      if (times.length > 0) this.told(times);
    }
  }

  /** Puts everything back as it was found, if QEMU is still there. */
  stop(): void {
    this.cancel();
    this.file?.close();
    this.file = undefined;
    if (this.on !== undefined) runTaskNow(this.options.client, turnOff(this.on), RESTORE_NS);
    this.on = undefined;
    if (this.temporary !== undefined) {
      runTaskNow(this.options.client, logTo('/dev/stderr'), RESTORE_NS);
      this.temporary.remove();
    }
    this.temporary = undefined;
  }

  private *begin(): QmpTask<void> {
    const path = yield* this.findLog();
    if (path === undefined) return;
    const file = this.options.ports.followFile(path);
    if (typeof file === 'string') {
      this.sentence = `${path} cannot be read: ${file}; times are those of looks`;
      return;
    }
    this.file = file;
    this.path = path;
    const task = turnOn();
    let step = task.next();
    while (step.done !== true) step = task.next(yield step.value);
    this.on = step.value;
    this.isFollowed = this.on !== undefined;
    if (this.isFollowed) this.options.onTraced();
    this.sentence = this.isFollowed
      ? `times come from QEMU’s trace in ${path}`
      : 'this QEMU has no trace events to turn on; times are those of looks';
  }

  private *findLog(): QmpTask<string | undefined> {
    const { path, ports, target, channel } = this.options;
    const known = path ?? ports.logPath(target, channel);
    if (known !== undefined) return known;
    this.temporary = ports.temporaryLog(target, channel);
    if (this.temporary !== undefined && (yield* logTo(this.temporary.path))) {
      return this.temporary.path;
    }
    this.temporary?.remove();
    this.temporary = undefined;
    this.sentence = 'QEMU’s log is not within reach; start it with -D FILE, or give --trace-file';
    return undefined;
  }

  private told(times: readonly TraceTime[]): void {
    if (!this.hasNoTimes && times.some(({ unixNs }) => unixNs === undefined)) {
      this.hasNoTimes = true;
      this.sentence = `${this.path} has no times in it: start QEMU with -msg timestamp=on as well`;
    }
    this.options.onTimes(times);
  }
}
