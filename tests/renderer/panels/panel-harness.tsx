/** Panels in the test DOM over a real host with a demo guest. Import it from the test's top level: it hooks itself in. */
import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { bindKeys, registerCommands } from '../../../renderer/commands.ts';
import { loadPanels } from '../../../renderer/panels/lazy-panel.tsx';
import { MESSAGE_COMMANDS } from '../../../renderer/panels/messages/messages-commands.ts';
import { PANELS } from '../../../renderer/panels/panels.ts';
import { RING_COMMANDS } from '../../../renderer/panels/rings/rings-commands.ts';
import { TIMELINE_COMMANDS } from '../../../renderer/panels/timeline/timeline-commands.ts';
import { WAVE_COMMANDS } from '../../../renderer/panels/waveform/waveform-commands.ts';
import { type PanelId, showTab } from '../../../renderer/store/view.ts';
import { MENU_COMMANDS } from '../../../renderer/ui/menu-commands.ts';
import { TipProvider } from '../../../renderer/ui/tip.tsx';
import { type LinkedHost, linkHost, settle } from '../linked-host.ts';
import { giveElementsASize } from '../sized-dom.ts';

let linked: LinkedHost;
const undo: (() => void)[] = [];

export function hookPanels(): void {
  beforeAll(() => giveElementsASize(1000, 400));
  beforeAll(loadPanels);
  beforeEach(async () => {
    linked = await linkHost();
    const keys = [
      ...MENU_COMMANDS,
      ...TIMELINE_COMMANDS,
      ...MESSAGE_COMMANDS,
      ...RING_COMMANDS,
      ...WAVE_COMMANDS,
    ];
    registerCommands(keys);
    undo.push(bindKeys(), () => linked.disconnect());
  });
  afterEach(() => {
    cleanup();
    for (const step of undo.splice(0)) step();
  });
}

export function host(): LinkedHost {
  return linked;
}

/** Shows one panel over a demo that has run for a while. */
export async function showPanel(id: PanelId, scenario?: string, ms = 1500): Promise<void> {
  const entry = PANELS.find((panel) => panel.id === id);
  if (entry === undefined) throw new Error(`no panel ${id}`);
  showTab(id);
  const Panel = entry.component;
  render(
    <TipProvider>
      <Panel />
    </TipProvider>,
  );
  await act(settle);
  if (scenario === undefined) return;
  await act(async () => {
    await linked.client.call('startDemo', { scenario });
    await settle();
  });
  await advance(ms);
}

export async function advance(ms: number): Promise<void> {
  await act(() => linked.advance(ms));
}

/** Stops the demo and lets what it said last arrive. */
export async function stopDemo(): Promise<void> {
  await act(async () => {
    await linked.client.call('stopSession', {});
    await settle();
  });
}

export async function press(
  key: string,
  target: Element = document.body,
  more: KeyboardEventInit = {},
): Promise<void> {
  await act(async () => {
    fireEvent.keyDown(target, { key, code: key, ...more });
    await settle();
  });
}

export async function click(target: Element): Promise<void> {
  await act(async () => {
    fireEvent.click(target);
    await settle();
  });
}
