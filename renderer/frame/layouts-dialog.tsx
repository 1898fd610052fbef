/** Layouts: choose one, save the one that is on under a name, reset, delete, hand on as a file, take one from a file. */
import { type FormEvent, useRef, useState } from 'react';
import { builtInLayout } from '../dock/built-in-layouts.ts';
import { layoutFileText, parseLayoutFile } from '../dock/layout.ts';
import {
  chooseLayout,
  currentLayout,
  deleteLayout,
  layoutOf,
  type NamedLayout,
  namedLayouts,
  resetLayout,
  saveLayout,
  titleOf,
  useLayouts,
} from '../dock/layout-store.ts';
import { notify } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { saveText } from '../ui/save-text.ts';
import { closeDialog, useDialogs } from './dialogs.ts';
import styles from './layouts.module.css';

export function LayoutsDialog() {
  const isOpen = useDialogs(({ open }) => open === 'layouts');
  return (
    <Dialog title="Layouts" isOpen={isOpen} onClose={closeDialog} width="middle">
      {isOpen ? <Layouts /> : null}
    </Dialog>
  );
}

function Layouts() {
  const state = useLayouts();
  return (
    <div className={styles.page}>
      <ul aria-label="Layouts">
        {namedLayouts(state).map((layout) => (
          <LayoutRow key={layout.id} layout={layout} isActive={layout.id === state.active} />
        ))}
      </ul>
      <SaveAs />
      <ImportExport active={state.active} />
    </div>
  );
}

function LayoutRow({
  layout,
  isActive,
}: {
  readonly layout: NamedLayout;
  readonly isActive: boolean;
}) {
  const { id, title, isOwn, isChanged } = layout;
  return (
    <li className={styles.row}>
      <Button
        className={styles.choose}
        tone="quiet"
        pressed={isActive}
        onClick={() => chooseLayout(id)}
      >
        {title}
      </Button>
      <span className={styles.purpose}>
        {isOwn ? 'your own' : builtInLayout(id)?.purpose}
        {isChanged ? ' · changed' : ''}
      </span>
      {isChanged ? (
        <Button aria-label={`${title} as it was`} onClick={() => resetLayout(id)}>
          Reset
        </Button>
      ) : null}
      {isOwn ? (
        <Button aria-label={`Delete ${title}`} onClick={() => deleteLayout(id)}>
          Delete
        </Button>
      ) : null}
    </li>
  );
}

function SaveAs() {
  const [title, setTitle] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() === '') return;
    saveLayout(title, currentLayout());
    setTitle('');
  };
  return (
    <form className={styles.save} onSubmit={submit}>
      <input
        aria-label="Name for the panels as they are now"
        placeholder="Name for the panels as they are now"
        maxLength={60}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      <Button type="submit" disabled={title.trim() === ''}>
        Save as
      </Button>
    </form>
  );
}

function ImportExport({ active }: { readonly active: string }) {
  const file = useRef<HTMLInputElement>(null);
  const take = async () => {
    const [chosen] = file.current?.files ?? [];
    const read = chosen === undefined ? undefined : parseLayoutFile(await chosen.text());
    if (read !== undefined) saveLayout(read.title, read.layout);
    else if (chosen !== undefined) {
      const what = `${chosen.name} is no layout of Ringside.`;
      const action = 'Take a file that “Export” wrote.';
      notify({ severity: 'error', code: 'no-layout', what, action });
    }
    if (file.current !== null) file.current.value = '';
  };
  const give = () => {
    const layout = layoutOf(active);
    if (layout === undefined) return;
    const title = titleOf(active);
    saveText(
      `${title.toLowerCase().replace(/\W+/g, '-')}.layout.json`,
      layoutFileText(title, layout),
    );
  };
  return (
    <div className={styles.files}>
      <Button onClick={give}>Export “{titleOf(active)}”</Button>
      <Button onClick={() => file.current?.click()}>Import a file…</Button>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        aria-label="Layout file"
        className="visually-hidden"
        tabIndex={-1}
        onChange={() => void take()}
      />
    </div>
  );
}
