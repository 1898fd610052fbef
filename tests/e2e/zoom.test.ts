// Text at 200 %: a window of 1440 × 900 has room for 720 × 450 then. Nothing that can be pressed may be cut off or covered.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { keepShot } from './app.ts';
import { demo, shareApp } from './shared-app.ts';
import { becomes, messageCount, overflowOf, sees, until } from './view.ts';

const app = shareApp(demo('two-streams'));

/** Controls that are cut off, or that something else lies over. What can be scrolled to is not lost. */
function lost(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const clips = (style: string) => style !== 'visible';
    const hides = (element: Element, box: DOMRect): 'scrolls' | 'cuts' | undefined => {
      for (let at = element.parentElement; at !== null; at = at.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(at);
        if (!clips(overflowX) && !clips(overflowY)) continue;
        const mayScroll = /auto|scroll/.test(`${overflowX} ${overflowY}`);
        const hasMore =
          at.scrollWidth > at.clientWidth + 1 || at.scrollHeight > at.clientHeight + 1;
        if (mayScroll && hasMore) return 'scrolls';
        const room = at.getBoundingClientRect();
        const isCut =
          box.right > room.right + 1 ||
          box.left < room.left - 1 ||
          box.bottom > room.bottom + 1 ||
          box.top < room.top - 1;
        if (isCut) return 'cuts';
      }
      return undefined;
    };
    const nameOf = (element: Element) =>
      element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40) ?? element.tagName;
    return [...document.querySelectorAll('button, select, [role=tab]')].flatMap((element) => {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) return [];
      const how = hides(element, box);
      if (how === 'scrolls') return [];
      if (how === 'cuts') return [`cut off: ${nameOf(element)}`];
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const top = document.elementFromPoint(x, y);
      const isReached = top !== null && (element.contains(top) || top.contains(element));
      return isReached ? [] : [`covered: ${nameOf(element)}`];
    });
  });
}

test('at 200 % nothing is cut off or covered', async () => {
  const { page, faults, close } = await app.open({
    width: 720,
    height: 450,
  });
  await until('messages arrive', async () => (await messageCount(page)) > 20);
  for (const name of ['Messages', 'Waveform', 'Rings', 'Streams'] as const) {
    await page.keyboard.press(`Alt+${PLACE[name]}`);
    await sees(page.getByRole('tabpanel', { name }));
    await becomes(`${name} fits`, () => overflowOf(page), []);
    await becomes(`nothing is lost in ${name}`, () => lost(page), []);
    await keepShot(page, `zoom-${name.toLowerCase()}`);
  }
  await close();
  expect(faults).toEqual([]);
});

/** Place of a panel in the list of panels: its key with Alt. */
const PLACE = { Messages: 4, Rings: 5, Streams: 6, Waveform: 8 } as const;
