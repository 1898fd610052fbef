/** Keys of the frame: freeze, follow, tabs, history, go to, save, stop. */
import { type Command, isPanelFocused, runCommand } from '../commands.ts';
import { BUILT_IN_LAYOUTS } from '../dock/built-in-layouts.ts';
import {
  activePanelId,
  closePanel,
  cycleFocus,
  focusPanel,
  tearOff,
  toggleDrawer,
  toggleMaximized,
  togglePanel,
} from '../dock/dock-api.ts';
import { chooseLayout, resetLayout } from '../dock/layout-store.ts';
import { openSessionWindow } from '../link.ts';
import { pinSelection } from '../panels/inspector/pin-selection.ts';
import { PANELS, panelEntry } from '../panels/panels.ts';
import { activeView, toggleLink } from '../store/own-views.ts';
import { isReadWhole } from '../store/read-whole.ts';
import { ask, useSession } from '../store/session.ts';
import {
  select,
  selectBack,
  selectForward,
  setFollow,
  sharedView,
  showTab,
  type ThemeChoice,
} from '../store/view.ts';
import { openTour } from '../tour/tour-card.tsx';
import { type DialogId, useDialogs } from './dialogs.ts';
import { toggleTones } from './finding-tones.ts';
import { useMeter } from './frame-meter.tsx';
import { savePicture } from './save-picture.ts';
import { sayCursor } from './say.ts';

const isShown = () => {
  const { status } = useSession.getState();
  return status !== null && status !== undefined;
};
const isRunning = () => isShown() && useSession.getState().status?.phase !== 'ended';

const THEMES: readonly (readonly [ThemeChoice, string])[] = [
  ['system', 'As the system has it'],
  ['dark', 'Dark'],
  ['light', 'Light'],
  ['contrast', 'High contrast'],
];

