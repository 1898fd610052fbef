/** The device of the benches: the product's own transport, session and capture, with a sink that takes everything at once.
 *  Prints READY when it listens; ends when the front-end has gone. */
import { PollLoop } from '../../electron/native/poll-loop.ts';
import { makeTemporary } from '../../electron/unsaved-captures.ts';
import { VhostUserTransport } from '../../electron/vhost-user/vhost-user-transport.ts';
import { SilenceSource } from '../../src-core/audio/silence-source.ts';
import type { ByteStore } from '../../src-core/capture/store.ts';
import { makeTopology } from '../../src-core/device/default-topology.ts';
import { Session } from '../../src-core/session.ts';
import { TXQ } from '../../src-core/spec/sound.ts';
import { AsapSink } from './asap-sink.ts';

/** `storage`: `disk` keeps the capture as the product does; `nowhere` makes every entry and then drops its bytes. */
export function runDevice(socketPath: string, storage: 'disk' | 'nowhere'): void {
  const loop = new PollLoop();
  const sink = new AsapSink();
  const transport = new VhostUserTransport({
    socketPath,
    loop,
    once: true,
    onListening: (path) => console.log(`READY ${path}`),
    onEnded: () => loop.stop(),
  });
  const store = storage === 'disk' ? makeTemporary() : new Nowhere();
  const session = new EagerSession(
    {
      transport,
      topology: makeTopology(),
      clock: loop,
      sink,
      source: new SilenceSource(loop),
      store,
      title: 'bench',
      application: 'bench',
      startedAtUnixMs: 0,
      simulated: false,
      onChanged: () => {},
      onGuest: () => {},
    },
    sink,
  );
  session.start();
  loop.run();
  session.stop('the bench is over');
  store.close();
}

/** Lets the sink look whenever something was posted. */
class EagerSession extends Session {
  private readonly sink: AsapSink;

  constructor(options: ConstructorParameters<typeof Session>[0], sink: AsapSink) {
    super(options);
    this.sink = sink;
  }

  override onKick(index: number): void {
    super.onKick(index);
    if (index === TXQ) this.sink.drain();
  }
}

class Nowhere implements ByteStore {
  private held = 0;

  append(bytes: Uint8Array): boolean {
    this.held += bytes.length;
    return true;
  }

  heldBytes(): number {
    return this.held;
  }

  read(): Uint8Array {
    return new Uint8Array(0);
  }

  lastError(): undefined {
    return undefined;
  }

  close(): void {}
}
