import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { showFirstView } from '../../../renderer/first-view/first-view.ts';
import { keepShape, readShape } from '../../../renderer/first-view/shape.ts';
import { keepConnected, useSession } from '../../../renderer/store/session.ts';
import { type LinkedHost, linkHost, settle } from '../linked-host.ts';

let linked: LinkedHost;
const stops: (() => void)[] = [];

beforeEach(async () => {
  linked = await linkHost();
  stops.push(keepShape());
  document.body.innerHTML = `
    <div id="root">
      <div class="dv-groupview">
        <div class="dv-tab dv-active-tab"><span class="dock-tab">Messages<b>3</b></span></div>
        <div class="dv-tab"><span class="dock-tab">Rings</span></div>
      </div>
      <div data-panel="messages"><div role="grid" aria-label="Messages"></div></div>
    </div>`;
  const box = { left: 10, top: 20, width: 900, height: 244 } as DOMRect;
  for (const element of document.querySelectorAll('#root *')) {
    element.getBoundingClientRect = () => box;
  }
});

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  linked.disconnect();
  localStorage.clear();
  document.body.innerHTML = '';
});

test('shows the first rows where the table was when the window was left, until the app has its own', async () => {
  await startDemoAndReload();
  const shown = showFirstView(document.body);
  await settle();
  await shown;
  const view = document.querySelector('[data-first-view]');
  const rows = [...(view?.querySelectorAll('[data-first-row]') ?? [])];
  expect(rows.length).toBeGreaterThan(8);
  expect(rows.length).toBeLessThan(12);
  expect(view?.textContent).toContain('Messages');
  expect(view?.textContent).toContain('PCM write');
  expect(view?.getAttribute('aria-hidden')).toBe('true');
  const root = document.querySelector('#root');
  if (root !== null) root.innerHTML = '<div role="gridcell"></div>';
  await settle();
  expect(document.querySelector('[data-first-view]')).toBeNull();
});

test('shows nothing without a session, and nothing in a window of another size', async () => {
  leave();
  await settle();
  const shown = showFirstView(document.body);
  await settle();
  await shown;
  expect(document.querySelector('[data-first-view]')).toBeNull();
  expect(readShape()?.groups[0]?.tabs.map(({ title }) => title)).toEqual(['Messages', 'Rings']);
  vi.stubGlobal('innerWidth', window.innerWidth + 100);
  expect(readShape()).toBeUndefined();
  vi.unstubAllGlobals();
});

test('forgets where the table was when there is none, and takes nothing that is damaged', () => {
  leave();
  expect(readShape()).toBeDefined();
  const app = document.body.innerHTML;
  document.body.innerHTML = '';
  leave(); // once more before the app has come
  expect(readShape()).toBeDefined();
  document.body.innerHTML = app;
  localStorage.setItem('ringside.first-view', '{"widthPx":1}');
  expect(readShape()).toBeUndefined();
  document.querySelector('[role=grid]')?.remove();
  leave();
  expect(localStorage.getItem('ringside.first-view')).toBeNull();
});

async function startDemoAndReload(): Promise<void> {
  await linked.client.call('startDemo', { scenario: 'clean' });
  await linked.advance(1500);
  leave();
  // as the page that comes next does: it asks ahead with the link
  useSession.setState({ status: undefined });
  stops.push(
    keepConnected(() => Promise.resolve({ client: linked.client, carrier: 'page' as const })),
  );
  await settle();
}

function leave(): void {
  window.dispatchEvent(new Event('pagehide'));
}
