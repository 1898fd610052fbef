/** Find: marks messages and hides none. What is found can stay coloured; such rules stand here with their number, which their
 *  rows carry too. */
import { ChevronDown, ChevronUp, Palette, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import {
  type ColourRule,
  hueOf,
  MARK_HUES,
  MOST_RULES,
  openFind,
  useColourRules,
  useFind,
  withoutRule,
  withRule,
} from '../../store/colour-rules.ts';
import { usePull } from '../../store/pull.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import styles from './find-bar.module.css';
import { findNext, useFindExpression } from './find-step.ts';

export function FindBar() {
  const text = useFind((find) => find.text);
  const { rules } = useColourRules();
  if (text === undefined && rules.length === 0) return null;
  return (
    <search className={styles.bar} aria-label="Find messages">
      {text === undefined ? null : <FindField text={text} />}
      {rules.map((rule) => (
        <Rule key={rule.expression} rule={rule} />
      ))}
    </search>
  );
}

function Rule({ rule }: { readonly rule: ColourRule }) {
  const { expression, colour } = rule;
  const { data } = usePull('filterState', { filter: { expression } }, { everyMs: 500 });
  return (
    <span
      className={`${styles.rule} ${colour > MARK_HUES ? styles.dashed : ''}`}
      data-mark={hueOf(colour)}
    >
      <button
        type="button"
        className={styles.name}
        title="Find these messages"
        onClick={() => {
          useFind.setState({ text: expression });
          openFind();
        }}
      >
        <b>{colour}</b>
        <code>{expression}</code>
        <span className={styles.count}>
          {data === undefined ? '' : data.mistake === undefined ? formatCount(data.matches) : '✕'}
        </span>
      </button>
      <IconButton
        label={`Remove the colour of ${expression}`}
        icon={<X />}
        onClick={() =>
          useColourRules.setState(({ rules }) => ({ rules: withoutRule(rules, rule) }))
        }
      />
    </span>
  );
}

function FindField({ text }: { readonly text: string }) {
  const input = useRef<HTMLInputElement>(null);
  const asked = useFind((find) => find.asked);
  const expression = useFindExpression();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time it is asked for
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, [asked]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') findNext(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') useFind.setState({ text: undefined });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <input
        ref={input}
        className={styles.input}
        value={text}
        placeholder="Find, as in  IO_ERR  or  latency > 1P"
        aria-label="Find messages"
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => useFind.setState({ text: target.value })}
        onKeyDown={onKeyDown}
      />
      <Found expression={expression} />
      <IconButton
        label="Previous found"
        command="messages.find-previous"
        icon={<ChevronUp />}
        onClick={() => findNext(-1)}
      />
      <IconButton
        label="Next found"
        command="messages.find-next"
        icon={<ChevronDown />}
        onClick={() => findNext(1)}
      />
      <KeepColour expression={expression} input={input} />
      <IconButton
        label="Close Find"
        icon={<X />}
        onClick={() => useFind.setState({ text: undefined })}
      />
    </>
  );
}

/** `12 found`, or what is wrong with the expression. */
function Found({ expression }: { readonly expression: string }) {
  const { data, isLoading } = usePull(
    'filterState',
    { filter: { expression } },
    { everyMs: 200, enabled: expression !== '' },
  );
  if (expression === '' || data === undefined || isLoading) {
    return <span className={styles.count} role="status" />;
  }
  const { mistake, matches, looked, all } = data;
  const share = looked < all ? ` · ${Math.floor((100 * looked) / all)} %` : '';
  return (
    <span
      className={mistake === undefined ? styles.count : styles.mistake}
      role="status"
      title={mistake?.message}
    >
      {mistake?.message ?? `${formatCount(matches)} found${share}`}
    </span>
  );
}

function KeepColour(props: {
  readonly expression: string;
  readonly input: { readonly current: HTMLInputElement | null };
}) {
  const { expression, input } = props;
  const { rules } = useColourRules();
  const isFull = rules.length >= MOST_RULES;
  return (
    <Button
      icon={<Palette />}
      disabled={expression === '' || isFull}
      tip={
        isFull
          ? `There are ${MOST_RULES} rules: take one away first`
          : 'Gives what is found a colour of its own, which stays, and finds the next thing'
      }
      onClick={() => {
        useColourRules.setState({ rules: withRule(rules, expression) });
        useFind.setState({ text: '' });
        input.current?.focus();
      }}
    >
      Colour
    </Button>
  );
}
