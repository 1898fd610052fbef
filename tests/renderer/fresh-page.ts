// Runs before each file of the renderer's tests. They share a process and its modules, so each begins with stores as they
// are made, and leaves no panel on the page.
import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';
import { dropRedraws } from '../../renderer/store/redraw.ts';
import { renewStores } from './made-stores.ts';

vi.mock('zustand', async (importActual) =>
  (await import('./made-stores.ts')).remembering(await importActual()),
);

localStorage.clear();
sessionStorage.clear();
renewStores();
dropRedraws(); // one that was asked for under another file's timers never comes
afterEach(cleanup);
