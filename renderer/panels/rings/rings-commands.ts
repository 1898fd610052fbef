/** Keys of the rings panel. Registered once, so that the list of keys shows them always; the panel that is there lends its
 *  actions. */
import type { Command } from '../../commands.ts';
import { sharedView } from '../../store/view.ts';
import { stepRing } from './rings-step.ts';
import { stepWatch } from './rings-watch.ts';

export interface RingActions {
  readonly toggleCircle: () => void;
  /** Undefined while the chosen slot leads to no message. */
  readonly openMessage: (() => void) | undefined;
  readonly toggleWatch: () => void;
}

let lent: (() => RingActions) | undefined;

/** `actions` gives what the panel can do at the moment of the key press. Call the result to take it back. */
export function lendRingActions(actions: () => RingActions): () => void {
  lent = actions;
  return () => {
    if (lent === actions) lent = undefined;
  };
}

const isShown = () => lent !== undefined;

export const RING_COMMANDS: readonly Command[] = [
  {
    id: 'rings.circle',
    title: 'Ring as tables or as a circle',
    group: 'Rings',
    keys: ['t'],
    when: isShown,
    run: () => lent?.().toggleCircle(),
  },
  {
    id: 'rings.step',
    title: 'To the next change of the ring',
    group: 'Rings',
    keys: ['F10'],
    when: isShown,
    needs: 'the rings panel',
    run: () => void stepRing(1),
  },
  {
    id: 'rings.step-back',
    title: 'To the change of the ring before',
    group: 'Rings',
    keys: ['Shift+F10'],
    when: isShown,
    needs: 'the rings panel',
    run: () => void stepRing(-1),
  },
  {
    id: 'rings.watch',
    title: 'Watch the chosen slot, or the queue, for being used again before it came back',
    group: 'Rings',
    keys: ['Shift+F9'],
    when: isShown,
    needs: 'the rings panel',
    run: () => lent?.().toggleWatch(),
  },
  {
    id: 'rings.watch-next',
    title: 'To the next time of the watch',
    group: 'Rings',
    keys: ['Alt+F10'],
    when: isShown,
    needs: 'the rings panel',
    run: () => void stepWatch(1),
  },
  {
    id: 'rings.watch-back',
    title: 'To the time of the watch before',
    group: 'Rings',
    keys: ['Alt+Shift+F10'],
    when: isShown,
    needs: 'the rings panel',
    run: () => void stepWatch(-1),
  },
  {
    id: 'rings.open-message',
    title: 'To the message of the chosen slot',
    group: 'Rings',
    keys: ['g'],
    when: () =>
      isShown() && sharedView.getState().tab === 'rings' && lent?.().openMessage !== undefined,
    run: () => lent?.().openMessage?.(),
  },
];
