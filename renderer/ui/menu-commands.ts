/** The key for the menu of what has the focus. Registered first: where another command has the same key, that one goes. */
import type { Command } from '../commands.ts';
import { focusedElement } from '../windows.ts';
import { hasMenu, openMenuOf } from './context-menu.tsx';

export const MENU_COMMANDS: readonly Command[] = [
  {
    id: 'view.menu',
    title: 'Menu of the row that has the keys, as the right button opens it',
    group: 'View',
    // Shift+F10 steps a ring back while rings are shown
    keys: ['ContextMenu', '$mod+Enter', 'Shift+F10'],
    when: () => hasMenu(focusedElement()),
    needs: 'a row with a menu: a message, a finding, a row of the navigator',
    run: () => void openMenuOf(focusedElement()),
  },
];
