// Several windows, each with a session of its own, on one program.
import { describe, expect, test } from 'vitest';
import { demo, shareApp } from './shared-app.ts';
import { sees } from './view.ts';

const app = shareApp(demo('clean'));

describe('a second window', () => {
  test('starts empty, runs its own session, and leaves the first alone', async () => {
    const first = await app.open();
    await sees(first.page.getByText('Simulated'));
    const second = await app.open({ window: 'two' });
    const card = second.page.getByRole('button', { name: /Run/ }).first();
    await card.click();
    await sees(second.page.getByText('Simulated'));
    await second.page.reload();
    await sees(second.page.getByText('Simulated')); // the session outlives the page
    await sees(first.page.getByText('Simulated'));
    expect([...first.faults, ...second.faults]).toEqual([]);
    await second.close();
    await first.close();
  });
});
