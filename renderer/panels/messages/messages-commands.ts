/** Steps from message to message that work from every panel. */
import type { Command } from '../../commands.ts';
import { useSession } from '../../store/session.ts';
import { stepMessage, stepSameStream } from '../../store/step-message.ts';

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
];

function stepProblem(by: 1 | -1) {
  return stepMessage({ problems: true }, by, 'message with a problem');
}

function step(id: string, title: string, keys: string, go: () => Promise<void>): Command {
  return { id, title, group: 'Messages', keys: [keys], when: isShown, run: () => void go() };
}
