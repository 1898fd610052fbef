/** Steps from message to message that work from every panel. */
import type { Command } from '../../commands.ts';
import { activeView } from '../../store/own-views.ts';
import { useSession } from '../../store/session.ts';
import { stepMessage, stepSameStream } from '../../store/step-message.ts';
import { selectedMessage, showTab } from '../../store/view.ts';
import { closeTray, toggleInTray, useTray } from './compare-store.ts';
import { findNext, isFinding, showFind } from './find-step.ts';
import { askForName, canKeepFilter } from './keep-filter.tsx';
import { nextDepth, toggleCollapse } from './messages-choices.ts';

const isShown = () => {
  const { status } = useSession.getState();
  return status !== null && status !== undefined;
};

export const MESSAGE_COMMANDS: readonly Command[] = [
  step('messages.next-same', 'Next message of the same stream', '$mod+.', () => stepSameStream(1)),
  step('messages.previous-same', 'Previous message of the same stream', '$mod+,', () =>
    stepSameStream(-1),
  ),
  step('messages.next-problem', 'Next message with a problem', 'n', () => stepProblem(1)),
  step('messages.previous-problem', 'Previous message with a problem', 'Shift+n', () =>
    stepProblem(-1),
  ),
  step('messages.next', 'Next message', 'F8', () => stepMessage({}, 1, 'message')),
  step('messages.previous', 'Previous message', 'F7', () => stepMessage({}, -1, 'message')),
  {
    id: 'messages.find',
    title: 'Find messages: marks them and hides none',
    group: 'Messages',
    keys: ['$mod+f'],
    when: isShown,
    run: showFind,
  },
  {
    id: 'messages.keep-filter',
    title: 'Keep the filter by a name',
    group: 'Messages',
    when: () => isShown() && canKeepFilter(),
    needs: 'a filter',
    run: () => shown(askForName),
  },
  found('messages.find-next', 'Next message that is found', 'F3', 1),
  found('messages.find-previous', 'Previous message that is found', 'Shift+F3', -1),
  {
    id: 'messages.depth',
    title: 'Conversations, messages, or events',
    group: 'Messages',
    keys: ['v'],
    when: isShown,
    run: () => shown(nextDepth),
  },
  {
    id: 'messages.collapse',
    title: 'Runs of equal healthy messages as one line',
    group: 'Messages',
    keys: ['Shift+v'],
    when: isShown,
    run: () => shown(toggleCollapse),
  },
  {
    id: 'messages.compare',
    title: 'Put the message into the compare tray, or take it out',
    group: 'Messages',
    keys: ['c'],
    when: () => isShown() && selectedMessage(activeView().getState()) !== undefined,
    needs: 'a selected message',
    run: () => {
      const index = selectedMessage(activeView().getState());
      if (index !== undefined) shown(() => toggleInTray(index));
    },
  },
  {
    id: 'messages.close-tray',
    title: 'Close the compare tray',
    group: 'Messages',
    keys: ['Escape'],
    when: () => useTray.getState().indexes.length > 0,
    needs: 'a message in the compare tray',
    run: closeTray,
  },
];

/** What changes the table is seen: its panel comes to the front. */
function shown(change: () => void): void {
  showTab('messages');
  change();
}

function stepProblem(by: 1 | -1) {
  return stepMessage({ problems: true }, by, 'message with a problem');
}

function step(id: string, title: string, keys: string, go: () => Promise<void>): Command {
  return { id, title, group: 'Messages', keys: [keys], when: isShown, run: () => void go() };
}

function found(id: string, title: string, keys: string, by: 1 | -1): Command {
  const needs = 'something to find: Ctrl+F';
  const when = () => isShown() && isFinding();
  return { id, title, group: 'Messages', keys: [keys], when, needs, run: () => findNext(by) };
}