export const FRAME_COMMANDS: readonly Command[] = [
  view('freeze', 'Freeze the view; the capture runs on', ['Pause', 'Shift+Space'], toggleFreeze),
  {
    ...view('follow', 'Follow the end of the capture', ['End', 'l'], () =>
      setFollow(!activeView().getState().follow, activeView()),
    ),
    when: () => isShown() && isGrowing(),
    needs: 'needs a session that grows',
  },
  view('inspector', 'Open or close the inspector', ['i'], () => togglePanel('inspector')),
  view('drawer', 'Open or close the drawer', ['q'], toggleDrawer),
  view('next-panel', 'Keys to the next panel', ['F6', 'Control+Tab'], () => cycleFocus(1)),
  view('previous-panel', 'Keys to the previous panel', ['Shift+F6', 'Control+Shift+Tab'], () =>
    cycleFocus(-1),
  ),
  view('maximize', 'The panel over all others, or back', ['$mod+Shift+m'], () =>
    toggleMaximized(undefined),
  ),
  view('tear-off', 'The panel into a window of its own', [], tearOffActive),
  view('close-panel', 'Close the panel', [], () => closePanel(activePanelId() ?? '')),
  {
    ...view(
      'link',
      'Unlink the panel: a selection, cursor and time range of its own; or link it',
      ['x'],
      toggleActiveLink,
    ),
    when: () => isShown() && canUnlink(activePanelId()),
    needs: 'needs a panel that can be unlinked',
  },
  view('pin', 'Pin: a second inspector keeps what is selected', ['Shift+p'], () =>
    pinSelection(activeView()),
  ),
  view('back', 'Previous selection', ['Alt+ArrowLeft'], () => selectBack(activeView())),
  view('forward', 'Next selection', ['Alt+ArrowRight'], () => selectForward(activeView())),
  view('nothing', 'Select nothing', ['Escape'], () => {
    select({ kind: 'none' }, activeView());
    activeView().setState({ cursorNs: undefined, heldEdge: undefined });
  }),
  view('go-to', 'Go to a message or a time', ['$mod+g'], () =>
    useDialogs.setState({ open: 'go-to' }),
  ),
  view('device', 'The device: features, queues, jacks, how it was set up', ['$mod+i'], () =>
    useDialogs.setState({ open: 'device' }),
  ),
  view('as-table', 'Timeline, wave or ring as a table', ['$mod+Shift+t'], () => {
    // a ring and a wave have tables of their own
    if (isPanelFocused('rings')) {
      runCommand('rings.circle');
      return;
    }
    if (isPanelFocused('waveform')) {
      runCommand('waveform.table');
      focusPanel('waveform');
      return;
    }
    showTab('messages');
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[role=grid]')?.focus());
  }),
  view('picture', 'Save the panel’s charts as a picture and its tables as text', [], () => {
    const panel = panelEntry(activePanelId() ?? '');
    if (panel !== undefined) void savePicture(panel.id, panel.title);
  }),
  view('tones', 'New findings as short tones, or not', [], toggleTones),
  view('say', 'Say what is at the cursor', ['y'], () => void sayCursor()),
  ...PANELS.map(({ id, title }, at) =>
    view(`tab-${id}`, title, at < 9 ? [`Alt+${at + 1}`] : [], () => focusPanel(id), 'Panels'),
  ),
  ...BUILT_IN_LAYOUTS.map(
    ({ id, title }, at): Command => ({
      id: `layout.choose.${id}`,
      title,
      group: 'Layouts',
      keys: [`$mod+${at + 1}`],
      run: () => chooseLayout(id),
    }),
  ),
  ...THEMES.map(([choice, title]) =>
    always(`theme.${choice}`, title, 'Colours', [], () =>
      sharedView.setState({ themeChoice: choice }),
    ),
  ),
  always('layout.reset', 'As it was at first', 'Layouts', [], () => resetLayout()),
  always('layout.edit', 'Save, share, import…', 'Layouts', [], () => openDialog('layouts')),
  {
    id: 'session.new-window',
    title: 'New window, with a session of its own',
    group: 'Session',
    when: () => useSession.getState().hello?.carrier !== 'page',
    run: openSessionWindow,
  },
  {
    id: 'session.stop',
    title: 'Stop the session, or reading a file; what is there stays',
    group: 'Session',
    keys: ['$mod+e'],
    when: isRunning,
    run: requestStop,
  },
  {
    id: 'session.save',
    title: 'Save the capture',
    group: 'Session',
    keys: ['$mod+s'],
    when: isShown,
    run: () => useDialogs.setState({ open: 'save' }),
  },
  {
    id: 'session.close',
    title: 'Close the session: back to the start page',
    group: 'Session',
    when: isShown,
    run: () => void ask('closeSession', {}),
  },
  always('help.palette', 'All commands', 'Help', ['$mod+Shift+p', 'F1'], () =>
    openDialog('palette'),
  ),
  always('help.places', 'Go to a stream, track, panel or message', 'Help', ['$mod+p'], () =>
    openDialog('places'),
  ),
  always('help.meter', 'Frame times in the status bar', 'Help', [], () =>
    useMeter.setState(({ isShown }) => ({ isShown: !isShown })),
  ),
  {
    id: 'help.tour',
    title: 'Guided tour of this demo',
    group: 'Help',
    when: () => useSession.getState().status?.simulated === true,
    needs: 'needs a demo',
    run: openTour,
  },
  always('help.keys', 'All keys', 'Help', ['[Shift]+?'], () => openDialog('keys')),
  always('help.rebind', 'Change keys: rebind any command…', 'Help', [], () => openDialog('rebind')),
];

/** What was read to its end has no end to follow. */
function isGrowing(): boolean {
  const { status } = useSession.getState();
  return status != null && !isReadWhole(status);
}

function view(id: string, title: string, keys: string[], run: () => void, group = 'View'): Command {
  return { id: `view.${id}`, title, group, keys, when: isShown, needs: 'needs a session', run };
}

function always(
  id: string,
  title: string,
  group: string,
  keys: string[],
  run: () => void,
): Command {
  return { id, title, group, keys, run };
}

function openDialog(open: DialogId): void {
  useDialogs.setState({ open });
}

function toggleFreeze(): void {
  const { frozen } = sharedView.getState();
  sharedView.setState({ frozen: frozen === undefined ? useSession.getState().changed : undefined });
}

function canUnlink(id: string | undefined): boolean {
  return id !== undefined && panelEntry(id)?.canUnlink === true;
}

function toggleActiveLink(): void {
  const entry = panelEntry(activePanelId() ?? '');
  if (entry !== undefined) toggleLink(entry.id);
}

function tearOffActive(): void {
  const id = activePanelId();
  if (id !== undefined) void tearOff(id);
}

/** A guest does not survive a device that goes away: ask first. */
function requestStop(): void {
  const { status } = useSession.getState();
  if (status?.phase === 'loading') {
    void ask('cancelLoading', {});
    return;
  }
  const hasGuest = status?.kind === 'vhost-user' && status.phase === 'live';
  if (hasGuest) useDialogs.setState({ open: 'stop' });
  else void ask('stopSession', {});
}
