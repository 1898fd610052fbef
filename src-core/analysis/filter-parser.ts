/** From text to tree. Precedence, loosest first: `||`, `&&`, `!`, relations, `+ -`, `* / %`, `-`. */
import { EmbeddedActionsParser, type IToken, type TokenType, tokenLabel } from 'chevrotain';
import type { BinaryOperator, Choice, Expression, Place } from './filter-ast.ts';
import { FilterFault, type FilterProblem, nearest, orProblem } from './filter-problem.ts';
import * as token from './filter-tokens.ts';

/** Characters of a filter, and how deep its parentheses may nest: what a person writes is far below. */
const BOUND = { characters: 4000, depth: 60 } as const;

/** The tree, or what is wrong. Never throws. Blank text is a problem too: callers take it for "no filter" before. */
export function parseFilter(text: string): Expression | FilterProblem {
  return orProblem(text, () => parseOrThrow(text));
}

/** As `parseFilter`, but throws a FilterFault. */
export function parseOrThrow(text: string): Expression {
  if (text.length > BOUND.characters) {
    const message = `A filter has at most ${BOUND.characters} characters.`;
    throw new FilterFault(message, { from: BOUND.characters, to: text.length });
  }
  const { tokens, errors } = token.filterLexer().tokenize(text);
  const [unknown] = errors;
  if (unknown !== undefined) {
    const place = { from: unknown.offset, to: unknown.offset + unknown.length };
    throw new FilterFault(`“${text.slice(place.from, place.to)}” means nothing here.`, place);
  }
  refuseSlips(tokens);
  const filterParser = parser();
  filterParser.input = tokens;
  const parsed = filterParser.filter();
  const [error] = filterParser.errors;
  if (error !== undefined)
    throw faultOf(text, error.token, filterParser.previousOf(error.token, tokens));
  return parsed;
}

/** Which kinds of token may follow these. */
export function tokensAfter(tokens: IToken[]): TokenType[] {
  return parser()
    .computeContentAssist('filter', tokens)
    .map(({ nextTokenType }) => nextTokenType);
}

class FilterParser extends EmbeddedActionsParser {
  constructor() {
    super(token.TOKENS, { maxLookahead: 2 });
    this.performSelfAnalysis();
  }

  readonly filter = this.RULE('filter', (): Expression => this.SUBRULE(this.either));

  private readonly either = this.RULE('either', () => {
    let left = this.SUBRULE(this.both);
    this.MANY(() => {
      this.CONSUME(token.Or);
      left = binary('||', left, this.SUBRULE2(this.both));
    });
    return left;
  });

  private readonly both = this.RULE('both', () => {
    let left = this.SUBRULE(this.negated);
    this.MANY(() => {
      this.CONSUME(token.And);
      left = binary('&&', left, this.SUBRULE2(this.negated));
    });
    return left;
  });

  private readonly negated: () => Expression = this.RULE('negated', () =>
    this.OR<Expression>([
      {
        ALT: () => {
          const not = this.CONSUME(token.Not);
          const of = this.SUBRULE(this.negated);
          return { kind: 'unary', operator: '!', of, from: not.startOffset, to: of?.to ?? 0 };
        },
      },
      { ALT: () => this.SUBRULE(this.relation) },
    ]),
  );

