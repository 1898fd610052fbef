/** The filter field: completion with meanings, the mistake underlined with its mending, and how many messages pass. */
import { Filter, FilterX, X } from 'lucide-react';
import { type RefObject, useEffect, useId, useRef } from 'react';
import type { FilterMistake } from '../../../src-core/contract-filter.ts';
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import { registerCommands } from '../../commands.ts';
import { filterWords } from '../../store/saved-filters.ts';
import { sharedView, showTab, useView } from '../../store/view.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { useFilterEntry } from './filter-entry.ts';
import styles from './filter-field.module.css';
import { Matches } from './filter-matches.tsx';
import { type ListedRow, underlined } from './filter-model.ts';
import { KeepFilterButton } from './keep-filter.tsx';
import { isFiltering } from './messages-model.ts';

const PLACEHOLDER = 'Filter, as in  latency > 0.5P && stream == 0';

/** `count` tells how many messages the table shows. */
export function FilterField({ count }: { readonly count: string }) {
  const input = useRef<HTMLInputElement>(null);
  const entry = useFilterEntry(input);
  const { text, mistake, rows, chosen } = entry;
  const id = useId();
  useFocusCommand(input);
  return (
    <div className={styles.field}>
      <div className={styles.line}>
        <Filter aria-hidden size={14} />
        <div className={styles.entry}>
          <Underlined text={text} mistake={mistake} />
          <input
            ref={input}
            className={styles.input}
            value={text}
            placeholder={PLACEHOLDER}
            spellCheck={false}
            autoComplete="off"
            role="combobox"
            aria-label="Filter messages"
            aria-expanded={rows.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
            aria-invalid={mistake !== undefined}
            onChange={({ target }) => entry.type(target.value, target.selectionStart ?? 0)}
            onFocus={({ target }) => entry.open(target.selectionStart ?? 0)}
            onBlur={entry.keep}
            onKeyDown={entry.onKeyDown}
          />
        </div>
        <Matches />
        <span className={styles.count} title={count}>
          {count}
        </span>
        <ShowAll />
        <KeepFilterButton />
        {text === '' ? null : (
          <IconButton label="Clear the filter" icon={<X />} onClick={() => entry.put('', 0)} />
        )}
      </div>
      {mistake === undefined ? null : <Mistake mistake={mistake} put={entry.put} />}
      {rows.length === 0 ? null : (
        <Proposals id={id} rows={rows} chosen={chosen} take={entry.take} />
      )}
    </div>
  );
}

/** The same text behind the field, without colour: only the line under the mistake is seen. */
function Underlined(props: { readonly text: string; readonly mistake: FilterMistake | undefined }) {
  if (props.mistake === undefined) return null;
  const [before, wrong, after] = underlined(props.text, props.mistake);
  return (
    <div className={styles.under} aria-hidden>
      {before}
      <span className={styles.wrong}>{wrong}</span>
      {after}
    </div>
  );
}

function Mistake(props: {
  readonly mistake: FilterMistake;
  readonly put: (text: string, cursor: number) => void;
}) {
  const { message, suggestion } = props.mistake;
  return (
    <div className={styles.mistake} role="status">
      <span>{message}</span>
      {suggestion === undefined ? null : (
        <Button onClick={() => props.put(suggestion, suggestion.length)}>
          <code>{suggestion}</code>
        </Button>
      )}
    </div>
  );
}

function Proposals(props: {
  readonly id: string;
  readonly rows: readonly ListedRow[];
  readonly chosen: number;
  readonly take: (place: number) => void;
}) {
  const { id, rows, chosen, take } = props;
  return (
    <div className={styles.list} id={`${id}-list`} role="listbox" aria-label="What may come next">
      {rows.map((row, place) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's, which keeps the focus
        <div
          key={row.saved?.name ?? row.recent ?? row.proposal?.text}
          id={`${id}-${place}`}
          role="option"
          tabIndex={-1}
          aria-selected={place === chosen}
          className={styles.row}
          ref={
            place === chosen
              ? (element) => element?.scrollIntoView({ block: 'nearest' })
              : undefined
          }
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => take(place)}
        >
          <code>{row.saved?.name ?? row.recent ?? row.proposal?.text}</code>
          <span className={styles.doc}>{docOf(row)}</span>
        </div>
      ))}
    </div>
  );
}

function docOf({ saved, recent, proposal }: ListedRow): string | undefined {
  if (saved !== undefined) return `kept: ${filterWords(saved.filter, QUEUE_NAMES)}`;
  return recent === undefined ? proposal?.doc : 'used before';
}

/** Takes out the quick filter: queues, streams, problems. */
function ShowAll() {
  const filter = useView((view) => view.filter);
  const { expression, ...quick } = filter;
  if (!isFiltering(quick)) return null;
  return (
    <IconButton
      label="Show all messages"
      icon={<FilterX />}
      onClick={() => sharedView.setState({ filter: {} })}
    />
  );
}

function useFocusCommand(input: RefObject<HTMLInputElement | null>): void {
  useEffect(
    () =>
      registerCommands([
        {
          id: 'messages.filter',
          title: 'Filter messages',
          group: 'Messages',
          keys: ['/'],
          run: () => {
            showTab('messages');
            requestAnimationFrame(() => {
              input.current?.focus();
              input.current?.select();
            });
          },
        },
      ]),
    [input],
  );
}
