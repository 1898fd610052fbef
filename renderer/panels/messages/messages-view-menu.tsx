/** How deep the message table goes, whether runs are one line, what Δ is and which columns there are. */
import { ChevronsDownUp, Columns3 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { FieldInfo } from '../../../src-core/contract-messages.ts';
import { usePull } from '../../store/pull.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { fuzzyFind } from '../../ui/fuzzy.ts';
import { Menu, MenuItem, MenuLine, SubMenu } from '../../ui/menu.tsx';
import { Picker, type PickerRow } from '../../ui/picker.tsx';
import styles from './messages.module.css';
import {
  DELTA_MODES,
  DELTA_WORDS,
  DEPTH_WORDS,
  DEPTHS,
  resetColumns,
  setDepth,
  toggleCollapse,
  toggleColumn,
  toggleField,
  useMessageChoices,
} from './messages-choices.ts';

export function MessagesDepth() {
  const depth = useMessageChoices((choices) => choices.depth);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row of buttons
    <div role="group" aria-label="Depth" className={styles.depths}>
      {DEPTHS.map((each) => (
        <Button
          key={each}
          tone="quiet"
          pressed={depth === each}
          tip={DEPTH_WORDS[each].means}
          command="messages.depth"
          onClick={() => setDepth(each)}
        >
          {DEPTH_WORDS[each].title}
        </Button>
      ))}
    </div>
  );
}

interface Titled {
  readonly id: string;
  readonly title: string;
}

export interface MessagesViewMenuProps {
  /** Those that the table has of itself. */
  readonly columns: readonly Titled[];
  /** Those of them that it has no room for. */
  readonly leftOut: readonly Titled[];
}

export function MessagesViewMenu({ columns, leftOut }: MessagesViewMenuProps) {
  const depth = useMessageChoices((choices) => choices.depth);
  const collapse = useMessageChoices((choices) => choices.collapse);
  const [isPicking, setPicking] = useState(false);
  if (depth !== 'messages') return null;
  return (
    <>
      <IconButton
        label={
          collapse
            ? 'Show every message'
            : 'Runs of equal healthy messages as one line, never across a finding'
        }
        icon={<ChevronsDownUp />}
        pressed={collapse}
        command="messages.collapse"
        onClick={toggleCollapse}
      />
      <Menu
        align="end"
        trigger={
          leftOut.length === 0 ? (
            <IconButton label="Columns, and what Δ means" icon={<Columns3 />} />
          ) : (
            <Button
              tone="quiet"
              className={styles.fewer}
              icon={<Columns3 />}
              aria-label={`Columns: ${noRoom(leftOut)}`}
              tip={`Columns, and what Δ means. ${noRoom(leftOut)}`}
            >
              {`−${leftOut.length}`}
            </Button>
          )
        }
      >
        <ColumnItems columns={columns} leftOut={leftOut} onPick={() => setPicking(true)} />
      </Menu>
      <FieldPicker isOpen={isPicking} onClose={() => setPicking(false)} />
    </>
  );
}

/** Says what is missing and what brings it back. */
function noRoom(leftOut: readonly Titled[]): string {
  const titles = leftOut.map(({ title }) => title);
  const last = titles.pop() ?? '';
  const all = titles.length === 0 ? last : `${titles.join(', ')} and ${last}`;
  return `No room for ${all}: widen the panel, or take another column out.`;
}

export interface ColumnItemsProps {
  readonly columns: readonly Titled[];
  readonly leftOut: readonly Titled[];
  /** The column whose heading was pressed. */
  readonly at?: string | undefined;
  readonly onPick?: () => void;
}

/** Which columns there are, and what Δ is: of the button, and of the headings. */
export function ColumnItems({ columns, leftOut, at, onPick }: ColumnItemsProps) {
  const { delta, hidden, fields } = useMessageChoices();
  const own = columns.find(({ id }) => id === at);
  const field = at?.startsWith('field.') === true ? at.slice('field.'.length) : undefined;
  return (
    <>
      {own === undefined ? null : (
        <MenuItem label={`Without ${own.title}`} onSelect={() => toggleColumn(own.id)} />
      )}
      {field === undefined ? null : (
        <MenuItem label={`Without ${field}`} onSelect={() => toggleField(field)} />
      )}
      {own === undefined && field === undefined ? null : <MenuLine />}
      {columns.map(({ id, title }) => (
        <MenuItem
          key={id}
          label={leftOut.some((one) => one.id === id) ? `${title} (no room for it)` : title}
          isOn={!hidden.includes(id)}
          onSelect={() => toggleColumn(id)}
        />
      ))}
      <MenuLine />
      {fields.map((name) => (
        <MenuItem key={name} label={name} isOn onSelect={() => toggleField(name)} />
      ))}
      {onPick === undefined ? null : <MenuItem label="Another column…" onSelect={onPick} />}
      <MenuItem label="Columns as they were" onSelect={resetColumns} />
      <MenuLine />
      <SubMenu label="Δ">
        {DELTA_MODES.map((mode) => (
          <MenuItem
            key={mode}
            label={`${DELTA_WORDS[mode].title}: ${DELTA_WORDS[mode].means}`}
            isOn={delta === mode}
            onSelect={() => useMessageChoices.setState({ delta: mode })}
          />
        ))}
      </SubMenu>
    </>
  );
}

interface FieldRow extends PickerRow {
  readonly field: FieldInfo;
}

function FieldPicker(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const chosen = useMessageChoices((choices) => choices.fields);
  const list = usePull('fieldList', {}, { enabled: props.isOpen, live: false });
  const rows = useMemo(
    () => (list.data ?? []).map((field) => fieldRow(field, chosen)),
    [list.data, chosen],
  );
  return (
    <Picker<FieldRow>
      {...props}
      title="A field as a column"
      placeholder="Name or meaning of a field"
      find={(text) => fuzzyFind(text, rows, ({ title }) => title)}
      onTake={({ id }) => toggleField(id)}
      nothing="No field is called so."
      foot="The same names as in the filter and in `ringside read -T fields`."
    />
  );
}

function fieldRow(field: FieldInfo, chosen: readonly string[]): FieldRow {
  const { name, doc, unit } = field;
  const inUnit = unit === '' ? '' : ` (${unit})`;
  return {
    id: name,
    title: `${name}: ${doc}${inUnit}`,
    group: field.grade,
    ...(chosen.includes(name) ? { disabled: 'is a column' } : {}),
    field,
  };
}
