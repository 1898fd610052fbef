/** Which part of guest memory each area of a ring, and each buffer in it, lies in. */
import { formatBytes, formatCount, formatPlural } from '../../ui/format.ts';
import styles from './rings.module.css';
import type { Ring } from './rings-facts.ts';
import { placeIn, type RangeLine, type RegionLines, ringRanges } from './rings-memory.ts';
import { hexAddress, SLOT_STAGES, STAGE_WORDS } from './rings-model.ts';
import parts from './rings-parts.module.css';
import type { PickedSlot } from './rings-slots.tsx';

export interface MemoryViewProps {
  readonly ring: Ring;
  readonly picked: PickedSlot | undefined;
  readonly onPick: (picked: PickedSlot) => void;
}

export function MemoryView(props: MemoryViewProps) {
  const { groups, areRegionsKnown, more } = ringRanges(props.ring);
  return (
    <section
      className={parts.memory}
      aria-label="Address ranges"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by key
      tabIndex={0}
    >
      {groups.map((group) => (
        <Group key={group.nth} group={group} {...props} areRegionsKnown={areRegionsKnown} />
      ))}
      {more > 0 ? <p className={styles.hint}>{`${formatCount(more)} more ranges`}</p> : null}
    </section>
  );
}

interface GroupProps extends MemoryViewProps {
  readonly group: RegionLines;
  readonly areRegionsKnown: boolean;
}

function Group({ group, areRegionsKnown, ring, picked, onPick }: GroupProps) {
  const { region, nth, lines } = group;
  return (
    <>
      <h3 className={region === undefined && areRegionsKnown ? styles.problem : undefined}>
        {titleOf(group, ring, areRegionsKnown)}
      </h3>
      {region === undefined ? null : <Bar region={region} lines={lines} />}
      {lines.length === 0 ? (
        <p className={styles.hint}>Nothing of this queue lies here.</p>
      ) : (
        <table className="mono" aria-label={`Ranges, group ${nth}`}>
          <tbody>
            {lines.map((line) => (
              <Line key={`${line.name}`} {...{ line, picked, onPick }} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function titleOf({ region, nth }: RegionLines, ring: Ring, areRegionsKnown: boolean): string {
  if (region !== undefined) {
    const last = region.guestAddress + BigInt(region.widthBytes) - 1n;
    const all = ring.regions?.length ?? 0;
    return `Region ${nth} of ${all}: ${hexAddress(region.guestAddress)} – ${hexAddress(last)}, ${formatBytes(region.widthBytes)}`;
  }
  return areRegionsKnown
    ? '✕ Outside of guest memory'
    : 'This source does not tell the regions of guest memory';
}

/** The region from its first byte to its last, with what lies in it. */
function Bar({ region, lines }: Required<Pick<RegionLines, 'region' | 'lines'>>) {
  return (
    <div className={parts.region} aria-hidden="true">
      {lines.map((line) => {
        const [from, to] = placeIn(line, region);
        const style = { left: `${100 * from}%`, width: `${100 * (to - from)}%` };
        return <span key={line.name} className={`${parts.tick} ${classOf(line)}`} style={style} />;
      })}
    </div>
  );
}

interface LineProps extends Pick<MemoryViewProps, 'picked' | 'onPick'> {
  readonly line: RangeLine;
}

function Line({ line, picked, onPick }: LineProps) {
  const { name, address, bytes, slot, isOutside, stage } = line;
  const isPicked = slot >= 0 && picked?.table === 'descriptor' && picked.slot === slot;
  const classes = [isOutside ? styles.wrong : '', isPicked ? styles.picked : ''];
  const word = STAGE_WORDS[SLOT_STAGES[stage] ?? 'free'];
  return (
    <tr className={classes.join(' ')}>
      <th scope="row">
        {slot < 0 ? (
          name
        ) : (
          <button type="button" onClick={() => onPick({ table: 'descriptor', slot })}>
            {name}
          </button>
        )}
      </th>
      <td>{`${hexAddress(address)} – ${hexAddress(address + BigInt(Math.max(1, bytes)) - 1n)}`}</td>
      <td className={styles.number}>{formatPlural(bytes, 'byte')}</td>
      <td className={classOf(line)}>{stage < 0 ? '' : `${word.glyph} ${word.word}`}</td>
    </tr>
  );
}

function classOf({ stage, isOutside }: RangeLine): string | undefined {
  if (isOutside) return styles.problem;
  return stage < 0 ? parts.area : styles[SLOT_STAGES[stage] ?? 'free'];
}