  private readonly relation = this.RULE('relation', () => {
    let left = this.SUBRULE(this.sum);
    this.OPTION(() => {
      left = this.OR<Expression>([
        {
          ALT: () => {
            const { image } = this.CONSUME(token.RelationToken);
            return binary(
              RELATION_WORDS[image.toLowerCase()] ?? '==',
              left,
              this.SUBRULE2(this.sum),
            );
          },
        },
        {
          ALT: () => {
            const { image } = this.CONSUME(token.TextRelationToken);
            const operator = image.toLowerCase() === 'contains' ? 'contains' : 'matches';
            return binary(operator, left, this.SUBRULE3(this.sum));
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.In);
            const { choices, to } = this.SUBRULE(this.choices);
            return { kind: 'in', of: left, choices, from: left?.from ?? 0, to };
          },
        },
      ]);
    });
    return left;
  });

  private readonly choices = this.RULE('choices', () =>
    this.OR<{ choices: Choice[]; to: number }>([
      {
        ALT: () => {
          const choices: Choice[] = [];
          this.CONSUME(token.OpenBrace);
          this.AT_LEAST_ONE_SEP({
            SEP: token.Comma,
            DEF: () => {
              choices.push(this.SUBRULE(this.choice));
            },
          });
          return { choices, to: endOf(this.CONSUME(token.CloseBrace)) };
        },
      },
      {
        ALT: () => {
          const choice = this.SUBRULE2(this.choice);
          const last = choice?.kind === 'range' ? choice.high : choice?.value;
          return { choices: [choice], to: last?.to ?? 0 };
        },
      },
    ]),
  );

  private readonly choice = this.RULE('choice', (): Choice => {
    const value = this.SUBRULE(this.sum);
    let high: Expression | undefined;
    this.OPTION(() => {
      this.CONSUME(token.Range);
      high = this.SUBRULE2(this.sum);
    });
    return high === undefined ? { kind: 'one', value } : { kind: 'range', low: value, high };
  });

  private readonly sum = this.RULE('sum', () => {
    let left = this.SUBRULE(this.product);
    this.MANY(() => {
      const { image } = this.CONSUME(token.Sum);
      left = binary(image === '+' ? '+' : '-', left, this.SUBRULE2(this.product));
    });
    return left;
  });

  private readonly product = this.RULE('product', () => {
    let left = this.SUBRULE(this.minus);
    this.MANY(() => {
      const { image } = this.CONSUME(token.Product);
      const operator = image === '*' ? '*' : image === '/' ? '/' : '%';
      left = binary(operator, left, this.SUBRULE2(this.minus));
    });
    return left;
  });

  private readonly minus: () => Expression = this.RULE('minus', () =>
    this.OR<Expression>([
      {
        ALT: () => {
          const sign = this.CONSUME(token.Sum);
          const of = this.SUBRULE(this.minus);
          if (sign.image === '+') return of;
          return { kind: 'unary', operator: '-', of, from: sign.startOffset, to: of?.to ?? 0 };
        },
      },
      { ALT: () => this.SUBRULE(this.primary) },
    ]),
  );

  private readonly primary = this.RULE('primary', () =>
    this.OR<Expression>([
      { ALT: () => numberOf(this.CONSUME(token.NumberToken)) },
      { ALT: () => textOf(this.CONSUME(token.Text)) },
      { ALT: () => this.SUBRULE(this.nameOrCall) },
      {
        ALT: () => {
          const open = this.CONSUME(token.OpenParen);
          const inner = this.SUBRULE(this.either);
          const close = this.CONSUME(token.CloseParen);
          return { ...inner, from: open.startOffset, to: endOf(close) };
        },
      },
    ]),
  );

  private readonly nameOrCall = this.RULE('nameOrCall', (): Expression => {
    const name = this.CONSUME(token.Name);
    const of: Expression[] = [];
    let to = -1;
    this.OPTION(() => {
      this.CONSUME(token.OpenParen);
      this.MANY_SEP({
        SEP: token.Comma,
        DEF: () => {
          of.push(this.SUBRULE(this.either));
        },
      });
      to = endOf(this.CONSUME(token.CloseParen));
    });
    const place = { from: name.startOffset, to: to < 0 ? endOf(name) : to };
    if (to < 0) return { kind: 'name', name: name.image, ...place };
    return { kind: 'call', name: name.image, of, ...place };
  });

  /** The token before this one; the last for the end of the text. */
  previousOf(token: IToken, tokens: readonly IToken[]): IToken | undefined {
    const place = tokens.indexOf(token);
    return place < 0 ? tokens.at(-1) : tokens[place - 1];
  }
}

const RELATION_WORDS: Readonly<Record<string, BinaryOperator>> = {
  '==': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

let made: FilterParser | undefined;

/** Made when the first filter is read: making it takes longer than many a command. */
function parser(): FilterParser {
  made ??= new FilterParser();
  return made;
}

function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator, left, right, from: left?.from ?? 0, to: right?.to ?? 0 };
}

function numberOf(number: IToken): Expression {
  const place = { from: number.startOffset, to: endOf(number) };
  const [, digits = '', unit] =
    /^(0[xX][0-9a-fA-F]+|[\d_.]+(?:[eE][+-]?\d+)?)\s*(\S*)$/.exec(number.image) ?? [];
  const value = Number(digits.replaceAll('_', ''));
  if (!Number.isFinite(value) && digits !== '')
    throw new FilterFault('This number is too large.', place);
  return { kind: 'number', value, ...(unit ? { unit } : {}), ...place };
}

