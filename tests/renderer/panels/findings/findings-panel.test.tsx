import { act, fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { useFindingsChoices } from '../../../../renderer/panels/findings/findings-choices.ts';
import { useSession } from '../../../../renderer/store/session.ts';
import { selectedMessage, sharedView } from '../../../../renderer/store/view.ts';
import { settle } from '../../linked-host.ts';
import { advance, click, hookPanels, host, press, showPanel, stopDemo } from '../panel-harness.tsx';

hookPanels();
beforeEach(() => useFindingsChoices.setState(useFindingsChoices.getInitialState()));

const groups = () => [...document.querySelectorAll('[data-line="group"]')];
const found = () => [...document.querySelectorAll('[data-line="row"]')];

/** What is asked once a second was asked again. */
async function pulled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await advance(300);
}

describe('the findings panel', () => {
  test('says that there is no session', async () => {
    await showPanel('findings');
    expect(screen.getByText('No session')).toBeTruthy();
  });

  test('never says just "none"', async () => {
    await showPanel('findings', 'clean', 300);
    expect(
      screen.getByText(/^No findings in \d+ messages\. \d+ rules ran, \d+ could not\./),
    ).toBeTruthy();
    await click(screen.getByRole('button', { name: /^Show which/ }));
    expect(screen.getByText('VQ-05')).toBeTruthy();
    expect(screen.getAllByText('cannot be observed').length).toBeGreaterThan(5);
  });

  test('groups what was found by rule and opens a group to its findings', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    const group = groups().find((one) => one.textContent?.includes('VS-I-01'));
    expect(group?.textContent).toContain('§ 5.14.6.6.1driver');
    await click(group as Element);
    expect(found().length).toBeGreaterThan(1);
  });

  test('an open rule says what it does to the ear, and is muted with a reason', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    await click(groups()[0] as Element);
    expect(screen.getByText('To the ear')).toBeTruthy();
    expect((screen.getByRole('button', { name: 'Mute' }) as HTMLButtonElement).disabled).toBe(true);
  });

  test('lists findings by time and by stream, each with its state', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    expect(groups()[0]?.textContent).toContain('new');
    const choice = screen.getByRole('combobox', { name: 'Findings by' });
    fireEvent.change(choice, { target: { value: 'time' } });
    await click(document.body);
    const times = found().map((row) => row.firstElementChild?.textContent ?? '');
    expect(times.length).toBeGreaterThan(10);
    expect(found()[0]?.textContent).toMatch(/VS-.*new/);
    await click(found()[0] as Element);
    expect(selectedMessage(sharedView.getState())).toBeGreaterThanOrEqual(0);
    fireEvent.change(choice, { target: { value: 'stream' } });
    await click(document.body);
    expect(screen.getByRole('heading', { name: /^Stream 0/ })).toBeTruthy();
  });

  test('a finding leads to its message', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    await click(groups()[0] as Element);
    await click(found()[0] as Element);
    expect(selectedMessage(sharedView.getState())).toBeGreaterThanOrEqual(0);
    expect(found()[0]?.getAttribute('aria-selected')).toBe('true');
  });

  test('Enter on a rule goes to its first message; what it found stands before what it means', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    await press('Enter', groups()[0]);
    expect(selectedMessage(sharedView.getState())).toBeGreaterThanOrEqual(0);
    const told = screen.getByText('To the ear');
    const order = found()[0]?.compareDocumentPosition(told) ?? 0;
    expect(order & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    // and again: it stays open
    await press('Enter', groups()[0]);
    expect(found().length).toBeGreaterThan(0);
  });

  test('a rule and a finding have a menu: the messages of the rule, its sentence', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    const rule = (groups()[0] as HTMLElement).dataset.rule;
    (groups()[0] as HTMLElement).focus();
    await press('ContextMenu', groups()[0]);
    await advance(300);
    await click(screen.getByRole('menuitem', { name: /^Filter to this/ }));
    expect(sharedView.getState().filter).toEqual({ expression: `finding == "${rule}"` });
    sharedView.setState({ filter: {} });
    await click(groups()[0] as Element);
    await act(async () => void fireEvent.contextMenu(found()[0] as Element));
    await advance(600);
    await click(screen.getByRole('menuitem', { name: /^Go to message/ }));
    expect(selectedMessage(sharedView.getState())).toBeGreaterThanOrEqual(0);
  });

  test('what it is grouped by and what it hides is kept; what storage has is not believed', async () => {
    const { persist } = useFindingsChoices;
    useFindingsChoices.setState({ grouping: 'time', hidden: ['note'], open: ['VQ-05'] });
    expect(localStorage.getItem('ringside.findings')).toBe(
      JSON.stringify({ state: { grouping: 'time', hidden: ['note'] }, version: 1 }),
    );
    const kept = { grouping: 'nonsense', hidden: ['error', 5, '__proto__'], open: 'x' };
    localStorage.setItem('ringside.findings', JSON.stringify({ state: kept, version: 1 }));
    await persist.rehydrate();
    expect(useFindingsChoices.getState()).toMatchObject({ grouping: 'rule', hidden: ['error'] });
    expect(useFindingsChoices.getState().open).toEqual([]);
  });

  test('works by keys alone', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    const list = screen.getByRole('treegrid');
    await press('ArrowDown', list);
    expect(document.activeElement).toBe(groups()[0]);
    await press('ArrowRight', groups()[0]);
    await press('ArrowDown', list);
    expect(document.activeElement).toBe(found()[0]);
    await press('Enter', found()[0]);
    expect(selectedMessage(sharedView.getState())).toBeGreaterThanOrEqual(0);
    await press('ArrowLeft', list);
    expect(document.activeElement).toBe(groups()[0]);
    await press('ArrowLeft', groups()[0]);
    expect(found()).toEqual([]);
  });

  test('lists by time and by stream are walked by the arrows too', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    await stopDemo();
    for (const value of ['time', 'stream']) {
      await act(async () => {
        fireEvent.change(screen.getByLabelText('Findings by'), { target: { value } });
        await settle();
      });
      await advance(600);
      const list = screen.getByRole('treegrid');
      const lines = [...list.querySelectorAll('[data-line]')];
      await press('ArrowDown', list);
      expect(document.activeElement).toBe(lines[0]);
      await press('ArrowDown', document.activeElement ?? list);
      expect(document.activeElement).toBe(lines[1]);
      await press('End', list);
      expect(document.activeElement).toBe(lines.at(-1));
      await press('ArrowDown', list);
      expect(document.activeElement).toBe(lines.at(-1));
      await press('Home', list);
      expect(document.activeElement).toBe(lines[0]);
    }
  });

  test('the list of known findings is saved as a file, and loaded again', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    expect(screen.getByRole('button', { name: /^Nothing to save/ })).toHaveProperty(
      'disabled',
      true,
    );
    const [rule = 'VS-I-01'] = (await host().client.call('findings', {})).map(
      (group) => group.rule,
    );
    const known = { rule, state: 'muted', reason: 'an old driver' } as const;
    await host().client.call('markFindings', known);
    await pulled();
    const saved: Blob[] = [];
    URL.createObjectURL = (blob) => {
      saved.push(blob as Blob);
      return 'blob:x';
    };
    URL.revokeObjectURL = () => undefined;
    await click(
      screen.getByRole('button', { name: 'Save 1 known rule for ringside check --baseline' }),
    );
    const text = await (saved[0] ?? new Blob()).text();
    expect(text).toContain('an old driver');
    await host().client.call('markFindings', { ...known, state: 'new' });
    await pulled();
    expect(screen.getByRole('button', { name: /^Nothing to save/ })).toBeTruthy();
    const file = new File([text], 'known.json', { type: 'application/json' });
    await act(async () => {
      fireEvent.change(screen.getByLabelText('File of known findings'), {
        target: { files: [file] },
      });
      await settle();
    });
    await pulled();
    expect(await host().client.call('knownFindings', {})).toEqual([known]);
    expect(useSession.getState().notices.at(-1)?.what).toBe('known.json: 1 known finding.');
    expect(screen.getByRole('button', { name: /^Save 1 known rule/ })).toBeTruthy();
  });

  test('a file that is no baseline is refused, and what is known stays', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    const file = new File(['nonsense'], 'x.json');
    await act(async () => {
      fireEvent.change(screen.getByLabelText('File of known findings'), {
        target: { files: [file] },
      });
      await settle();
    });
    expect(useSession.getState().notices.at(-1)?.what).toMatch(
      /^This is no list of known findings/,
    );
  });

  test('hides severities, and says what it hides', async () => {
    await showPanel('findings', 'wrong-order', 3000);
    await click(screen.getByRole('button', { name: /errors?$/ }));
    expect(screen.getByText(/errors? hidden by the filter\.$/)).toBeTruthy();
  });

  test('lists the rules that are checked', async () => {
    await showPanel('findings', 'clean', 300);
    await click(screen.getByRole('button', { name: 'Which rules?' }));
    expect(within(screen.getByRole('list')).getAllByRole('listitem').length).toBeGreaterThan(40);
  });
});
