/** The menu of a rule that was broken, or of one of its findings. */
import type { MouseEvent } from 'react';
import type { FindingRow } from '../../../src-core/contract-data.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { isRuleId, type RuleId, ruleOf } from '../../../src-core/spec/rules.ts';
import { addMark } from '../../marks/use-marks.ts';
import { usePull } from '../../store/pull.ts';
import { MenuHeading, useContextMenu } from '../../ui/context-menu.tsx';
import { copyText } from '../../ui/copy-button.tsx';
import { formatCount } from '../../ui/format.ts';
import { MenuItem, MenuLine } from '../../ui/menu.tsx';
import { colourBy, FilterItems } from '../filter-items.tsx';
import { goToFinding, goToFirst } from './go-to-finding.ts';

interface FindingItemsProps {
  readonly rule: RuleId;
  /** Absent: of the rule itself. */
  readonly row: FindingRow | undefined;
}

function FindingItems({ rule, row }: FindingItemsProps) {
  const { asks, section, by, severity } = ruleOf(rule);
  const expression = `finding == "${rule}"`;
  const says = row === undefined ? asks : row.detail;
  const text = `${rule} (${severity}, by the ${by}, § ${section}): ${asks}${row === undefined ? '' : ` ${row.detail}`}`;
  return (
    <>
      <MenuHeading>{row === undefined ? rule : `${rule}: ${says}`}</MenuHeading>
      {row === undefined ? (
        <MenuItem label="Go to the first" keys="Enter" onSelect={() => void goToFirst(rule)} />
      ) : (
        <MenuItem
          label={row.index < 0 ? 'Go to its time' : `Go to message ${formatCount(row.index)}`}
          keys="Enter"
          onSelect={() => goToFinding(row)}
        />
      )}
      {row === undefined ? null : (
        <MenuItem label="Mark here" onSelect={() => void addMark(row.atNs)} />
      )}
      <MenuLine />
      <FilterItems expression={expression} />
      <MenuItem label="Colour its messages" onSelect={() => colourBy(expression)} />
      <MenuLine />
      <MenuItem label="Copy the sentence" onSelect={() => void copyText(text)} />
      <MenuItem label="Copy the rule’s id" onSelect={() => void copyText(rule)} />
    </>
  );
}

/** One for a list of findings: its lines tell which rule they are of, and which finding. */
export function useFindingMenu() {
  const { open, layer } = useContextMenu();
  const onContextMenu = (event: MouseEvent) => {
    const line = (event.target as Element).closest<HTMLElement>('[data-rule]');
    const { rule = '', seq } = line?.dataset ?? {};
    if (!isRuleId(rule)) return;
    line?.focus();
    open(event, <AskedItems rule={rule} seq={seq === undefined ? undefined : Number(seq)} />);
  };
  return { onContextMenu, layer };
}

/** The finding is asked for again: lists hold rows as elements only. */
function AskedItems(props: { readonly rule: RuleId; readonly seq: number | undefined }) {
  const { rule, seq } = props;
  const asked = { rule, first: 0, count: LIMITS.violationsPerRule };
  const { data } = usePull('finding', asked, { live: false, enabled: seq !== undefined });
  return <FindingItems rule={rule} row={data?.find((row) => row.seq === seq)} />;
}
