/** Binds the keys and renders the app. A script of its own: the link to the host is made while it is still on its way. */
import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { bindKeys, registerCommands } from './commands.ts';
import { chooseLayout, findLayout } from './dock/layout-store.ts';
import { FRAME_COMMANDS } from './frame/frame-commands.ts';
import { LAYER_COMMANDS } from './layers/layer-commands.ts';
import { MARK_COMMANDS } from './marks/marks-commands.ts';
import { MESSAGE_COMMANDS } from './panels/messages/messages-commands.ts';
import { RING_COMMANDS } from './panels/rings/rings-commands.ts';
import { keepSelectionInView, TIMELINE_COMMANDS } from './panels/timeline/timeline-commands.ts';
import { WAVE_COMMANDS } from './panels/waveform/waveform-commands.ts';
import { keepFolds } from './store/folds.ts';
import { commitWith } from './store/redraw.ts';
import { keepFollowing } from './store/time-range.ts';
import { MENU_COMMANDS } from './ui/menu-commands.ts';

export function startApp(root: HTMLElement | null): void {
  registerCommands([
    // first: where a panel means something else by a key, the panel's goes
    ...MENU_COMMANDS,
    ...FRAME_COMMANDS,
    ...TIMELINE_COMMANDS,
    ...LAYER_COMMANDS,
    ...MESSAGE_COMMANDS,
    ...RING_COMMANDS,
    ...WAVE_COMMANDS,
    ...MARK_COMMANDS,
  ]);
  bindKeys();
  keepFolds();
  keepFollowing();
  keepSelectionInView();
  const layout = findLayout(new URLSearchParams(window.location.search).get('layout') ?? '');
  if (layout !== undefined) chooseLayout(layout);
  if (root === null) return;
  commitWith(flushSync);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
