/** The indirect table of the chosen chain as a block of its own, with arrows from entry to entry. Spec: 2.7.5.3 */
import { usePull } from '../../store/pull.ts';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './rings.module.css';
import type { Ring } from './rings-facts.ts';
import { type IndirectRow, type IndirectTarget, indirectRows } from './rings-indirect-model.ts';
import { entryPath } from './rings-links.ts';
import { hexAddress } from './rings-model.ts';
import parts from './rings-parts.module.css';

const TABLE_EVERY_MS = 133;
const ENTRY_PX = 20;
/** Further entries have no arrows: they are out of view anyway. */
const MOST_ARROWS = 64;
const ARROW_AT_PX = 2;

export interface IndirectBlockProps {
  readonly ring: Ring;
  readonly target: IndirectTarget | undefined;
}

export function IndirectBlock({ ring, target }: IndirectBlockProps) {
  return (
    <section
      className={`${styles.indirect} ${target === undefined ? styles.none : ''}`}
      aria-label="Indirect table"
      data-indirect={target?.slot}
    >
      {target === undefined ? (
        <p className={`${styles.hint} ${parts.tableHint}`}>
          Choose a descriptor with ⤷ to see the entries of its indirect table here.
        </p>
      ) : (
        <Table key={target.slot} ring={ring} target={target} />
      )}
    </section>
  );
}

function Table({ ring, target }: { readonly ring: Ring; readonly target: IndirectTarget }) {
  const { queue, live, atNs } = ring.view;
  const { slot, index, address, bytes } = target;
  const { data, isLoading } = usePull(
    'indirectTable',
    { queue, slot, ...(index >= 0 ? { index } : {}), ...(live ? {} : { atNs }) },
    { everyMs: TABLE_EVERY_MS, live },
  );
  const table = data?.slot === slot ? data : undefined;
  const rows = table === undefined ? [] : indirectRows(table, ring);
  return (
    <>
      <h3 className={parts.tableOf}>
        <i aria-hidden="true">⤷ </i>
        {`Slot ${slot}`}
        <span className={`${parts.tableNote} mono`}>{hexAddress(address)}</span>
        {table === undefined ? null : (
          <span className={parts.tableNote}>
            {table.from === 'popped' ? 'as popped' : 'in memory now'}
          </span>
        )}
      </h3>
      {table === undefined ? (
        <p className={`${styles.hint} ${parts.tableHint}`}>
          {isLoading
            ? 'Reading the table…'
            : `A table of ${formatPlural(bytes / 16, 'entry', 'entries')}: none of it was recorded before this time, and guest memory cannot be read any more.`}
        </p>
      ) : (
        <Entries rows={rows} label={`Entries of the table of descriptor ${slot}`} />
      )}
      {table === undefined || (table.more === 0 && table.changed.length === 0) ? null : (
        <p className={`${styles.hint} ${parts.tableHint}`}>
          {table.more > 0 ? `${formatCount(table.more)} more entries. ` : ''}
          {table.changed.length > 0 ? '⟳ stands otherwise in guest memory now.' : ''}
        </p>
      )}
    </>
  );
}

function Entries({ rows, label }: { readonly rows: readonly IndirectRow[]; label: string }) {
  const places = new Map(rows.map(({ slot }, place) => [slot, place]));
  const arrows = rows.slice(0, MOST_ARROWS).flatMap(({ slot, next }, place) => {
    const to = places.get(next);
    if (to === undefined) return [];
    const middle = (at: number) => (at + 0.5) * ENTRY_PX;
    return [{ slot, ...entryPath(middle(place), middle(to), ARROW_AT_PX) }];
  });
  return (
    <div className={parts.entries}>
      <table className="mono" aria-label={label}>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.slot}
              className={row.wrong === undefined ? undefined : styles.wrong}
              title={row.wrong ?? (row.isChanged ? CHANGED : undefined)}
            >
              <th scope="row">
                {row.wrong === undefined ? '' : '✕ '}
                {row.isChanged ? '⟳ ' : ''}
                {row.slot}
              </th>
              <td>{row.address}</td>
              <td className={styles.number}>{formatCount(row.bytes)} B</td>
              <td>{row.flags}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <svg aria-hidden="true" style={{ height: `${rows.length * ENTRY_PX}px` }}>
        {arrows.map(({ slot, d, tip }) => (
          <g key={slot}>
            <path d={d} />
            <path d={tip} className={styles.tip} />
          </g>
        ))}
      </svg>
    </div>
  );
}

const CHANGED = 'This entry stands otherwise in guest memory now than when the device popped it.';
