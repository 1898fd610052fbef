import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Tip, TipProvider } from '../../../renderer/ui/tip.tsx';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test('shows what an element is after a moment, and that of the next one at once', async () => {
  render(<Two />);
  enter('one');
  await pass(400);
  expect(screen.queryByText('the first')).toBeNull();
  await pass(100);
  expect(screen.getByText('the first')).toBeTruthy();
  leave('one');
  enter('two');
  await pass(10);
  expect(screen.queryByText('the first')).toBeNull();
  expect(screen.getByText('the second')).toBeTruthy();
});

test('goes when the pointer leaves, when the element is pressed and when it is gone', async () => {
  const { rerender } = render(<Two />);
  enter('one');
  await pass(500);
  leave('one');
  await pass(200);
  expect(screen.queryByText('the first')).toBeNull();
  enter('one');
  await pass(10);
  fireEvent.pointerDown(screen.getByText('one'));
  await pass(10);
  expect(screen.queryByText('the first')).toBeNull();
  enter('two');
  await pass(500);
  rerender(<TipProvider>{null}</TipProvider>);
  await pass(10);
  expect(screen.queryByText('the second')).toBeNull();
});

test('an element with listeners of its own keeps them, and one that goes takes no other one’s tooltip', async () => {
  const onPointerOver = vi.fn();
  const both = (
    <TipProvider>
      <Tip key="kept" label="the kept one">
        <button type="button" onPointerOver={onPointerOver}>
          kept
        </button>
      </Tip>
      <Tip key="gone" label="the other one">
        <button type="button">gone</button>
      </Tip>
    </TipProvider>
  );
  const { rerender } = render(both);
  enter('kept');
  rerender(
    <TipProvider>
      <Tip key="kept" label="the kept one">
        <button type="button">kept</button>
      </Tip>
      {null}
    </TipProvider>,
  );
  await pass(500);
  expect(onPointerOver).toHaveBeenCalledTimes(1);
  expect(screen.getByText('the kept one')).toBeTruthy();
});

test('what Escape took away comes back when the pointer comes again, and not before', async () => {
  render(<Two />);
  enter('one');
  await pass(500);
  fireEvent.keyDown(document.body, { key: 'Escape' });
  await pass(10);
  expect(screen.queryByText('the first')).toBeNull();
  enter('one'); // only further inside
  await pass(1000);
  expect(screen.queryByText('the first')).toBeNull();
  leave('one');
  await pass(1000);
  enter('one');
  await pass(500);
  expect(screen.getByText('the first')).toBeTruthy();
});

test('shows although what was under the pointer before is gone', async () => {
  const rows = (has: boolean) => (
    <TipProvider>
      {has ? <p>row</p> : null}
      <Tip label="the first">
        <button type="button">one</button>
      </Tip>
    </TipProvider>
  );
  const { container, rerender } = render(rows(true));
  fireEvent.pointerOver(screen.getByText('row'), { pointerType: 'mouse' });
  rerender(rows(false));
  // no out: Chromium has nobody to tell it
  const from = { pointerType: 'mouse', relatedTarget: container };
  fireEvent.pointerOver(screen.getByText('one'), from);
  await pass(500);
  expect(screen.getByText('the first')).toBeTruthy();
});

test('goes on with what the element says now', async () => {
  const { rerender } = render(<One label="off" />);
  enter('one');
  await pass(500);
  rerender(<One label="on" />);
  await pass(10);
  expect(screen.queryByText('off')).toBeNull();
  expect(screen.getByText('on')).toBeTruthy();
});

function One({ label }: { readonly label: string }) {
  return (
    <TipProvider>
      <Tip label={label}>
        <button type="button">one</button>
      </Tip>
    </TipProvider>
  );
}

function Two() {
  return (
    <TipProvider>
      <Tip label="the first">
        <button type="button">one</button>
      </Tip>
      <Tip label="the second">
        <button type="button">two</button>
      </Tip>
    </TipProvider>
  );
}

function enter(text: string): void {
  fireEvent.pointerOver(screen.getByText(text), { pointerType: 'mouse' });
}

function leave(text: string): void {
  screen.getByText(text).dispatchEvent(new PointerEvent('pointerleave', { pointerType: 'mouse' }));
}

async function pass(ms: number): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(ms));
}
