import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { waveSentence } from '../../../../renderer/panels/waveform/waveform-commands.ts';
import { spanOf } from '../../../../renderer/panels/waveform/waveform-scale.ts';
import { useWave } from '../../../../renderer/panels/waveform/waveform-store.ts';
import { useSession } from '../../../../renderer/store/session.ts';
import { selectedMessage, selectMessage, sharedView } from '../../../../renderer/store/view.ts';
import { settle } from '../../linked-host.ts';
import { advance, hookPanels, host, press, showPanel, stopDemo } from '../panel-harness.tsx';

hookPanels();

const canvas = () => screen.getByLabelText(/^Waveform of/);
const readOut = () => document.querySelector('[data-panel] > :last-child')?.textContent ?? '';

async function pointAt(xPx: number): Promise<void> {
  await act(async () => {
    fireEvent.pointerMove(canvas(), { clientX: xPx, clientY: 100 });
    await settle();
  });
}

async function clickAt(xPx: number): Promise<void> {
  await act(async () => {
    const at = { clientX: xPx, clientY: 100, button: 0, pointerId: 1 };
    fireEvent.pointerDown(canvas(), at);
    fireEvent.pointerUp(canvas(), at);
    await settle();
  });
}

describe('the waveform panel', () => {
  test('says that there is no session', async () => {
    await showPanel('waveform');
    expect(screen.getByText('No session')).toBeTruthy();
  });

  test('shows the newest track and what can be done', async () => {
    await showPanel('waveform', 'clean');
    expect(screen.getByRole('option', { name: /^Stream 0 playback · run 1 · S16/ })).toBeTruthy();
    expect(readOut()).toContain('Point at the wave');
  });

  test('reads out frame, time, samples and message under the pointer', async () => {
    await showPanel('waveform', 'clean');
    await pointAt(200);
    expect(readOut()).toMatch(/frame .*message #\d+.*FL.*0x[0-9a-f]{4}.*dBFS/);
    expect(sharedView.getState().hoverNs).toBeGreaterThan(0);
  });

  test('at the sink keeps its place in the sound and is longer by the silence of its gaps', async () => {
    await showPanel('waveform', 'underrun', 4000);
    await stopDemo();
    await advance(300);
    const framesShown = () =>
      Number(/(\d+) frames/.exec(canvas().getAttribute('aria-label') ?? '')?.[1]);
    const own = framesShown();
    useWave.setState({ cursorFrame: own - 10, range: { fromFrame: own - 500, toFrame: own } });
    const select = screen.getByRole('combobox', { name: 'Version' });
    await act(async () => {
      fireEvent.change(select, { target: { value: 'sink' } });
      await settle();
    });
    await advance(300);
    expect(framesShown()).toBeGreaterThan(own);
    const { cursorFrame, range } = useWave.getState();
    expect(cursorFrame).toBe(framesShown() - 10);
    expect(range?.toFrame).toBe(framesShown());
    await act(async () => {
      fireEvent.change(select, { target: { value: 'consumed' } });
      await settle();
    });
    expect(useWave.getState()).toMatchObject({ cursorFrame: own - 10, version: 'consumed' });
  });

  test('says over the waves that the output device is gone, and goes on', async () => {
    await showPanel('waveform', 'clean');
    const { status } = useSession.getState();
    if (status === null || status === undefined) throw new Error('there is a session');
    const unheard = [{ streamId: 0, why: 'No such device' }];
    act(() => useSession.setState({ status: { ...status, sink: { ...status.sink, unheard } } }));
    const bar = screen.getByRole('alert');
    expect(bar.textContent).toContain('No such device), device clock continues on timer');
    expect(screen.getByRole('button', { name: 'Listen here' })).toBeTruthy();
    expect(canvas()).toBeTruthy();
  });

  test('goes to the message at the pointer with G', async () => {
    await showPanel('waveform', 'clean');
    await pointAt(200);
    await press('g');
    expect(selectedMessage(sharedView.getState())).toBeGreaterThan(0);
  });

  test('is a table that moves the same cursor, and says what is at it', async () => {
    await showPanel('waveform', 'clean');
    await stopDemo();
    await act(async () => {
      useWave.setState({ isTable: true });
      await settle();
    });
    const table = screen.getByRole('grid', { name: 'Wave as a table' });
    for (const key of ['Home', 'ArrowDown']) {
      await act(async () => {
        fireEvent.keyDown(table, { key });
        await settle();
      });
    }
    const { cursorFrame } = useWave.getState();
    expect(cursorFrame).toBeGreaterThan(0);
    expect(sharedView.getState()).toMatchObject({ follow: false });
    expect(sharedView.getState().cursorNs).toBeGreaterThan(0);
    expect(waveSentence()).toMatch(/^Frame [\d\s]+ of stream 0, 0:\d\d\..*: FL .*FR /);
    await act(async () => useWave.setState({ isTable: false }));
  });

  test('zooms and pans by key while it is pointed at, and Follow goes off', async () => {
    await showPanel('waveform', 'clean');
    await stopDemo();
    await pointAt(300);
    await press('w');
    const near = useWave.getState().range;
    await press('w');
    const nearer = useWave.getState().range;
    if (near === undefined || nearer === undefined) throw new Error('no range');
    expect(spanOf(nearer)).toBeCloseTo(spanOf(near) * 0.7);
    await press('d');
    expect(useWave.getState().range?.fromFrame).toBeGreaterThan(nearer.fromFrame);
    expect(sharedView.getState().follow).toBe(false);
  });

  test('zooms down to single samples', async () => {
    await showPanel('waveform', 'clean');
    await pointAt(300);
    for (let n = 0; n < 40; n++) await press('w');
    expect(spanOf(useWave.getState().range ?? { fromFrame: 0, toFrame: 0 })).toBe(16);
    await pointAt(400);
    expect(readOut()).toMatch(/FL.*dBFS/);
  });

  test('magnifies amplitudes', async () => {
    await showPanel('waveform', 'clean');
    await press('ArrowUp', document.body, { shiftKey: true });
    await press('ArrowUp', document.body, { shiftKey: true });
    expect(screen.getByText('×4')).toBeTruthy();
  });

  test('a click puts the cursor, here and in time', async () => {
    await showPanel('waveform', 'clean');
    await clickAt(250);
    expect(useWave.getState().cursorFrame).toBeGreaterThan(0);
    expect(sharedView.getState().cursorNs).toBeGreaterThan(0);
    expect(sharedView.getState().follow).toBe(false);
  });

  test('stays where it is when Follow goes off', async () => {
    await showPanel('waveform', 'clean', 7000);
    await act(async () => {
      sharedView.setState({ follow: false });
      await settle();
    });
    expect(useWave.getState().range?.fromFrame).toBeGreaterThan(0);
    const before = useWave.getState().range;
    await advance(500);
    expect(useWave.getState().range).toBe(before);
  });

  test('brings a message that was chosen elsewhere into view', async () => {
    await showPanel('waveform', 'clean', 7000);
    const columns = await host().client.call('messages', { first: 60, count: 1 });
    await act(async () => {
      selectMessage(60, 'messages');
      await settle();
    });
    const range = useWave.getState().range;
    const from = columns.fromFrame[0] ?? Number.NaN;
    expect(range?.fromFrame).toBeLessThanOrEqual(from);
    expect(range?.toFrame).toBeGreaterThan(from);
  });

  test('two keys lead from a late write to the message that did it, a third one back', async () => {
    await showPanel('waveform', 'late-write', 3000);
    await stopDemo();
    await pointAt(60);
    await press('.');
    const place = useWave.getState().cursorFrame ?? Number.NaN;
    await press('g');
    const guilty = selectedMessage(sharedView.getState()) ?? -1;
    const row = await host().client.call('messages', { first: guilty, count: 1 });
    const from = row.fromFrame[0] ?? Number.NaN;
    expect(from).toBeLessThanOrEqual(place);
    expect(from + (row.frames[0] ?? 0)).toBeGreaterThan(place);
    useWave.setState({ range: { fromFrame: 0, toFrame: 16 } });
    await press('g');
    expect(sharedView.getState().tab).toBe('waveform');
    expect(useWave.getState().cursorFrame).toBe(place);
    expect(useWave.getState().range?.toFrame).toBeGreaterThan(place);
    expect(selectedMessage(sharedView.getState())).toBe(guilty);
  });

  test('says so when the browser has no sound', async () => {
    await showPanel('waveform', 'clean');
    await press(' ', document.body, { code: 'Space' });
    expect(screen.getByText('This browser gives no sound output.')).toBeTruthy();
  });
});
