/** The words of the filter language. */
import { createToken, Lexer } from 'chevrotain';

export const UNITS = [
  ...['ns', 'us', 'µs', 'ms', 's', 'P'],
  ...['frames', 'frame'],
  ...['bytes', 'B', 'KiB', 'MiB', 'kB', 'MB'],
  ...['Hz', 'kHz'],
] as const;

export type Unit = (typeof UNITS)[number];

const units = [...UNITS].sort((one, other) => other.length - one.length).join('|');

export const Name = createToken({
  name: 'Name',
  label: 'a field',
  pattern: /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/,
});
export const NumberToken = createToken({
  name: 'Number',
  label: 'a number',
  pattern: new RegExp(
    `(?:0[xX][0-9a-fA-F]+|\\d[\\d_]*(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)(?:[ \\t]*(?:${units}))?(?![A-Za-z0-9_])`,
    'y',
  ),
  line_breaks: false,
  start_chars_hint: [...'0123456789'],
});
/** Begins like a number and is none: kept together for the message about it. */
export const BadNumber = createToken({ name: 'BadNumber', pattern: /\d[A-Za-z0-9_µ.]*/ });
export const Text = createToken({
  name: 'Text',
  label: 'a text',
  pattern: /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/,
});
export const OpenText = createToken({ name: 'OpenText', pattern: /["'][^\n]*/ });

export const Or = word('Or', '||', /\|\||or\b/i);
export const And = word('And', '&&', /&&|and\b/i);
export const Not = word('Not', '!', /!(?!=)|not\b/i);
export const In = word('In', 'in', /in\b/i);
export const TextRelationToken = word('TextRelation', 'contains', /(?:contains|matches)\b|=~/i);
export const RelationToken = word('Relation', '==', /==|!=|<=|>=|<|>|(?:eq|ne|le|ge|lt|gt)\b/i);
export const Assign = createToken({ name: 'Assign', pattern: '=' });
export const Single = createToken({ name: 'Single', pattern: /[&|]/ });
export const Sum = createToken({ name: 'Sum', label: '+', pattern: /[+-]/ });
export const Product = createToken({ name: 'Product', label: '*', pattern: /[*/%]/ });
export const Range = createToken({ name: 'Range', label: '..', pattern: '..' });
export const Comma = createToken({ name: 'Comma', label: ',', pattern: ',' });
export const OpenParen = createToken({ name: 'OpenParen', label: '(', pattern: '(' });
export const CloseParen = createToken({ name: 'CloseParen', label: ')', pattern: ')' });
export const OpenBrace = createToken({ name: 'OpenBrace', label: '{', pattern: '{' });
export const CloseBrace = createToken({ name: 'CloseBrace', label: '}', pattern: '}' });
const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED });

export const TOKENS = [
  ...[Space, NumberToken, BadNumber, Text, OpenText],
  ...[Or, And, Not, In, TextRelationToken, RelationToken, Name],
  ...[Assign, Single, Range, Sum, Product, Comma, OpenParen, CloseParen, OpenBrace, CloseBrace],
];

let made: Lexer | undefined;

/** Made when the first filter is read. */
export function filterLexer(): Lexer {
  made ??= new Lexer(TOKENS, { positionTracking: 'onlyOffset' });
  return made;
}

/** A word that may also begin a name: the longer one wins. */
function word(name: string, label: string, pattern: RegExp) {
  return createToken({ name, label, pattern, longer_alt: Name });
}
