import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { App } from '../../renderer/app.tsx';
import { bindKeys, registerCommands } from '../../renderer/commands.ts';
import { closeDialog } from '../../renderer/frame/dialogs.ts';
import { FRAME_COMMANDS } from '../../renderer/frame/frame-commands.ts';
import { MESSAGE_COMMANDS } from '../../renderer/panels/messages/messages-commands.ts';
import { TIMELINE_COMMANDS } from '../../renderer/panels/timeline/timeline-commands.ts';
import { useSession } from '../../renderer/store/session.ts';
import { keepFollowing } from '../../renderer/store/time-range.ts';
import { sharedView } from '../../renderer/store/view.ts';
import { type LinkedHost, linkHost, settle } from './linked-host.ts';
import { giveElementsASize } from './sized-dom.ts';

let linked: LinkedHost;
const undo: (() => void)[] = [];

beforeAll(() => giveElementsASize(1000, 440));

beforeEach(async () => {
  linked = await linkHost();
  registerCommands([...TIMELINE_COMMANDS, ...MESSAGE_COMMANDS, ...FRAME_COMMANDS]);
  undo.push(bindKeys(), keepFollowing(), () => linked.disconnect());
  render(<App />);
});

afterEach(() => {
  closeDialog();
  cleanup();
  for (const step of undo.splice(0)) step();
});

async function advance(ms: number): Promise<void> {
  await act(() => linked.advance(ms));
}

async function startDemo(scenario: string, ms = 1500): Promise<void> {
  await act(async () => {
    await linked.client.call('startDemo', { scenario });
    await settle();
  });
  await advance(ms);
}

async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  await act(async () => {
    fireEvent.keyDown(document.body, { key, code: key, ...more });
    await settle();
  });
}

const messages = () => useSession.getState().changed.messages;

describe('the start page', () => {
  test('lists every scenario with what is planted in it, and runs the first with Enter', async () => {
    const scenarios = useSession.getState().hello?.scenarios ?? [];
    expect(scenarios.length).toBeGreaterThan(5);
    for (const { title } of scenarios) expect(screen.getByText(title)).toBeTruthy();
    const [first] = screen.getAllByRole('radio');
    await act(async () => {
      fireEvent.keyDown(first as Element, { key: 'Enter' });
      await settle();
    });
    expect(screen.getByText('Simulated')).toBeTruthy();
    const bar = within(screen.getByRole('banner'));
    expect(bar.getByText(new RegExp(`Demo: ${scenarios[0]?.title}`))).toBeTruthy();
  });

  test('says why no guest can attach where none can', () => {
    // on the cards of both ways to a running guest: a socket of ours, and QMP
    expect(screen.getAllByText(/There is no socket in a test/)).toHaveLength(2);
    expect(screen.getByRole('button', { name: 'Listen' }).hasAttribute('disabled')).toBe(true);
  });
});

