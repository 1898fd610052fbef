/** The life of the filter field: what is typed, what the host says to it, and what is done with that. */
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react';
import type { FilterHelp } from '../../../src-core/contract-filter.ts';
import { useRecentFilters } from '../../store/recent-filters.ts';
import { useSavedFilters } from '../../store/saved-filters.ts';
import { ask } from '../../store/session.ts';
import { sharedView, useView } from '../../store/view.ts';
import { accept, listed, remembered } from './filter-model.ts';

/** Help with the text that it is about. */
interface HelpOf extends FilterHelp {
  readonly of: string;
}

export function useFilterEntry(input: RefObject<HTMLInputElement | null>) {
  const expression = useView((view) => view.filter.expression) ?? '';
  const [text, setText] = useState(expression);
  const [help, setHelp] = useState<HelpOf>();
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const { recent } = useRecentFilters();
  const { saved } = useSavedFilters();
  useEffect(() => {
    setText((typed) => (typed.trim() === expression ? typed : expression));
  }, [expression]);

  const look = async (typed: string, cursor: number) => {
    const said = await ask('completeFilter', { text: typed, cursor });
    if (input.current?.value !== typed) return; // typed on meanwhile
    setHelp(said === undefined ? undefined : { ...said, of: typed });
    if (said !== undefined && said.mistake === undefined) apply(typed);
  };
  const type = (typed: string, cursor: number) => {
    setText(typed);
    setChosen(-1);
    setOpen(true);
    void look(typed, cursor);
  };
  /** Puts a text there, and the cursor. */
  const put = (typed: string, cursor: number) => {
    type(typed, cursor);
    input.current?.focus();
    requestAnimationFrame(() => {
      input.current?.setSelectionRange(cursor, cursor);
      void look(typed, cursor);
    });
  };
  const rows = isOpen ? listed(text, { recent, saved }, help?.proposals ?? []) : [];
  const take = (place: number) => {
    const row = rows[place];
    if (row?.saved !== undefined) {
      sharedView.setState({ filter: row.saved.filter });
      setText(row.saved.filter.expression ?? '');
      setOpen(false);
    }
    if (row?.recent !== undefined) put(row.recent, row.recent.length);
    if (row?.proposal === undefined || help?.of !== text) return; // it is for what stood there before
    const taken = accept(text, help, row.proposal);
    put(taken.text, taken.cursor);
  };
  const keep = () => {
    if (help?.of === text && help.mistake === undefined) {
      useRecentFilters.setState({ recent: remembered(recent, text) });
    }
    setOpen(false);
  };
  const open = (cursor: number) => {
    setOpen(true);
    void look(text, cursor);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = rows.length - 1;
    if (event.key === 'ArrowDown') setChosen(Math.min(chosen + 1, last));
    else if (event.key === 'ArrowUp') setChosen(Math.max(chosen - 1, -1));
    else if (event.key === 'Tab' && rows.length > 0 && !event.shiftKey) take(Math.max(chosen, 0));
    else if (event.key === 'Enter' && chosen >= 0) take(chosen);
    else if (event.key === 'Enter') keep();
    else if (event.key === 'Escape' && isOpen) setOpen(false);
    else if (event.key === 'Escape') input.current?.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const mistake = help?.of === text && text.trim() !== '' ? help.mistake : undefined;
  return { text, mistake, rows, chosen, type, put, take, keep, open, onKeyDown };
}

function apply(text: string): void {
  const { expression: _before, ...rest } = sharedView.getState().filter;
  const expression = text.trim();
  sharedView.setState({ filter: expression === '' ? rest : { ...rest, expression } });
}
