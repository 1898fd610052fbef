/** A filter as a tree, and as text again. */

/** Where it stands in the text. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

export type BinaryOperator = Connective | Relation | TextRelation | Arithmetic;
export type Connective = '&&' | '||';
export type Relation = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type TextRelation = 'contains' | 'matches';
export type Arithmetic = '+' | '-' | '*' | '/' | '%';

export type Expression = Place &
  (
    | { readonly kind: 'number'; readonly value: number; readonly unit?: string }
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'call'; readonly name: string; readonly of: readonly Expression[] }
    | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly of: Expression }
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: 'in'; readonly of: Expression; readonly choices: readonly Choice[] }
  );

/** One value, or all from `low` to `high`, both included. */
export type Choice =
  | { readonly kind: 'one'; readonly value: Expression }
  | { readonly kind: 'range'; readonly low: Expression; readonly high: Expression };

/** How tightly an operator binds; relations do not chain. */
const STRENGTH = { or: 1, and: 2, not: 3, relation: 4, sum: 5, product: 6, minus: 7, primary: 8 };

const OPERATOR_STRENGTH: Readonly<Record<BinaryOperator, number>> = {
  '||': STRENGTH.or,
  '&&': STRENGTH.and,
  '==': STRENGTH.relation,
  '!=': STRENGTH.relation,
  '<': STRENGTH.relation,
  '<=': STRENGTH.relation,
  '>': STRENGTH.relation,
  '>=': STRENGTH.relation,
  contains: STRENGTH.relation,
  matches: STRENGTH.relation,
  '+': STRENGTH.sum,
  '-': STRENGTH.sum,
  '*': STRENGTH.product,
  '/': STRENGTH.product,
  '%': STRENGTH.product,
};

/** The filter as text with the fewest parentheses; parsing it gives the same tree. */
export function printFilter(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return `${expression.value}${expression.unit ?? ''}`;
    case 'text':
      return printText(expression.value);
    case 'name':
      return expression.name;
    case 'call':
      return `${expression.name}(${expression.of.map(printFilter).join(', ')})`;
    case 'unary':
      return `${expression.operator}${inside(expression.of, strengthOf(expression))}`;
    case 'in': {
      const choices = expression.choices.map(printChoice).join(', ');
      return `${inside(expression.of, STRENGTH.relation + 1)} in {${choices}}`;
    }
    case 'binary': {
      const { operator, left, right } = expression;
      const strength = strengthOf(expression);
      const leftStrength = strength === STRENGTH.relation ? strength + 1 : strength;
      return `${inside(left, leftStrength)} ${operator} ${inside(right, strength + 1)}`;
    }
  }
}

/** The parts that are joined by `&&` at the top. */
export function termsOf(expression: Expression): readonly Expression[] {
  return expression.kind === 'binary' && expression.operator === '&&'
    ? [...termsOf(expression.left), ...termsOf(expression.right)]
    : [expression];
}

function printChoice(choice: Choice): string {
  const print = (expression: Expression) => inside(expression, STRENGTH.sum);
  return choice.kind === 'one'
    ? print(choice.value)
    : `${print(choice.low)}..${print(choice.high)}`;
}

function printText(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function inside(expression: Expression, strength: number): string {
  const text = printFilter(expression);
  return strengthOf(expression) < strength ? `(${text})` : text;
}

function strengthOf(expression: Expression): number {
  switch (expression.kind) {
    case 'binary':
      return OPERATOR_STRENGTH[expression.operator];
    case 'in':
      return STRENGTH.relation;
    case 'unary':
      return expression.operator === '!' ? STRENGTH.not : STRENGTH.minus;
    default:
      return STRENGTH.primary;
  }
}