describe('a running demo', () => {
  test('fills the table while it plays, and the last row stays in view', async () => {
    await startDemo('clean');
    const before = messages();
    await advance(500);
    expect(messages()).toBeGreaterThan(before);
    const rows = within(screen.getByRole('grid', { name: 'Messages' })).getAllByRole('row');
    expect(Number(rows.at(-1)?.getAttribute('aria-rowindex'))).toBe(messages() + 1);
  });

  test('stays where it is after a row was chosen, and opens it in the inspector', async () => {
    await startDemo('clean');
    const grid = screen.getByRole('grid', { name: 'Messages' });
    const row = within(grid).getAllByRole('row')[3] as HTMLElement;
    const number = row.firstElementChild?.textContent ?? '';
    await act(async () => {
      fireEvent.mouseDown(row);
      await settle();
    });
    await advance(500);
    expect(sharedView.getState().follow).toBe(false);
    expect(within(grid).getByText(number)).toBeTruthy();
    const inspector = screen.getByRole('region', { name: 'Inspector' });
    expect(within(inspector).getByText(new RegExp(`^#${number} `))).toBeTruthy();
    expect(within(inspector).getByText('virtio_snd_pcm_xfer')).toBeTruthy();
  });

  test('goes from problem to problem with N', async () => {
    await startDemo('wrong-order', 4000);
    await press('n');
    const first = sharedView.getState().selection;
    expect(first.kind).toBe('message');
    await press('n');
    expect(sharedView.getState().selection).not.toEqual(first);
    await press('N', { shiftKey: true });
    expect(sharedView.getState().selection).toEqual(first);
  });

  test('freezes the view while the capture runs on', async () => {
    await startDemo('clean');
    await press('Pause');
    const grid = screen.getByRole('grid', { name: 'Messages' });
    const count = grid.getAttribute('aria-rowcount');
    await advance(500);
    expect(grid.getAttribute('aria-rowcount')).toBe(count);
    expect(screen.getByText(/^\+\d+ new$/)).toBeTruthy();
    await press('Pause');
    expect(Number(grid.getAttribute('aria-rowcount'))).toBe(messages() + 1);
  });

  test('moves the shared time range with W A S D, which turns Follow off', async () => {
    await startDemo('clean');
    const { range } = sharedView.getState();
    await press('w');
    const nearer = sharedView.getState();
    expect(nearer.range.toNs - nearer.range.fromNs).toBeLessThan(range.toNs - range.fromNs);
    expect(nearer.follow).toBe(false);
    await press('l');
    expect(sharedView.getState().follow).toBe(true);
  });

  test('filters the table, and says so when nothing is left', async () => {
    await startDemo('clean');
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: /problems/ }));
      await settle();
    });
    expect(screen.getByText('The filter hides every message')).toBeTruthy();
    await act(async () => {
      fireEvent.click(screen.getAllByRole('button', { name: 'Show all messages' })[0] as Element);
      await settle();
    });
    expect(screen.queryByText('The filter hides every message')).toBeNull();
  });

  test('lists every key in the sheet', async () => {
    await startDemo('clean', 100);
    await press('?', { shiftKey: true });
    const sheet = screen.getByRole('dialog', { name: 'Keys' });
    expect(within(sheet).getByText('Next message with a problem')).toBeTruthy();
  });

  test('tells features, queues, jacks and set-up in the device dialog, and unplugs a jack there', async () => {
    await startDemo('jack', 300);
    await press('i', { ctrlKey: true });
    await advance(600);
    const dialog = screen.getByRole('dialog', { name: 'Device' });
    expect(within(dialog).getByText('VIRTIO_F_VERSION_1')).toBeTruthy();
    expect(within(dialog).getByText(/^txq is set up: 64 descriptors, split/)).toBeTruthy();
    await act(async () => {
      fireEvent.click(within(dialog).getByRole('button', { name: /jack 0\) plugged in/ }));
      await settle();
    });
    await advance(200);
    expect(within(dialog).getByRole('button', { name: /jack 0\) unplugged/ })).toBeTruthy();
  });

  test('says what is planted and what broke a rule while nothing is selected', async () => {
    await startDemo('wrong-order', 4000);
    await advance(500);
    const inspector = screen.getByRole('region', { name: 'Inspector' });
    expect(within(inspector).getByText(/^▲ planted: /)).toBeTruthy();
    const [first] = within(inspector).getAllByRole('button', { name: /✕ error · driver/ });
    await act(async () => {
      fireEvent.click(first as HTMLElement);
      await settle();
    });
    expect(sharedView.getState().selection.kind).toBe('message');
  });

  test('is stopped, kept to be looked at, and closed', async () => {
    await startDemo('clean');
    await press('e', { ctrlKey: true });
    await advance(20);
    expect(screen.getByText('STOPPED')).toBeTruthy();
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Close the session' }));
      await settle();
    });
    expect(screen.getByRole('form', { name: 'Run a demo' })).toBeTruthy();
  });
});
