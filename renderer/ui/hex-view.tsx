/** Bytes as hex and text, sixteen a row, with named ranges: pointing at a byte names its field, and a field that is
 *  highlighted elsewhere shows its bytes here. */
import { memo } from 'react';
import styles from './hex-view.module.css';

export interface HexRange {
  /** The same id as the field in a tree: both highlight together. */
  readonly id: string;
  readonly fromByte: number;
  /** Exclusive. */
  readonly toByte: number;
  readonly label: string;
}

export interface HexViewProps {
  readonly bytes: Uint8Array;
  readonly ranges?: readonly HexRange[];
  readonly highlight?: string | undefined;
  readonly onHighlight?: (id: string | undefined) => void;
  /** Number that the first row begins with. */
  readonly firstOffset?: number;
  /** Rows beyond are left out, and the last line says how many bytes. */
  readonly maxRows?: number;
  /** Bytes a row: 16, or 8 where there is little room. */
  readonly perRow?: 8 | 16;
  readonly label: string;
}

export const HexView = memo(function HexView(props: HexViewProps) {
  const {
    bytes,
    ranges = [],
    highlight,
    onHighlight,
    firstOffset = 0,
    maxRows = 64,
    perRow = 16,
  } = props;
  const rows = Math.min(maxRows, Math.ceil(bytes.length / perRow));
  const left = bytes.length - rows * perRow;
  const point = (target: EventTarget) => {
    const at = (target as HTMLElement).dataset?.at;
    onHighlight?.(at === undefined ? undefined : rangeAt(ranges, Number(at))?.id);
  };
  return (
    <figure
      className={`${styles.hex} selectable`}
      aria-label={props.label}
      onPointerMove={({ target }) => point(target)}
      onPointerLeave={() => onHighlight?.(undefined)}
    >
      {Array.from({ length: rows }, (_, row) => row * perRow).map((atByte) => (
        <Row
          key={atByte}
          bytes={bytes}
          atByte={atByte}
          perRow={perRow}
          offset={firstOffset + atByte}
          ranges={ranges}
          highlight={highlight}
        />
      ))}
      {left > 0 ? <div className={styles.more}>… {left} more bytes</div> : null}
    </figure>
  );
});

interface RowProps {
  readonly bytes: Uint8Array;
  readonly atByte: number;
  readonly perRow: number;
  readonly offset: number;
  readonly ranges: readonly HexRange[];
  readonly highlight: string | undefined;
}

function Row({ bytes, atByte, perRow, offset, ranges, highlight }: RowProps) {
  const part = [...bytes.subarray(atByte, atByte + perRow)].map((byte, n) => ({
    byte,
    at: atByte + n,
  }));
  return (
    <div className={styles.row}>
      <span className={styles.offset}>{offset.toString(16).padStart(4, '0')}</span>
      <span className={`${styles.bytes} ${perRow === 8 ? styles.eight : ''}`}>
        {part.map(({ byte, at }) => (
          <span key={at} data-at={at} {...mark(ranges, at, highlight)}>
            {byte.toString(16).padStart(2, '0')}
          </span>
        ))}
      </span>
      <span className={styles.text}>
        {part.map(({ byte, at }) => (
          <span key={at} data-at={at} {...mark(ranges, at, highlight)}>
            {byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'}
          </span>
        ))}
      </span>
    </div>
  );
}

function mark(ranges: readonly HexRange[], at: number, highlight: string | undefined) {
  const range = rangeAt(ranges, at);
  if (range === undefined) return {};
  const parity = ranges.indexOf(range) % 2 === 0 ? styles.even : styles.odd;
  const lit = range.id === highlight ? styles.lit : '';
  return { className: `${parity} ${lit}`, title: range.label };
}

function rangeAt(ranges: readonly HexRange[], at: number): HexRange | undefined {
  return ranges.find(({ fromByte, toByte }) => at >= fromByte && at < toByte);
}
