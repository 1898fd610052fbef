/** Filters made out of others: only this as well, or this too, or all but this. Pure. */
import type { MessageFilter } from '../../src-core/contract-data.ts';

const QUEUE_WORDS = ['control', 'event', 'tx', 'rx'];

/** The filter as one expression; empty for one that lets everything through. */
export function asExpression({ queues, streamId, problems, expression }: MessageFilter): string {
  const words = queues?.map((queue) => QUEUE_WORDS[queue] ?? String(queue)) ?? [];
  const parts = [
    ...(words.length === 0
      ? []
      : [words.length === 1 ? `queue == ${words[0]}` : `queue in {${words.join(', ')}}`]),
    ...(streamId === undefined ? [] : [`stream == ${streamId}`]),
    ...(problems === true ? ['problem'] : []),
    ...(expression === undefined || expression.trim() === '' ? [] : [expression.trim()]),
  ];
  return parts.length < 2 ? (parts[0] ?? '') : parts.map(inAnd).join(' && ');
}

/** Lets through what is none of `expression`; of what was turned around already, the thing itself. */
export function notOf(expression: string): string {
  const turned = /^!([\w.]+(\([\w.]*\))?)$/.exec(expression)?.[1];
  if (turned !== undefined) return turned;
  return /^[\w.]+(\([\w.]*\))?$/.test(expression) ? `!${expression}` : `!(${expression})`;
}

/** What `filter` lets through and `expression` too. Queues, streams and problems stay chosen as they are. */
export function andFilter(filter: MessageFilter, expression: string): MessageFilter {
  const { expression: before, ...quick } = filter;
  const isBare = before === undefined || before.trim() === '';
  if (isBare || before.trim() === expression) return { ...quick, expression };
  return { ...quick, expression: `${inAnd(before.trim())} && ${inAnd(expression)}` };
}

/** What `filter` lets through, and what `expression` does. */
export function orFilter(filter: MessageFilter, expression: string): MessageFilter {
  const before = asExpression(filter);
  if (before === '' || before === expression) return { expression };
  return { expression: `${before} || ${expression}` };
}

/** `||` binds less than `&&`. */
function inAnd(expression: string): string {
  return /\|\||\bor\b/.test(expression) ? `(${expression})` : expression;
}
