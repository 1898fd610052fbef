/** Starts the page: connects to the host, binds the keys, renders the app. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './app.css';
import { bindKeys, registerCommands } from './commands.ts';
import { chooseLayout, findLayout } from './dock/layout-store.ts';
import { FRAME_COMMANDS } from './frame/frame-commands.ts';
import { connect } from './link.ts';
import { MESSAGE_COMMANDS } from './panels/messages/messages-commands.ts';
import { RING_COMMANDS } from './panels/rings/rings-commands.ts';
import { keepSelectionInView, TIMELINE_COMMANDS } from './panels/timeline/timeline-commands.ts';
import { WAVE_COMMANDS } from './panels/waveform/waveform-commands.ts';
import { keepConnected } from './store/session.ts';
import { keepFollowing } from './store/time-range.ts';

registerCommands([
  ...TIMELINE_COMMANDS,
  ...MESSAGE_COMMANDS,
  ...RING_COMMANDS,
  ...WAVE_COMMANDS,
  ...FRAME_COMMANDS,
]);
bindKeys();
keepFollowing();
keepSelectionInView();
keepConnected(connect);

const layout = findLayout(new URLSearchParams(window.location.search).get('layout') ?? '');
if (layout !== undefined) chooseLayout(layout);

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
