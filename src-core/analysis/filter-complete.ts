/** What may be typed next in a filter: fields, values, operators and units, with what they mean. */
import type { IToken, TokenType } from 'chevrotain';
import type { FilterHelp, FilterProposal } from '../contract-filter.ts';
import type { Field } from './field.ts';
import { unitOf } from './field-text.ts';
import { FIELDS, fieldNamed } from './fields.ts';
import { compileFilter, FUNCTIONS } from './filter.ts';
import { tokensAfter } from './filter-parser.ts';
import { isProblem, nearest } from './filter-problem.ts';
import * as token from './filter-tokens.ts';

const PROPOSALS_AT_MOST = 60;
/** Nobody types that much; completing it would cost time. */
const TEXT_BOUND = 4000;

/** What may stand at `cursor` (characters from the start), and what is wrong with the text. Never throws. */
export function completeFilter(text: string, cursor: number): FilterHelp {
  const problem = text.trim() === '' ? undefined : compileFilter(text);
  const mistake = problem !== undefined && isProblem(problem) ? { mistake: problem } : {};
  const at = Math.min(Math.max(0, Math.floor(Number(cursor)) || 0), text.length);
  if (text.length > TEXT_BOUND) return { from: at, to: at, proposals: [], ...mistake };
  const word = wordAt(text, at);
  const { tokens } = token.filterLexer().tokenize(text.slice(0, word.from));
  const all = proposalsFor(tokens, word.text);
  const proposals = fitting(all, word.text).slice(0, PROPOSALS_AT_MOST);
  return { from: word.from, to: word.to, proposals, ...mistake };
}

interface Word {
  readonly from: number;
  readonly to: number;
  /** Up to the cursor. */
  readonly text: string;
}

/** The name, number or text that the cursor is in or behind. */
function wordAt(text: string, cursor: number): Word {
  const before = /"[^"]*$|'[^']*$|[A-Za-z0-9_.]*$/.exec(text.slice(0, cursor))?.[0] ?? '';
  // of `3..5` only the 5
  const start = before.lastIndexOf('..') < 0 ? before : before.slice(before.lastIndexOf('..') + 2);
  const number = /^[\d.]+/.exec(start)?.[0] ?? '';
  const typed = start.slice(number.length);
  const after = /^[A-Za-z0-9_.]*"?/.exec(text.slice(cursor))?.[0] ?? '';
  const isText = typed.startsWith('"') || typed.startsWith("'");
  const end = isText ? after.length : after.replace('"', '').length;
  return { from: cursor - typed.length, to: cursor + end, text: typed };
}

function proposalsFor(tokens: IToken[], word: string): FilterProposal[] {
  const last = tokens.at(-1);
  if (last?.tokenType === token.NumberToken && /^\w*$/.test(word) && word !== '') return units();
  const compared = comparedField(tokens);
  const next = new Set<TokenType>(tokensAfter(tokens));
  if (compared !== undefined && next.has(token.Name)) return [...valuesOf(compared), ...fields()];
  if (next.has(token.Name)) return [...fields(), ...functions()];
  const field = last === undefined ? undefined : fieldNamed(last.image);
  if (field !== undefined && last?.tokenType === token.Name) return operatorsFor(field);
  const unit =
    last?.tokenType === token.NumberToken && !/[A-Za-zµ]$/.test(last.image) ? units() : [];
  return [...connectives(), ...unit];
}

/** The field on the left of the comparison or list in which the next word stands. */
function comparedField(tokens: readonly IToken[]): Field | undefined {
  let place = tokens.length - 1;
  const isList = (type: TokenType | undefined) =>
    type === token.Comma || type === token.Name || type === token.Range || type === token.Text;
  if (tokens[place]?.tokenType === token.Comma || tokens[place]?.tokenType === token.Range) {
    while (place >= 0 && isList(tokens[place]?.tokenType)) place--;
  }
  if (tokens[place]?.tokenType === token.OpenBrace) place--;
  const type = tokens[place]?.tokenType;
  const isCompared =
    type === token.RelationToken || type === token.In || type === token.TextRelationToken;
  const name = isCompared ? tokens[place - 1] : undefined;
  return name?.tokenType === token.Name ? fieldNamed(name.image) : undefined;
}

function valuesOf(field: Field): FilterProposal[] {
  switch (field.kind) {
    case 'enum':
      return field.symbols.map(({ name, doc }) => ({ text: name, kind: 'value', doc }));
    case 'texts':
      return field.known.map(({ text, doc }) => ({ text: `"${text}"`, kind: 'value', doc }));
    case 'boolean':
      return ['true', 'false'].map((text) => ({ text, kind: 'value', doc: '' }));
    case 'number':
      return [];
  }
}

function fields(): FilterProposal[] {
  return FIELDS.map((field) => {
    const unit = unitOf(field);
    return {
      text: field.name,
      kind: 'field',
      doc: unit === '' ? field.doc : `${field.doc} (${unit})`,
    };
  });
}

function functions(): FilterProposal[] {
  return FUNCTIONS.map(({ name, doc }) => ({ text: `${name}(`, kind: 'function', doc }));
}

const RELATION_DOCS = {
  '==': 'is',
  '!=': 'has a value, and another',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
  in: 'is one of {a, b}, or within a..b',
  contains: 'has this text in it, large or small letters',
  matches: 'fits this regular expression',
} as const;

function operatorsFor(field: Field): FilterProposal[] {
  const relations = (names: readonly (keyof typeof RELATION_DOCS)[]): FilterProposal[] =>
    names.map((name) => ({ text: name, kind: 'operator', doc: RELATION_DOCS[name] }));
  switch (field.kind) {
    case 'number':
      return relations(['>', '<', '==', '!=', '>=', '<=', 'in']);
    case 'enum':
      return [
        ...relations(['==', '!=', 'in', 'contains', 'matches']),
        ...(field.isOrdered ? relations(['>=', '<=', '>', '<']) : []),
      ];
    case 'texts':
      return relations(['==', 'contains', '!=', 'matches', 'in']);
    case 'boolean':
      return connectives();
  }
}

function connectives(): FilterProposal[] {
  return [
    { text: '&&', kind: 'operator', doc: 'and' },
    { text: '||', kind: 'operator', doc: 'or' },
  ];
}

const UNIT_DOCS: readonly (readonly [string, string])[] = [
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['s', 'seconds'],
  ['P', 'periods of the message’s stream'],
  ['frames', 'frames'],
  ['B', 'bytes'],
  ['KiB', '1024 bytes'],
  ['MiB', '1024 KiB'],
  ['Hz', 'hertz'],
  ['kHz', '1000 Hz'],
];

function units(): FilterProposal[] {
  return UNIT_DOCS.map(([text, doc]) => ({ text, kind: 'unit', doc }));
}

/** Those that begin with the word, then those that have it within, then what it may be a slip for. */
function fitting(all: readonly FilterProposal[], word: string): FilterProposal[] {
  const wanted = word.toLowerCase().replaceAll(/["']/g, '');
  if (wanted === '') return [...all];
  const plain = ({ text }: FilterProposal) => text.toLowerCase().replaceAll('"', '');
  const begin = all.filter((each) => plain(each).startsWith(wanted));
  const within = all.filter((each) => plain(each).includes(wanted) && !begin.includes(each));
  if (begin.length + within.length > 0) return [...begin, ...within];
  const meant = nearest(wanted, all.map(plain));
  return all.filter((each) => plain(each) === meant);
}
