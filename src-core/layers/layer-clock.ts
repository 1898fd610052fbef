/** How a layer's times are laid onto the session's. No file says how its clock stands to ours: there is an anchor that is likely,
 *  always assumed, and what the user moves it to. */
import type { Capture } from '../capture/capture.ts';
import { TXQ } from '../spec/sound.ts';
import type { Ns } from '../units.ts';
import type { Layer } from './layer.ts';

export interface LayerPlace {
  /** Added to the file's times. */
  readonly offsetNs: Ns;
  /** Which clock they are of, and why they lie there, in a sentence. */
  readonly clock: string;
  readonly anchor: string;
}

export function placeOf(layer: Layer, capture: Capture): LayerPlace {
  const found = anchorOf(layer, capture);
  if (layer.shiftNs === undefined) return found;
  return { ...found, offsetNs: layer.shiftNs, anchor: 'moved by hand' };
}

function anchorOf(layer: Layer, capture: Capture): LayerPlace {
  const { snd, pipewire, firstNs } = layer;
  if (pipewire?.hasTimes === true) {
    return {
      offsetNs: -capture.facts.startedAtUnixMs * 1e6,
      clock: 'the wall clock of the machine that ran pw-top',
      anchor: 'taken for the wall clock of this session',
    };
  }
  const isGuest = snd !== undefined;
  const clock = isGuest
    ? 'the trace clock of the guest’s kernel, seconds since it was started'
    : 'none: a screen of pw-top is taken for a second';
  const postedNs = firstPostedNs(capture);
  const ownNs = snd?.firstWriteNs ?? pipewire?.firstRunNs ?? Number.NaN;
  const own = isGuest ? 'its first applptr' : 'its first running node';
  if (!Number.isNaN(postedNs) && !Number.isNaN(ownNs)) {
    const anchor = `${own} is laid to the first message of txq`;
    return { offsetNs: postedNs - ownNs, clock, anchor };
  }
  const missing = Number.isNaN(ownNs) ? `it has no ${own.slice(4)}` : 'nothing was played yet';
  const anchor = `its begin is laid to the begin of the session: ${missing}`;
  return { offsetNs: Number.isNaN(firstNs) ? 0 : -firstNs, clock, anchor };
}

/** When the first output message was posted, as far as that is known; NaN while there is none. */
function firstPostedNs({ messages }: Capture): Ns {
  if (messages.counts.tx === 0) return Number.NaN;
  for (let row = 0; row < messages.rows; row++) {
    if (messages.queue.get(row) !== TXQ) continue;
    const kickAfterNs = messages.kickAfterNs.get(row);
    return messages.poppedNs.get(row) + (Number.isNaN(kickAfterNs) ? 0 : kickAfterNs);
  }
  return Number.NaN;
}
