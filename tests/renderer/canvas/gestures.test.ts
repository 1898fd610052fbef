import { afterEach, describe, expect, test } from 'vitest';
import { attachGestures, type GestureHandlers } from '../../../renderer/canvas/gestures.ts';

const made: (() => void)[] = [];
afterEach(() => {
  for (const detach of made.splice(0)) detach();
});

/** An element with gestures, and what they said. */
function gestured() {
  const said: unknown[][] = [];
  const note =
    (name: keyof GestureHandlers) =>
    (...parts: unknown[]) =>
      void said.push([name, ...parts.filter((part) => !(part instanceof Event))]);
  const element = document.createElement('div');
  document.body.append(element);
  const names = ['zoom', 'pan', 'select', 'click', 'doubleClick'] as const;
  const handlers = Object.fromEntries(names.map((name) => [name, note(name)]));
  made.push(attachGestures(element, () => handlers));
  const pointer = (type: string, init: PointerEventInit) =>
    element.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, ...init }));
  return { element, said, pointer };
}

describe('gestures', () => {
  test('a wheel pans, with Ctrl it zooms at the pointer, and the page never scrolls', () => {
    const { element, said } = gestured();
    const wheel = new WheelEvent('wheel', { deltaY: 10, deltaX: 3, cancelable: true });
    element.dispatchEvent(wheel);
    // this DOM leaves modifiers out of wheel events
    const zoom = new WheelEvent('wheel', { deltaY: -100, cancelable: true });
    Object.defineProperty(zoom, 'ctrlKey', { value: true });
    Object.defineProperty(zoom, 'clientX', { value: 40 });
    element.dispatchEvent(zoom);
    expect(said[0]).toEqual(['pan', 3, 10, false]);
    expect(said[1]?.slice(0, 2)).toEqual(['zoom', 40]);
    expect(said[1]?.[2]).toBeLessThan(1);
    expect(wheel.defaultPrevented && zoom.defaultPrevented).toBe(true);
  });

  test('a press that hardly moves is a click', () => {
    const { said, pointer } = gestured();
    pointer('pointerdown', { clientX: 10, clientY: 5 });
    pointer('pointermove', { clientX: 12, clientY: 5 });
    pointer('pointerup', { clientX: 12, clientY: 5 });
    expect(said).toEqual([['click', { xPx: 12, yPx: 5 }]]);
  });

  test('a drag selects from where it began, and says when it is done', () => {
    const { said, pointer } = gestured();
    pointer('pointerdown', { clientX: 10, clientY: 5 });
    pointer('pointermove', { clientX: 50, clientY: 5 });
    pointer('pointerup', { clientX: 60, clientY: 5 });
    const from = { xPx: 10, yPx: 5 };
    expect(said).toEqual([
      ['select', from, { xPx: 50, yPx: 5 }, false],
      ['select', from, { xPx: 60, yPx: 5 }, true],
    ]);
  });

  test('a drag with Shift pans by what it moved', () => {
    const { said, pointer } = gestured();
    pointer('pointerdown', { clientX: 50, clientY: 5, shiftKey: true });
    pointer('pointermove', { clientX: 30, clientY: 5, shiftKey: true });
    pointer('pointermove', { clientX: 25, clientY: 9, shiftKey: true });
    pointer('pointerup', { clientX: 25, clientY: 9, shiftKey: true });
    expect(said).toEqual([
      ['pan', 20, 0, true],
      ['pan', 5, -4, true],
    ]);
  });
});
