/** Keys of the waveform. Those that the timeline has too mean the waveform while it has the focus or the pointer. */
import { type Command, isPanelFocused } from '../../commands.ts';
import { setFollow, useView } from '../../store/view.ts';
import { useWave } from './waveform-store.ts';

export interface WaveActions {
  /** Factor under 1 goes nearer. */
  readonly zoom: (factor: number) => void;
  /** By a share of the view; positive is later. */
  readonly pan: (share: number) => void;
  readonly gain: (by: 1 | -1) => void;
  readonly centre: () => void;
  readonly fit: () => void;
  readonly play: () => void;
  readonly goToMessage: () => void;
}

const ZOOM = 0.7;
const PAN = 0.15;

const isShown = () => useView.getState().tab === 'waveform';
const isMeant = () => isShown() && (isPanelFocused('waveform') || useWave.getState().isPointed);

/** `actions` gives what the panel can do at the moment of the key press. */
export function waveCommands(actions: () => WaveActions): readonly Command[] {
  const command = (
    id: string,
    title: string,
    keys: readonly string[],
    run: () => void,
    when = isMeant,
  ): Command => ({ id: `waveform.${id}`, title, group: 'Waveform', keys, when, run });
  return [
    command('zoom-in', 'Nearer', ['w', '+'], () => actions().zoom(ZOOM)),
    command('zoom-out', 'Further away', ['s', '-'], () => actions().zoom(1 / ZOOM)),
    command('pan-left', 'Earlier', ['a'], () => actions().pan(-PAN)),
    command('pan-right', 'Later', ['d'], () => actions().pan(PAN)),
    command('centre', 'Centre the cursor', ['f'], () => actions().centre()),
    command('fit', 'The whole track', ['Shift+f'], () => actions().fit()),
    command('taller', 'Magnify amplitudes', ['Shift+ArrowUp'], () => actions().gain(1), isShown),
    command('flatter', 'Shrink amplitudes', ['Shift+ArrowDown'], () => actions().gain(-1), isShown),
    command('play', 'Play from the cursor, or pause', ['Space'], () => actions().play(), isShown),
    command(
      'message',
      'Go to the message under the cursor',
      ['g'],
      () => actions().goToMessage(),
      isShown,
    ),
    command('follow', 'Follow the end of the track', ['End'], () => setFollow(true)),
  ];
}
