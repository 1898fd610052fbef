/** A tooltip that names what is under it and the keys for it. There are a hundred elements with one and at most one tooltip:
 *  each element only listens, and the page has one layer that shows the tooltip of the element that asked last. */
import { Tooltip } from '@base-ui/react/tooltip';
import {
  cloneElement,
  type FocusEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
} from 'react';
import { create } from 'zustand';
import { commandOf, keyLabel, keysOf } from '../commands.ts';
import styles from './tip.module.css';

export interface TipProps {
  readonly label: ReactNode;
  /** Whose keys are shown beside the label. */
  readonly command?: string | undefined;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  /** One element that takes props and a ref, such as a button. */
  readonly children: ReactElement<Record<string, unknown>>;
}

interface ShownTip extends Omit<TipProps, 'children'> {
  /** Of the `Tip` that it belongs to. */
  readonly id: string;
  readonly element: HTMLElement;
}

const DELAY_MS = 450;
/** One tooltip follows the other without delay. */
const NEXT_MS = 400;
/** To reach the tooltip itself, which may be longer than one can read in passing. */
const LEAVE_MS = 120;

const useTips = create<{ readonly shown: ShownTip | undefined }>(() => ({ shown: undefined }));
let timer: ReturnType<typeof setTimeout> | undefined;
/** The `Tip` whose turn comes when the timer has run. */
let waitingId: string | undefined;
let hiddenAtMs = Number.NEGATIVE_INFINITY;
/** What the pointer is over, of all that have a tooltip. */
let under: Element | undefined;
let seen: Event | undefined;

export function Tip({ label, command, side = 'bottom', children }: TipProps) {
  const id = useId();
  useEffect(() => () => hide(id), [id]);
  useEffect(() => renew(id, label), [id, label]);
  const tip = { id, label, command, side };
  const listeners = {
    onPointerOver: (event: PointerEvent<HTMLElement>) => {
      if (event.pointerType === 'touch' || !comesIn(event)) return;
      const { currentTarget: element } = event;
      element.addEventListener('pointerleave', () => leaves(element, id), { once: true });
      show({ ...tip, element });
    },
    onPointerDown: () => hide(id),
    onFocus: ({ currentTarget, target }: FocusEvent<HTMLElement>) => {
      if (target.matches(':focus-visible')) show({ ...tip, element: currentTarget });
    },
    onBlur: () => hide(id),
  };
  const merged = Object.entries(listeners).map(([name, ours]) => {
    const theirs = children.props[name];
    const both = (event: never) => {
      if (typeof theirs === 'function') theirs(event);
      ours(event);
    };
    return [name, both];
  });
  return cloneElement(children, Object.fromEntries(merged));
}

/** Whether the pointer was not over the element before. React's own enter and leave do not come where what was under the
 *  pointer is gone meanwhile, as live rows are: over comes always, and so does the element's own leave. */
function comesIn({ currentTarget, nativeEvent }: PointerEvent<HTMLElement>): boolean {
  if (nativeEvent === seen) return false; // by an element inside that has a tooltip too
  seen = nativeEvent;
  if (under === currentTarget) return false;
  under = currentTarget;
  return true;
}

function leaves(element: Element, id: string): void {
  if (under === element) under = undefined;
  hideSoon(id);
}

/** A toggle says another thing once it was pressed. */
function renew(id: string, label: ReactNode): void {
  const { shown } = useTips.getState();
  if (shown?.id === id && shown.label !== label) useTips.setState({ shown: { ...shown, label } });
}

function show(tip: ShownTip): void {
  const { shown } = useTips.getState();
  stopWaiting();
  if (shown?.id === tip.id) return;
  const isNext = shown !== undefined || performance.now() - hiddenAtMs < NEXT_MS;
  waitingId = tip.id;
  timer = setTimeout(() => useTips.setState({ shown: tip }), isNext ? 0 : DELAY_MS);
}

function hideSoon(id: string): void {
  if (waitingId === id) stopWaiting();
  if (useTips.getState().shown?.id !== id) return;
  stopWaiting();
  timer = setTimeout(() => hide(id), LEAVE_MS);
}

/** What waits to be shown is not. */
function hide(id: string): void {
  if (waitingId === id) stopWaiting();
  if (useTips.getState().shown?.id !== id) return;
  hiddenAtMs = performance.now();
  useTips.setState({ shown: undefined });
}

function stopWaiting(): void {
  clearTimeout(timer);
  waitingId = undefined;
}

/** Around the whole page: what is shown is shown here. */
export function TipProvider({ children }: { readonly children: ReactNode }) {
  return (
    <>
      {children}
      <TipLayer />
    </>
  );
}

function TipLayer() {
  const shown = useTips((tips) => tips.shown);
  if (shown === undefined) return null;
  const { id, element, label, command, side = 'bottom' } = shown;
  const { ownerDocument } = element;
  return (
    <Tooltip.Root key={id} open onOpenChange={(isOpen) => !isOpen && hide(id)}>
      <Tooltip.Portal container={ownerDocument === document ? undefined : ownerDocument.body}>
        <Tooltip.Positioner
          anchor={element}
          side={side}
          sideOffset={6}
          className={styles.positioner}
        >
          <Tooltip.Popup
            className={styles.popup}
            onPointerEnter={stopWaiting}
            onPointerLeave={() => hideSoon(id)}
          >
            <span>{label}</span>
            {command === undefined ? null : <Keys command={command} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** The keys of a command as key caps; nothing when it has none. */
export function Keys({ command }: { readonly command: string }) {
  const found = commandOf(command);
  const keys = found === undefined ? undefined : keysOf(found)[0];
  return keys === undefined ? null : <kbd className={styles.keys}>{keyLabel(keys)}</kbd>;
}
