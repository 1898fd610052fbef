/** Keys in a list of findings: up, down, the first, the last, and from a finding to its heading. */
import type { KeyboardEvent } from 'react';

/** Arrows go from line to line, whatever is open; Left on a finding goes to its rule. */
export function walk(event: KeyboardEvent<HTMLElement>): void {
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-line]')];
  const at = lines.indexOf(document.activeElement as HTMLElement);
  const target = targetOf(event.key, lines, at);
  if (target === undefined) return;
  target.focus();
  event.preventDefault();
  event.stopPropagation();
}

function targetOf(key: string, lines: readonly HTMLElement[], at: number): HTMLElement | undefined {
  if (key === 'ArrowDown') return lines[at + 1];
  if (key === 'ArrowUp') return lines[Math.max(0, at - 1)];
  if (key === 'Home') return lines[0];
  if (key === 'End') return lines.at(-1);
  if (key !== 'ArrowLeft' || lines[at]?.dataset.line === 'group') return undefined;
  return lines.slice(0, Math.max(0, at)).findLast(({ dataset }) => dataset.line === 'group');
}
