/** Keys of the waveform. Those that the timeline has too mean the waveform while it has the focus or the pointer. They are
 *  registered once, so that the list of keys shows them always; the panel that is there lends its actions. */
import { type Command, isPanelFocused } from '../../commands.ts';
import { activeView, viewOf } from '../../store/own-views.ts';
import { selectedMessage, showTab } from '../../store/view.ts';
import { switchMeter } from './waveform-meter-choice.ts';
import { switchSpectrum } from './waveform-spectrum-store.ts';
import { useWave } from './waveform-store.ts';

export interface WaveActions {
  /** Factor under 1 goes nearer. */
  readonly zoom: (factor: number) => void;
  /** By a share of the view; positive is later. */
  readonly pan: (share: number) => void;
  readonly gain: (by: 1 | -1) => void;
  readonly centre: () => void;
  readonly fit: () => void;
  readonly fitHeight: () => void;
  readonly exportArea: () => void;
  readonly shuttle: (way: 1 | -1) => void;
  readonly pause: () => void;
  readonly play: () => void;
  readonly goToMessage: () => void;
  readonly switchDb: () => void;
  readonly goToMark: (way: 1 | -1) => void;
  /** What is at the cursor, in words; empty when it is not in this track. */
  readonly sentence: () => string;
}

const ZOOM = 0.7;
const PAN = 0.15;

let lent: (() => WaveActions) | undefined;

/** `actions` gives what the panel can do at the moment of the key press. Call the result to take it back. */
export function lendWaveActions(actions: () => WaveActions): () => void {
  lent = actions;
  return () => {
    if (lent === actions) lent = undefined;
  };
}

const isShown = () => lent !== undefined;
const isMeant = () => isShown() && (isPanelFocused('waveform') || useWave.getState().isPointed);

/** Register them behind the timeline's: of several commands on one key the last goes first. */
export const WAVE_COMMANDS: readonly Command[] = [
  command('zoom-in', 'Zoom in', ['w', '+'], ({ zoom }) => zoom(ZOOM)),
  command('zoom-out', 'Zoom out', ['s', '-'], ({ zoom }) => zoom(1 / ZOOM)),
  command('pan-left', 'Earlier', ['a'], ({ pan }) => pan(-PAN)),
  command('pan-right', 'Later', ['d'], ({ pan }) => pan(PAN)),
  command('centre', 'Centre the cursor; again: the whole track', ['f'], (can) => can.centre()),
  command('fit', 'The whole track', [], (can) => can.fit(), isShown),
  command('fit-height', 'Amplitudes to the height', ['Shift+f'], (can) => can.fitHeight()),
  command('taller', 'Magnify amplitudes', ['Shift+ArrowUp'], ({ gain }) => gain(1), isShown),
  command('flatter', 'Shrink amplitudes', ['Shift+ArrowDown'], ({ gain }) => gain(-1), isShown),
  command('db', 'Decibels or linear', ['b'], ({ switchDb }) => switchDb(), isShown),
  command('spectrum', 'Spectrogram on or off', ['Shift+s'], switchSpectrum, isShown),
  command('meter', 'Level meter on or off', ['Shift+b'], switchMeter, isShown),
  command('table', 'Wave as a table, or as a picture', [], switchTable, isShown),
  command('next-mark', 'Next mark on the wave', ['.'], ({ goToMark }) => goToMark(1)),
  command('mark-before', 'Mark before', [','], ({ goToMark }) => goToMark(-1)),
  command('play', 'Play from the cursor, or pause', ['Space'], ({ play }) => play(), isShown),
  command('back', 'Shuttle back; again: faster', ['j'], ({ shuttle }) => shuttle(-1)),
  command('pause', 'Stop the shuttle', ['k'], ({ pause }) => pause()),
  command('on', 'Shuttle on; again: faster', ['l'], ({ shuttle }) => shuttle(1)),
  command('export', 'Save the chosen stretch as WAV', [], (can) => can.exportArea(), isShown),
  {
    id: 'waveform.place',
    title: 'From the selected message to its place in the wave',
    group: 'Waveform',
    keys: ['g'],
    when: () => selectedMessage(activeView().getState()) !== undefined && !isPanelFocused('rings'),
    needs: 'a selected message',
    run: goToPlace,
  },
  command(
    'message',
    'To the message at the cursor; again: back to the wave',
    ['g'],
    (can) => can.goToMessage(),
    () => isMeant() || (isShown() && selectedMessage(activeView().getState()) === undefined),
  ),
];

/** What is at the wave's cursor, in words; empty while no wave is shown. */
export function waveSentence(): string {
  return lent?.().sentence() ?? '';
}

function switchTable(): void {
  useWave.setState(({ isTable }) => ({ isTable: !isTable }));
}

/** The selected message's PCM comes into view, with the cursor at its begin: also in a waveform that is unlinked. */
export function goToPlace(): void {
  const index = selectedMessage(activeView().getState());
  if (index === undefined) return;
  showTab('waveform');
  // as if another panel had chosen it: the wave goes there
  useWave.setState({ seenSelection: undefined });
  viewOf('waveform').setState({ selection: { kind: 'message', index } });
}

function command(
  id: string,
  title: string,
  keys: readonly string[],
  use: (actions: WaveActions) => void,
  when = isMeant,
): Command {
  const run = () => {
    if (lent !== undefined) use(lent());
  };
  return { id: `waveform.${id}`, title, group: 'Waveform', keys, when, run };
}

/** A tab that is chosen already does nothing with Space, but keeps it from everybody else: here it plays. */
export function playFromChosenTab(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    const target = event.target as Element | null;
    const isTab = target?.matches?.('[role="tab"][aria-selected="true"]') === true;
    if (event.code !== 'Space' || !isPlain || !isTab || lent === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    lent().play();
  };
  window.addEventListener('keydown', onKeyDown, true);
  return () => window.removeEventListener('keydown', onKeyDown, true);
}
