/** The capture that is shown without its sound, to be saved: as `ringside convert --strip-payload` writes it. In slices
 *  between other work, so that no guest waits. */
import { Excerpt } from './capture/excerpt.ts';
import type { HostContext } from './host-context.ts';
import { HostError } from './host-error.ts';
import { waitingMarkBytes } from './host-marks.ts';
import type { Shown } from './host-status.ts';
import { Later } from './rpc.ts';
import { type Bytes, NS_PER_MS } from './units.ts';

/** Of one turn while a guest may be waiting, and of a recorded capture. */
const LIVE_BYTES = 64 << 10;
const RECORDED_BYTES = 4 << 20;

export interface SavedBytes {
  heldBytes(): Bytes;
  read(at: Bytes, bytes: Bytes): Uint8Array;
}

/** Calls `save` with the bytes up to this moment, with the marks behind them that wait for a save. */
export function withoutSound<T>(
  host: HostContext,
  shown: Shown,
  save: (source: SavedBytes) => T,
): Later<T> {
  return new Later((resolve, reject) => {
    const { capture } = shown;
    capture.flush();
    const store = host.ports.makeStore();
    const plan = { stripsPayload: true };
    const excerpt = new Excerpt(capture, store, `Ringside ${host.ports.version}`, plan);
    const turn = () => {
      try {
        if (copies(host, shown, excerpt)) {
          next(host, turn);
          return;
        }
        store.append(waitingMarkBytes(shown, excerpt.entries));
        resolve(save(store));
      } catch (thrown) {
        reject(thrown);
      }
      store.close();
    };
    turn();
  });
}

/** True while there is more. */
function copies(host: HostContext, shown: Shown, excerpt: Excerpt): boolean {
  if (host.shown() !== shown) {
    const what = 'The session was closed before it was saved.';
    throw new HostError('cannot-save', what, 'Open the capture again, and save it then.');
  }
  const isLive = shown.session?.isRunning === true;
  const isMore = excerpt.copySome(isLive ? LIVE_BYTES : RECORDED_BYTES);
  if (excerpt.error !== undefined) {
    const action = 'Free some space, or save with the sound.';
    throw new HostError('cannot-save', `${excerpt.error}.`, action);
  }
  return isMore;
}

function next({ ports: { clock } }: HostContext, turn: () => void): void {
  clock.at(clock.nowNs() + NS_PER_MS, turn);
}
