/** The menu of a message: filters by what the cell shows or by what else the message is, colours, a mark, and its text. */
import type { CellFilter } from '../../../src-core/analysis/cell-filter.ts';
import { CONTROLQ, EVENTQ } from '../../../src-core/spec/sound.ts';
import { addMark } from '../../marks/use-marks.ts';
import { useColourRules } from '../../store/colour-rules.ts';
import type { MessageRow } from '../../store/message-row.ts';
import { usePull } from '../../store/pull.ts';
import { notify } from '../../store/session.ts';
import { showSelected } from '../../store/show-selected.ts';
import { revealTime } from '../../store/time-range.ts';
import { usePanelView } from '../../store/view.ts';
import { MenuHeading } from '../../ui/context-menu.tsx';
import { copyText } from '../../ui/copy-button.tsx';
import { formatCount } from '../../ui/format.ts';
import { MenuItem, MenuLine, SubMenu } from '../../ui/menu.tsx';
import { colourBy, FilterItems, showFiltered } from '../filter-items.tsx';
import { TRAY_MESSAGES, toggleInTray, useTray } from './compare-store.ts';
import { goToCause } from './go-to-cause.ts';
import { copySelected } from './messages-selection.ts';

interface MessageMenuProps {
  readonly row: MessageRow;
  /** Of the table; absent when the menu was asked for by a key. */
  readonly columnId: string | undefined;
  /** All that are selected, this one among them. */
  readonly chosen: readonly number[];
}

/** `several`: those that are selected, when they are more than one. */
export function messageMenu(
  row: MessageRow,
  columnId: string | undefined,
  several?: readonly number[],
) {
  const chosen = several?.includes(row.index) === true ? several : [row.index];
  return <MessageMenu row={row} columnId={columnId} chosen={chosen} />;
}

function MessageMenu({ row, columnId, chosen }: MessageMenuProps) {
  const field = fieldOf(columnId, row);
  const fields = [field, ...OTHERS.map(([name]) => name)];
  const { data } = usePull('cellFilters', { index: row.index, fields }, { live: false });
  const own = data?.[0] ?? undefined;
  const isSeveral = chosen.length > 1;
  return (
    <>
      <MenuHeading>
        <code>{own?.equal ?? field}</code>
      </MenuHeading>
      <FilterItems expression={own?.equal} />
      <AmountItems own={own} />
      <OtherItems data={data} />
      <ColourItems own={own} data={data} />
      <MenuLine />
      <PlaceItems row={row} />
      <MenuLine />
      <SubMenu label={isSeveral ? `Copy ${formatCount(chosen.length)} messages` : 'Copy'}>
        <MenuItem
          label="As tab-separated text"
          keys="Ctrl+C"
          onSelect={() => void copySelected('tsv')}
        />
        <MenuItem
          label="As JSON lines"
          keys="Ctrl+Shift+C"
          onSelect={() => void copySelected('jsonl')}
        />
        <MenuItem
          label={isSeveral ? 'As a filter that finds them' : 'As a filter that finds it'}
          onSelect={() => void copySelected('filter')}
        />
        <MenuItem
          label="The value as a filter"
          disabled={own === undefined ? 'is looked up' : undefined}
          onSelect={() => void copyValue(own?.equal ?? '')}
        />
      </SubMenu>
    </>
  );
}

/** Amounts are seldom met again exactly. */
function AmountItems({ own }: { readonly own: CellFilter | undefined }) {
  const { atLeast, atMost } = own ?? {};
  if (atLeast === undefined || atMost === undefined) return null;
  return (
    <>
      <MenuItem
        label="Filter to this or more"
        onSelect={() => showFiltered({ expression: atLeast })}
      />
      <MenuItem
        label="Filter to this or less"
        onSelect={() => showFiltered({ expression: atMost })}
      />
    </>
  );
}

