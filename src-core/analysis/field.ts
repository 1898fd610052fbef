/** What a field of a message is: its name, type and unit, what it means, and how it is read. */
import type { Track } from '../capture/tracks.ts';
import {
  type FieldReader,
  type Fill,
  fillRuns,
  fillStored,
  type Quantity,
  type Stored,
} from './field-reader.ts';
import type { Match } from './span-scan.ts';
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

/** How a number of each message is read, and the short cuts that scans have to it. */
export interface Readable {
  readonly fill: Fill;
  /** Where a column holds it as it is. */
  readonly stored?: Stored;
  /** Where it lies between columns. */
  readonly match?: Match;
}

export interface NumberField extends FieldHead, Readable {
  readonly kind: 'number';
  readonly quantity: Quantity;
  /** Where all messages of a run have the same. */
  readonly ofRun?: (track: Track) => number;
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

/** A number that all messages of a run share. */
export function perRun(
  name: string,
  quantity: Quantity,
  doc: string,
  grade: FieldHead['grade'],
  ofRun: (track: Track) => number,
): NumberField {
  return { ...number(name, quantity, doc, grade, fillRuns(ofRun)), ofRun };
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
