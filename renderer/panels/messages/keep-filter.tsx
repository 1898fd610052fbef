/** Gives the filter a name, under which it is listed in the navigator and offered in the filter field. */
import { Bookmark } from 'lucide-react';
import { useState } from 'react';
import { create } from 'zustand';
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import { filterWords, keepFilter, useSavedFilters } from '../../store/saved-filters.ts';
import { notify } from '../../store/session.ts';
import { sharedView, useView } from '../../store/view.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './filter-field.module.css';
import { isFiltering } from './messages-model.ts';

const useNaming = create(() => ({ isOpen: false }));

export function canKeepFilter(): boolean {
  return isFiltering(sharedView.getState().filter);
}

export function askForName(): void {
  if (canKeepFilter()) useNaming.setState({ isOpen: true });
}

export function KeepFilterButton() {
  const filter = useView((view) => view.filter);
  const { isOpen } = useNaming();
  return (
    <>
      {isFiltering(filter) ? (
        <IconButton
          label="Keep this filter by a name"
          icon={<Bookmark />}
          command="messages.keep-filter"
          onClick={askForName}
        />
      ) : null}
      <Dialog title="Keep this filter" isOpen={isOpen} onClose={close}>
        <Naming />
      </Dialog>
    </>
  );
}

function Naming() {
  const filter = useView((view) => view.filter);
  const { saved } = useSavedFilters();
  const [name, setName] = useState('');
  const isTaken = saved.some((known) => known.name === name.trim());
  return (
    <form
      className={styles.naming}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === '') return;
        keepFilter(name, filter);
        close();
        const what = `“${name.trim()}” stands in the navigator, and in the list under the filter field.`;
        notify({ severity: 'info', code: 'filter-kept', what });
      }}
    >
      <code className="selectable">{filterWords(filter, QUEUE_NAMES)}</code>
      <label className={styles.nameField}>
        Name
        <input
          data-autofocus
          value={name}
          spellCheck={false}
          maxLength={60}
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      <div className={styles.nameLine}>
        <span>{isTaken ? 'Replaces the filter of that name.' : ''}</span>
        <Button type="submit" tone="primary" disabled={name.trim() === ''}>
          Keep
        </Button>
      </div>
    </form>
  );
}

function close(): void {
  useNaming.setState({ isOpen: false });
}
