import { expect, test } from 'vitest';
import { keepShot } from './app.ts';
import { demo, shareApp } from './shared-app.ts';
import { coloursOf, sees, until } from './view.ts';

const app = shareApp(demo('underrun'));

test('the overview moves the visible range by keys, and marks are set, named, found again and taken out', async () => {
  const { page, faults, close } = await app.open();
  const handle = page.getByRole('slider', { name: /Visible range/ });
  await sees(handle);
  const overview = page.getByRole('region', { name: 'Overview' }).locator('canvas');
  await until('the overview is drawn', async () => (await coloursOf(overview)) > 3);
  const before = await handle.getAttribute('aria-valuetext');
  await handle.focus();
  await page.keyboard.press('Home');
  await until(
    'the range moved',
    async () => (await handle.getAttribute('aria-valuetext')) !== before,
  );
  await page.getByRole('region', { name: 'Timeline' }).locator('canvas').first().click();
  await page.keyboard.press('m');
  const inTree = page.getByRole('treeitem', { name: /mark 1/ });
  await sees(inTree);
  await page.keyboard.press('Control+m');
  const note = page.getByRole('textbox', { name: 'Note of mark 1' });
  await note.fill('here it clicks');
  await note.press('Enter');
  await sees(page.getByRole('treeitem', { name: /here it clicks/, includeHidden: true }));
  await keepShot(page, 'marks-dialog');
  await page.getByRole('button', { name: 'Take out mark 1' }).click();
  await sees(page.getByText('No marks yet.'));
  expect(faults).toEqual([]);
  await close();
});