/** What else the message is, whichever cell was pressed. */
const OTHERS = [
  ['stream', 'stream'],
  ['queue', 'queue'],
  ['status', 'status'],
  ['track', 'run'],
  ['finding', 'findings'],
] as const;

type Filters = readonly (CellFilter | null)[] | undefined;

function othersIn(data: Filters): readonly { readonly word: string; readonly equal: string }[] {
  return OTHERS.flatMap(([, word], place) => {
    const equal = data?.[place + 1]?.equal ?? '';
    return equal === '' || equal.startsWith('!has') ? [] : [{ word, equal }];
  });
}

function OtherItems({ data }: { readonly data: Filters }) {
  return (
    <SubMenu label="Filter to its">
      {othersIn(data).map(({ word, equal }) => (
        <MenuItem
          key={word}
          label={`${word}: ${equal}`}
          onSelect={() => showFiltered({ expression: equal })}
        />
      ))}
    </SubMenu>
  );
}

function ColourItems(props: { readonly own: CellFilter | undefined; readonly data: Filters }) {
  const own = props.own?.equal ?? '';
  const { rules } = useColourRules();
  const others = othersIn(props.data).filter(({ equal }) => equal !== own);
  return (
    <SubMenu label="Colour by">
      <MenuItem label={`this: ${own}`} onSelect={() => colourBy(own)} />
      {others.map(({ word, equal }) => (
        <MenuItem key={word} label={`its ${word}: ${equal}`} onSelect={() => colourBy(equal)} />
      ))}
      <MenuLine />
      <MenuItem
        label="No colours"
        disabled={rules.length === 0 ? 'there are none' : undefined}
        onSelect={() => useColourRules.setState({ rules: [] })}
      />
    </SubMenu>
  );
}

function PlaceItems({ row }: { readonly row: MessageRow }) {
  const view = usePanelView();
  const { index, severity, poppedNs } = row;
  const { indexes } = useTray();
  const isIn = indexes.includes(index);
  const isFull = !isIn && indexes.length >= TRAY_MESSAGES;
  return (
    <>
      <MenuItem
        label="Open in the inspector"
        keys="Enter"
        onSelect={() => showSelected('inspector', view)}
      />
      <MenuItem
        label="Show in the timeline"
        onSelect={() => {
          revealTime(poppedNs, poppedNs, view);
          showSelected('timeline', view);
        }}
      />
      <MenuItem
        label="Go to its cause"
        disabled={severity > 0 ? undefined : 'no finding names this message'}
        onSelect={() => void goToCause(index, view)}
      />
      <MenuItem label="Mark here" onSelect={() => void addMark(poppedNs)} />
      <MenuItem
        label={isIn ? 'Take out of the compare tray' : 'Put into the compare tray'}
        keys="C"
        disabled={isFull ? `it holds ${TRAY_MESSAGES} messages` : undefined}
        onSelect={() => toggleInTray(index)}
      />
    </>
  );
}

/** The field that a column shows; of the kind, what tells requests and events apart. */
function fieldOf(columnId: string | undefined, { queue, code }: MessageRow): string {
  const isNamed = queue === CONTROLQ || (queue === EVENTQ && code > 0);
  const kind = isNamed ? 'code' : 'kind';
  if (columnId === undefined || columnId === 'kind') return kind;
  if (columnId.startsWith('field.')) return columnId.slice('field.'.length);
  return COLUMN_FIELDS[columnId] ?? kind;
}

const COLUMN_FIELDS: Readonly<Record<string, string>> = {
  ...{ index: 'number', time: 'time', queue: 'queue', stream: 'stream', status: 'status' },
  ...{ findings: 'finding', frames: 'frames', stages: 'latency', total: 'latency' },
  ...{ latency: 'latency_bytes' },
};

async function copyValue(text: string): Promise<void> {
  const isCopied = await copyText(text);
  const what = isCopied ? `Copied: ${text}` : 'The browser does not let the page copy.';
  notify({ severity: isCopied ? 'info' : 'warning', code: 'copied', what });
}
