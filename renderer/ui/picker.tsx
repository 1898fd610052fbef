/** A field over a list that it narrows: arrows choose, Enter takes, Escape leaves. The palettes are made of it. */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Dialog } from './dialog.tsx';
import styles from './picker.module.css';

export interface PickerRow {
  readonly id: string;
  readonly title: string;
  /** What kind of thing it is. */
  readonly group: string;
  readonly keys?: string | undefined;
  /** Why it cannot be taken now. */
  readonly disabled?: string | undefined;
}

export interface PickerProps<Row extends PickerRow> {
  readonly title: string;
  readonly placeholder: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** The rows for a text, best first. */
  readonly find: (text: string) => readonly Row[];
  readonly onTake: (row: Row) => void;
  /** Where nothing fits. */
  readonly nothing: string;
  readonly foot?: ReactNode;
}

const MOST_ROWS = 60;

export function Picker<Row extends PickerRow>(props: PickerProps<Row>) {
  const { title, isOpen, onClose } = props;
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} width="middle">
      {isOpen ? <PickerBody {...props} /> : null}
    </Dialog>
  );
}

function PickerBody<Row extends PickerRow>(props: PickerProps<Row>) {
  const { title, placeholder, onClose, find, onTake, nothing, foot } = props;
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const rows = find(text).slice(0, MOST_ROWS);
  const chosen = Math.min(at, Math.max(0, rows.length - 1));
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView?.({ block: 'nearest' });
  }, [chosen]);
  const take = (row: Row | undefined) => {
    if (row === undefined || row.disabled !== undefined) return;
    onClose();
    onTake(row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (event.key === 'Enter') take(rows[chosen]);
    else if (step === undefined) return;
    else setAt(Math.max(0, Math.min(rows.length - 1, chosen + step)));
    event.preventDefault();
  };
  return (
    <div className={styles.picker}>
      <input
        data-autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={rows.length === 0 ? undefined : `${id}-${chosen}`}
        aria-label={title}
        value={text}
        spellCheck={false}
        placeholder={placeholder}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={`${id}-list`} role="listbox" aria-label={title} className={styles.list}>
        {rows.map((row, place) => (
          <RowLine
            key={row.id}
            id={`${id}-${place}`}
            row={row}
            isChosen={place === chosen}
            onPoint={() => setAt(place)}
            onTake={() => take(row)}
          />
        ))}
      </div>
      {rows.length === 0 ? <p className={styles.nothing}>{nothing}</p> : null}
      {foot === undefined ? null : <p className={styles.foot}>{foot}</p>}
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
};

function RowLine({
  id,
  row,
  isChosen,
  onPoint,
  onTake,
}: {
  readonly id: string;
  readonly row: PickerRow;
  readonly isChosen: boolean;
  readonly onPoint: () => void;
  readonly onTake: () => void;
}) {
  const { title, group, keys, disabled } = row;
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      aria-disabled={disabled !== undefined}
      className={styles.row}
      onPointerMove={onPoint}
      onClick={onTake}
      onKeyDown={undefined}
    >
      <span className={styles.group}>{group}</span>
      <span className={styles.title}>{title}</span>
      {disabled === undefined ? null : <span className={styles.why}>{disabled}</span>}
      {keys === undefined ? null : <kbd className={styles.keys}>{keys}</kbd>}
    </div>
  );
}
