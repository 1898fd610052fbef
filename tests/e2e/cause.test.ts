// From what one hears to the message that is guilty of it and back, by keys alone.
import { expect, test } from 'vitest';
import { keepShot } from './app.ts';
import { recorded, shareApp } from './shared-app.ts';
import { becomes, inspector, sees, textOf } from './view.ts';

const app = shareApp(recorded('late-write', 3000));

test('a mark on the wave leads to its message in two key presses, and back to the mark', async () => {
  const { page, faults, close } = await app.open();
  await sees(page.getByRole('grid', { name: 'Messages' }).getByRole('row').nth(3));
  await page.keyboard.press('Control+p');
  await page.keyboard.type('Waveform');
  await page.keyboard.press('Enter');
  const wave = page.locator('[data-panel="waveform"]');
  await sees(wave.getByText(/\d+ marks/));

  await page.keyboard.press('.');
  const mark = wave.getByText(/^(late write|silence|jump|repeat|block repeated): /);
  await sees(mark);
  const said = await textOf(mark.first());
  await page.keyboard.press('g');
  const message = inspector(page).getByRole('heading', { name: /^#\d+ PCM write/ });
  await sees(message);
  await sees(inspector(page).getByText(/VS-P-\d+/));
  const heading = await textOf(message.first());
  await keepShot(page, 'cause-message');

  await page.keyboard.press('g');
  await becomes('the mark is told of again', async () => textOf(mark.first()), said);
  await keepShot(page, 'cause-back');
  // and once more: the same message
  await page.keyboard.press('g');
  await becomes('the same message', () => textOf(message.first()), heading);
  expect(faults).toEqual([]);
  await close();
});
