/** All panels, in the order in which menus list them. Where they are is for the layouts in `dock/` to say. */
import type { ComponentType } from 'react';
import type { PanelId } from '../store/view.ts';
import { FindingsBadge } from './findings/findings-badge.tsx';
import { InspectorActions, InspectorPanel, SecondInspector } from './inspector/inspector-panel.tsx';
import { lazyPanel } from './lazy-panel.tsx';
import { MessagesPanel } from './messages/messages-panel.tsx';
import { NavigatorPanel } from './navigator/navigator-panel.tsx';
import { TimelineActions, TimelinePanel } from './timeline/timeline-panel.tsx';

export interface PanelEntry {
  readonly id: PanelId;
  readonly title: string;
  /** What it answers, in one sentence: for menus, tooltips and the palette. */
  readonly purpose: string;
  /** Fills its box; draws its own empty state. Its root element has `data-panel={id}`. It is there only while it is in
   *  front: what is hidden pulls nothing. */
  readonly component: ComponentType;
  /** Buttons at the right of its row of tabs while it is in front. */
  readonly actions?: ComponentType;
  /** Behind its title. */
  readonly badge?: ComponentType;
  /** It can have a selection, a cursor and a time range of its own (own-views.ts). Absent for what sets them for all others,
   *  or shows nothing that depends on them. */
  readonly canUnlink?: boolean;
  readonly minWidthPx?: number;
  readonly minHeightPx?: number;
}

export const PANELS: readonly PanelEntry[] = [
  {
    id: 'navigator',
    title: 'Navigator',
    purpose: 'The device as a tree: queues, streams, jacks, channel maps.',
    component: NavigatorPanel,
  },
  {
    id: 'timeline',
    title: 'Timeline',
    purpose: 'When every message was posted, taken, served and returned.',
    component: TimelinePanel,
    actions: TimelineActions,
    canUnlink: true,
    minWidthPx: 280,
    minHeightPx: 120,
  },
  {
    id: 'inspector',
    title: 'Inspector',
    purpose: 'The selection opened up: its life, fields, chain and bytes.',
    component: InspectorPanel,
    actions: InspectorActions,
    canUnlink: true,
    minWidthPx: 240,
  },
  {
    id: 'messages',
    title: 'Messages',
    purpose: 'Every exchange between driver and device, a row each.',
    component: MessagesPanel,
    canUnlink: true,
    minWidthPx: 280,
    minHeightPx: 140,
  },
  {
    id: 'rings',
    title: 'Rings',
    purpose: 'A virtqueue’s descriptor table, avail ring and used ring.',
    component: lazyPanel(async () => (await import('./rings/rings-panel.tsx')).RingsPanel),
    canUnlink: true,
    minWidthPx: 280,
  },
  {
    id: 'streams',
    title: 'Streams',
    purpose: 'Who holds the frames of each stream’s buffer.',
    component: lazyPanel(async () => (await import('./streams/streams-panel.tsx')).StreamsPanel),
    minWidthPx: 280,
  },
  {
    id: 'states',
    title: 'States',
    purpose: 'The command lifecycle of a stream: what was taken, what was refused, and when.',
    component: lazyPanel(async () => (await import('./states/states-panel.tsx')).StatesPanel),
    canUnlink: true,
    minWidthPx: 280,
  },
  {
    id: 'waveform',
    title: 'Waveform',
    purpose: 'The samples that moved, down to single ones.',
    component: lazyPanel(async () => (await import('./waveform/waveform-panel.tsx')).WaveformPanel),
    canUnlink: true,
    minWidthPx: 280,
    minHeightPx: 140,
  },
  {
    id: 'findings',
    title: 'Findings',
    purpose: 'What broke a rule of the standard, with its evidence.',
    component: lazyPanel(async () => (await import('./findings/findings-panel.tsx')).FindingsPanel),
    badge: FindingsBadge,
    minWidthPx: 280,
  },
  {
    id: 'latency',
    title: 'Latency',
    purpose: 'Where the time of messages goes, stage by stage, and who is to blame for a glitch.',
    component: lazyPanel(async () => (await import('./latency/latency-panel.tsx')).LatencyPanel),
    minWidthPx: 280,
  },
  {
    id: 'log',
    title: 'Log',
    purpose: 'How the device was set up, and what transport and Ringside said.',
    component: lazyPanel(async () => (await import('./log/log-panel.tsx')).LogPanel),
    minWidthPx: 280,
  },
  {
    id: 'inspector-2',
    title: 'Inspector 2',
    purpose: 'A second inspector, which keeps a message while others are selected.',
    component: SecondInspector,
    actions: InspectorActions,
    canUnlink: true,
    minWidthPx: 240,
  },
];

export function panelEntry(id: string): PanelEntry | undefined {
  return PANELS.find((panel) => panel.id === id);
}
