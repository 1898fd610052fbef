/** Values of fields as text: for programs in plain numbers, for people with units. */
import { NS_PER_S } from '../units.ts';
import type { Field } from './field.ts';
import { symbolName } from './fields.ts';

/** What a row has in a field: NaN where it has nothing; of a field of texts, all of them. */
export type Cell = number | readonly string[];

/** For programs: whole nanoseconds, bare numbers, names of symbols; empty for absent values, texts joined by commas. */
export function plainText(field: Field, cell: Cell): string {
  if (typeof cell !== 'number') return cell.join(',');
  if (Number.isNaN(cell)) return '';
  switch (field.kind) {
    case 'boolean':
      return cell === 0 ? 'false' : 'true';
    case 'enum':
      return symbolName(field, cell);
    default:
      return String(roundedFor(field, cell));
  }
}

/** As a JSON value; `undefined` for absent ones, which are left out. */
export function jsonValue(field: Field, cell: Cell): unknown {
  if (typeof cell !== 'number') return cell.length === 0 ? undefined : cell;
  if (Number.isNaN(cell)) return undefined;
  if (field.kind === 'boolean') return cell !== 0;
  return field.kind === 'enum' ? symbolName(field, cell) : roundedFor(field, cell);
}

/** For people: `0.512345678 s` for moments, `20.12 ms` for durations. */
export function prettyText(field: Field, cell: Cell): string {
  if (typeof cell !== 'number' || field.kind !== 'number' || field.quantity !== 'time') {
    return plainText(field, cell);
  }
  if (Number.isNaN(cell)) return '';
  if (field.name.startsWith('time')) return (cell / NS_PER_S).toFixed(9);
  const size = Math.abs(cell);
  if (size < 1e3) return `${cell.toFixed(0)} ns`;
  if (size < 1e6) return `${(cell / 1e3).toFixed(1)} us`;
  return size < 1e9 ? `${(cell / 1e6).toFixed(2)} ms` : `${(cell / 1e9).toFixed(3)} s`;
}

/** `ns`, `bytes`, `frames`, `Hz`; empty for what has no unit. */
export function unitOf(field: Field): string {
  if (field.kind !== 'number') return '';
  const units = {
    time: 'ns',
    bytes: 'bytes',
    frames: 'frames',
    rate: 'Hz',
    periods: 'P',
    count: '',
  };
  return units[field.quantity];
}

function roundedFor(field: Field, value: number): number {
  return field.kind === 'number' && field.quantity === 'time' ? Math.round(value) : value;
}
