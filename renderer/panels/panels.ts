/** The panels of the lower area, in the order of their tabs. */
import type { ComponentType } from 'react';
import type { PanelId } from '../store/view.ts';
import { FindingsPanel } from './findings/findings-panel.tsx';
import { MessagesPanel } from './messages/messages-panel.tsx';
import { RingsPanel } from './rings/rings-panel.tsx';
import { StreamsPanel } from './streams/streams-panel.tsx';
import { WaveformPanel } from './waveform/waveform-panel.tsx';

export interface PanelEntry {
  readonly id: PanelId;
  readonly title: string;
  /** Fills its box; draws its own empty state. Its root element has `data-panel={id}`. */
  readonly component: ComponentType;
}

export const PANELS: readonly PanelEntry[] = [
  { id: 'messages', title: 'Messages', component: MessagesPanel },
  { id: 'rings', title: 'Rings', component: RingsPanel },
  { id: 'streams', title: 'Streams', component: StreamsPanel },
  { id: 'waveform', title: 'Waveform', component: WaveformPanel },
  { id: 'findings', title: 'Findings', component: FindingsPanel },
];
