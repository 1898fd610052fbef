/** What a view may ask about a QEMU that runs already: types only. */

export interface QemuRequests {
  /** QEMU processes of this user that have a QMP socket. */
  findQemu: { params: Record<string, never>; result: readonly QemuChoice[] };
  /** Watches the sound device of the QEMU behind a QMP socket: a session whose status (`status.watch`) names the sound devices
   *  that were found, each with its path, its type, and why it cannot be watched (`WatchDeviceInfo`). One that can be is watched
   *  at once, also where others cannot; of several, that of `devicePath`, or with `mustPick` the session waits for
   *  `pickQemuDevice`. */
  watchQemu: { params: QemuOptions; result: Record<string, never> };
  /** Of several sound devices, the one to watch: the path of one that `canWatch`. Fails with a sentence where it cannot be, with
   *  `already-watching` where another is: `watchQemu` with its `devicePath` changes to it. */
  pickQemuDevice: { params: { path: string }; result: Record<string, never> };
}

export interface QemuOptions {
  /** Path of a Unix socket, or HOST:PORT. */
  readonly target: string;
  /** QOM path of the sound device, where there are several. */
  readonly devicePath?: string;
  /** File that QEMU's trace goes to; found out when it is not said. */
  readonly tracePath?: string;
  /** False: trace events are left alone. */
  readonly usesTrace?: boolean;
  /** How often QEMU is asked for the indexes of its queues, in a second, at most `LIMITS.qemuSamplesPerSecond`; 0: never. */
  readonly rateHz?: number;
  readonly recordPath?: string;
}

export interface QemuChoice {
  readonly target: string;
  readonly name: string;
  readonly pid: number;
  /** Whether its command line has QEMU's own virtio-sound. */
  readonly hasSound: boolean;
}
