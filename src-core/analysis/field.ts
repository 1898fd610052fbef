/** What a field of a message is: its name, type and unit, what it means, and how it is read. */
import {
  type FieldReader,
  type Fill,
  fillStored,
  type Quantity,
  type Stored,
} from './field-reader.ts';
import type { ValueSet } from './value-set.ts';

export interface EnumSymbol {
  readonly value: number;
  /** As it is printed. */
  readonly name: string;
  /** Other spellings that are understood. */
  readonly also: readonly string[];
  readonly doc: string;
}

interface FieldHead {
  readonly name: string;
  readonly doc: string;
  /** `observed`: stands in the capture. `derived`: follows from what stands there. */
  readonly grade: 'observed' | 'derived';
}

export interface NumberField extends FieldHead {
  readonly kind: 'number';
  readonly quantity: Quantity;
  readonly fill: Fill;
  /** For scans, where a column holds it as it is. */
  readonly stored?: Stored;
}

export interface EnumField extends FieldHead {
  readonly kind: 'enum';
  readonly symbols: readonly EnumSymbol[];
  /** Symbols can be compared by `<`. */
  readonly isOrdered: boolean;
  readonly fill: Fill;
  readonly stored?: Stored;
}

/** 1 or 0. */
export interface BooleanField extends FieldHead {
  readonly kind: 'boolean';
  readonly fill: Fill;
  /** The same for scans, where columns hold what decides it: it is 1 where one of these holds. */
  readonly anyOf?: readonly StoredIn[];
}

/** A column holds a value of this set. */
export interface StoredIn {
  readonly stored: Stored;
  readonly set: ValueSet;
}

/** Any number of texts. */
export interface TextsField extends FieldHead {
  readonly kind: 'texts';
  readonly texts: (reader: FieldReader, row: number) => readonly string[];
  /** Only messages with a value here have any. */
  readonly within: Stored;
  readonly known: readonly { readonly text: string; readonly doc: string }[];
}

export type Field = NumberField | EnumField | BooleanField | TextsField;

/** The value that stands for an absent one. */
export const ABSENT = Number.NaN;

export function head(name: string, doc: string, grade: FieldHead['grade']): FieldHead {
  return { name, doc, grade };
}

export function stored(
  name: string,
  quantity: Quantity,
  doc: string,
  grade: FieldHead['grade'],
  from: Stored,
): NumberField {
  return { ...number(name, quantity, doc, grade, fillStored(from)), stored: from };
}

export function number(
  name: string,
  quantity: Quantity,
  doc: string,
  grade: FieldHead['grade'],
  fill: Fill,
): NumberField {
  return { ...head(name, doc, grade), kind: 'number', quantity, fill };
}

export function symbols(
  name: string,
  list: readonly EnumSymbol[],
  doc: string,
  grade: FieldHead['grade'],
  from: Stored,
): EnumField {
  return {
    ...head(name, doc, grade),
    kind: 'enum',
    symbols: list,
    isOrdered: false,
    fill: fillStored(from),
    stored: from,
  };
}

export function symbol(value: number, name: string, doc: string, ...also: string[]): EnumSymbol {
  return { value, name, doc, also };
}
