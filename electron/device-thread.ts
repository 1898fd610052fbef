/** Entry of the device thread: host, session, device, sink and capture live here, in one loop that nothing in a window can
 *  hold up. On Linux it blocks in one poll; elsewhere Node's own loop carries it. */
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from 'node:worker_threads';
import { Host } from '../src-core/host.ts';
import type { Link } from '../src-core/rpc.ts';
import { assert, NS_PER_MS } from '../src-core/units.ts';
import type { EventLoop } from './event-loop.ts';
import type { FromThread, ThreadOptions, ToThread } from './host-thread.ts';
import { LeisurelyAnswers } from './leisurely-answers.ts';
import { PollLoop } from './native/poll-loop.ts';
import { makePorts } from './node-ports.ts';
import { TimerLoop } from './timer-loop.ts';

/** How often main is told whether a guest is attached. */
const GUEST_NS = 100 * NS_PER_MS;

const options = workerData as ThreadOptions;
assert(parentPort !== null, 'the device thread is a worker');
const main: MessagePort = parentPort;
const links = new Set<PolledLink>();

function runPolling(): void {
  const loop: PollLoop = new PollLoop({
    onWake: () => {
      if (!hearMain(host)) loop.stop();
      answers.plan();
    },
    onError: (error) => fail(host, error),
  });
  const host: Host = makeHost(loop);
  const answers = new LeisurelyAnswers(loop, takeOneOfEach);
  tell({ kind: 'ready', wakeFd: loop.wakeFd });
  loop.run();
  host.stop();
  finish();
}

function runOnTimers(): void {
  const host = makeHost(new TimerLoop());
  main.on('message', (said: ToThread) => {
    if (hear(host, said)) return;
    host.stop();
    finish();
  });
  tell({ kind: 'ready', wakeFd: -1 });
}

function makeHost(loop: EventLoop): Host {
  const host = new Host(makePorts(loop, options));
  let wasThere = false;
  const watch = (): void => {
    const isThere = host.hasGuest();
    if (isThere !== wasThere) tell({ kind: 'guest', isThere });
    wasThere = isThere;
    loop.at(loop.nowNs() + GUEST_NS, watch);
  };
  watch();
  return host;
}

/** Handles what main said; false when the thread is to end. */
function hearMain(host: Host): boolean {
  for (let got = receiveMessageOnPort(main); got !== undefined; got = receiveMessageOnPort(main)) {
    if (!hear(host, got.message as ToThread)) return false;
  }
  return true;
}

/** Handles one packet of each view; false when there was none. */
function takeOneOfEach(): boolean {
  return [...links].filter((link) => link.takeOne()).length > 0;
}

function hear(host: Host, said: ToThread): boolean {
  if (said.kind === 'stop') return false;
  const link = new PolledLink(said.port);
  links.add(link);
  host.serve(link);
  if (process.platform !== 'linux') said.port.on('message', (packet) => link.take(packet));
  return true;
}

class PolledLink implements Link {
  private readonly port: MessagePort;
  private readonly messageListeners: ((packet: Uint8Array) => void)[] = [];
  private readonly closeListeners: (() => void)[] = [];

  constructor(port: MessagePort) {
    this.port = port;
  }

  send(packet: Uint8Array): void {
    this.port.postMessage(packet, [packet.buffer as ArrayBuffer]);
  }

  onMessage(listener: (packet: Uint8Array) => void): void {
    this.messageListeners.push(listener);
  }

  onClose(listener: () => void): void {
    this.closeListeners.push(listener);
  }

  close(): void {
    if (!links.delete(this)) return;
    this.port.close();
    for (const listener of this.closeListeners) listener();
  }

  /** False when no packet was there. */
  takeOne(): boolean {
    const got = receiveMessageOnPort(this.port);
    if (got !== undefined) this.take(got.message);
    return got !== undefined;
  }

  take(packet: unknown): void {
    if (packet instanceof Uint8Array)
      for (const listener of this.messageListeners) listener(packet);
    else this.close();
  }
}

/** Our own mistake: told to main and to every view, and the session ends with what it has. */
function fail(host: Host, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell({ kind: 'failed', error: text });
  host.broke(text);
}

function tell(said: FromThread): void {
  main.postMessage(said);
}

function finish(): void {
  for (const link of [...links]) link.close();
  main.close();
}

// last, since a class does not exist before its line was reached
if (process.platform === 'linux') runPolling();
else runOnTimers();