function textOf(text: IToken): Expression {
  const value = text.image.slice(1, -1).replace(/\\(.)/g, '$1');
  return { kind: 'text', value, from: text.startOffset, to: endOf(text) };
}

function endOf({ startOffset, image }: IToken): number {
  return startOffset + image.length;
}

/** Slips that are tokens of their own, so that the message about them is a good one. */
function refuseSlips(tokens: readonly IToken[]): void {
  let depth = 0;
  let signs = 0;
  for (const found of tokens) {
    const place: Place = { from: found.startOffset, to: endOf(found) };
    const { image } = found;
    if (found.tokenType === token.Assign) {
      throw new FilterFault('To compare, write ==.', place, '==');
    }
    if (found.tokenType === token.Single) {
      throw new FilterFault(
        `Write ${image}${image}, or ${image === '&' ? 'and' : 'or'}.`,
        place,
        image + image,
      );
    }
    if (found.tokenType === token.OpenText) {
      throw new FilterFault('This text has no end.', place, `${image}${image[0]}`);
    }
    if (found.tokenType === token.BadNumber) throw badNumber(image, place);
    depth += image === '(' ? 1 : image === ')' ? -1 : 0;
    signs = found.tokenType === token.Not || found.tokenType === token.Sum ? signs + 1 : 0;
    if (depth > BOUND.depth || signs > BOUND.depth)
      throw new FilterFault('This nests too deep.', place);
  }
  if (tokens.length > BOUND.characters / 4) {
    throw new FilterFault('This filter has too many words.', { from: 0, to: 0 });
  }
}

const UNIT_SLIPS: Readonly<Record<string, string>> = {
  ...{ p: 'P', periods: 'P', period: 'P', msec: 'ms', usec: 'us', nsec: 'ns', sec: 's' },
  ...{
    seconds: 's',
    kb: 'kB',
    mb: 'MB',
    kib: 'KiB',
    mib: 'MiB',
    byte: 'bytes',
    hz: 'Hz',
    khz: 'kHz',
  },
};

function badNumber(image: string, place: Place): FilterFault {
  const [, digits = '', word = ''] = /^([\d.]+)(.*)$/.exec(image) ?? [];
  const unit = UNIT_SLIPS[word.toLowerCase()] ?? nearest(word, token.UNITS);
  const known = 'ns, us, ms, s, P (periods), frames, B, KiB, MiB, Hz or kHz';
  if (digits === '' || word === '') return new FilterFault(`${image} is no number.`, place);
  const instead = unit === undefined ? undefined : `${digits}${unit}`;
  return new FilterFault(`There is no unit “${word}”: take ${known}.`, place, instead);
}

/** A grammatical fault in words: what stands there, and what would fit. */
function faultOf(text: string, found: IToken, before: IToken | undefined): FilterFault {
  const isEnd = Number.isNaN(found.startOffset);
  const place = isEnd
    ? { from: text.length, to: text.length }
    : { from: found.startOffset, to: endOf(found) };
  const expected = before === undefined ? [] : expectedAfter(text, place.from);
  if (isEnd && text.trim() === '') return new FilterFault('There is no filter yet.', place);
  if (!isEnd && expected.includes(token.And) && startsTerm(found.tokenType)) {
    const message = `Before “${found.image}” there should be && or ||.`;
    return new FilterFault(message, place, `&& ${found.image}`);
  }
  if (isEnd && expected.includes(token.CloseParen)) {
    return new FilterFault('A parenthesis is open.', place, ')');
  }
  if (isEnd && expected.includes(token.CloseBrace)) {
    return new FilterFault('A brace is open.', place, '}');
  }
  const what = isEnd ? 'The filter ends' : `“${found.image}” stands`;
  const list = [...new Set(expected.map((type) => tokenLabel(type)))].join(' ');
  if (expected.includes(token.NumberToken)) {
    return new FilterFault(`${what} where a field or a value is expected.`, place);
  }
  const message =
    list === '' ? `${what} where it does not fit.` : `${what} where one of these fits: ${list}`;
  return new FilterFault(message, place);
}

function expectedAfter(text: string, end: number): TokenType[] {
  const { tokens } = token.filterLexer().tokenize(text.slice(0, end));
  return tokensAfter(tokens);
}

function startsTerm(type: TokenType): boolean {
  const starts: readonly TokenType[] = [
    token.Name,
    token.NumberToken,
    token.Text,
    token.Not,
    token.OpenParen,
  ];
  return starts.includes(type);
}
