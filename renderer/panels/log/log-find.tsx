/** Search in the log: marks and steps, hides nothing. */
import { ChevronDown, ChevronUp } from 'lucide-react';
import { type KeyboardEvent, type Ref, useEffect } from 'react';
import { isPanelFocused, registerCommands } from '../../commands.ts';
import { IconButton } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import styles from './log.module.css';

export interface LogFindProps {
  readonly input: Ref<HTMLInputElement> & { readonly current: HTMLInputElement | null };
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Lines that have it, and which of them one stands at. */
  readonly count: number;
  readonly at: number;
  readonly onStep: (by: 1 | -1) => void;
}

export function LogFind({ input, text, onText, count, at, onStep }: LogFindProps) {
  useFindKeys(input, onStep);
  const isOn = text.trim() !== '';
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape' && text !== '') onText('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search className={styles.find} aria-label="Find in the log">
      <input
        ref={input}
        className={styles.input}
        value={text}
        placeholder="Find in the log"
        aria-label="Find in the log"
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => onText(target.value)}
        onKeyDown={onKeyDown}
      />
      <span className={styles.found} role="status">
        {!isOn ? '' : count === 0 ? 'none' : `${formatCount(at + 1)} of ${formatCount(count)}`}
      </span>
      <IconButton
        label="Previous line that has it"
        icon={<ChevronUp />}
        disabled={count === 0}
        onClick={() => onStep(-1)}
      />
      <IconButton
        label="Next line that has it"
        icon={<ChevronDown />}
        disabled={count === 0}
        onClick={() => onStep(1)}
      />
    </search>
  );
}

/** While the log has the keys, those of Find are about it. */
function useFindKeys(
  input: { readonly current: HTMLInputElement | null },
  onStep: (by: 1 | -1) => void,
): void {
  useEffect(() => {
    const group = 'Log';
    const when = () => isPanelFocused('log');
    const needs = 'the log';
    return registerCommands([
      {
        ...{ id: 'log.find', title: 'Find in the log', group, when, needs, keys: ['$mod+f'] },
        run: () => {
          input.current?.focus();
          input.current?.select();
        },
      },
      {
        ...{ id: 'log.find-next', title: 'Next line that has it', group, when, needs },
        ...{ keys: ['F3'], run: () => onStep(1) },
      },
      {
        ...{ id: 'log.find-previous', title: 'Previous line that has it', group, when, needs },
        ...{ keys: ['Shift+F3'], run: () => onStep(-1) },
      },
    ]);
  }, [input, onStep]);
}
