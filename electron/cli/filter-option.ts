/** Options that name messages and fields: `-Y FILTER`, `-e FIELD`. */
import { InvalidArgumentError } from 'commander';
import type { Field } from '../../src-core/analysis/field.ts';
import { unitOf } from '../../src-core/analysis/field-text.ts';
import { FIELD_NAMES, FIELDS, fieldNamed } from '../../src-core/analysis/fields.ts';
import { type CompiledFilter, compileFilter } from '../../src-core/analysis/filter.ts';
import { type FilterProblem, isProblem, nearest } from '../../src-core/analysis/filter-problem.ts';

/** For `Option.argParser`: the compiled filter, or the sentence that the user reads, with the place marked. */
export function parseFilterOption(text: string): CompiledFilter {
  const filter = compileFilter(text);
  if (!isProblem(filter)) return filter;
  throw new InvalidArgumentError(problemText(text, filter));
}

/** For a repeatable option: names, several at once joined by commas. */
export function parseFieldOption(text: string, before: readonly Field[] = []): readonly Field[] {
  const named = text.split(',').map((name) => {
    const field = fieldNamed(name.trim());
    if (field !== undefined) return field;
    const meant = nearest(name, FIELD_NAMES);
    const hint =
      meant === undefined ? 'ringside read --list-fields lists them' : `did you mean ${meant}?`;
    throw new InvalidArgumentError(`There is no field “${name}”: ${hint}`);
  });
  return [...before, ...named];
}

/** What is wrong, under the text the place, and how it might have been meant. */
export function problemText(text: string, problem: FilterProblem): string {
  const { message, from, to, suggestion } = problem;
  const marks = '^'.repeat(Math.max(1, to - from));
  const line = text.replaceAll(/\s/g, ' ');
  const meant = suggestion === undefined ? '' : `\n  Perhaps: ${suggestion}`;
  return `${message}\n  ${line}\n  ${' '.repeat(from)}${marks}${meant}`;
}

/** Every field with its unit and meaning, one a line. */
export function fieldList(): string {
  const rows = FIELDS.map((field) => [field.name, typeText(field), field.doc] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      ([name, type, doc]) =>
        `${name.padEnd(widths[0] ?? 0)}  ${type.padEnd(widths[1] ?? 0)}  ${doc}\n`,
    )
    .join('');
}

function typeText(field: Field): string {
  switch (field.kind) {
    case 'number':
      return unitOf(field) || 'number';
    case 'enum':
      return field.symbols.length <= 4 ? field.symbols.map(({ name }) => name).join('|') : 'name';
    case 'boolean':
      return 'true|false';
    case 'texts':
      return 'texts';
  }
}
