import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type TableColumn, VirtualTable } from '../../../renderer/ui/virtual-table.tsx';
import { giveElementsASize } from '../sized-dom.ts';

beforeAll(() => giveElementsASize(800, 220));
afterEach(cleanup);

const COLUMNS: readonly TableColumn<{ n: number }>[] = [
  { id: 'n', title: 'Number', widthPx: 80, align: 'right', cell: ({ n }) => `row ${n}` },
];

function table(rowCount: number, more: Partial<Parameters<typeof VirtualTable>[0]> = {}) {
  return (
    <VirtualTable<{ n: number }>
      label="Numbers"
      columns={COLUMNS}
      rowCount={rowCount}
      rowAt={(n) => ({ n })}
      {...(more as object)}
    />
  );
}

const shown = () => screen.getAllByRole('row').map(({ textContent }) => textContent);

describe('a virtual table', () => {
  test('has only the visible rows in the page, and says how many there are', () => {
    render(table(10_000_000));
    const grid = screen.getByRole('grid');
    expect(shown()).toEqual(['Number', ...Array.from({ length: 10 }, (_, n) => `row ${n}`)]);
    expect(grid.getAttribute('aria-rowcount')).toBe('10000001');
    expect(screen.getByText('row 3').parentElement?.getAttribute('aria-rowindex')).toBe('5');
  });

  test('stays where it is while rows arrive', () => {
    const { rerender } = render(table(100));
    fireEvent.wheel(screen.getByRole('grid').querySelector('[class*=body]') as Element, {
      deltaY: 22 * 30,
    });
    expect(shown()[1]).toBe('row 30');
    rerender(table(5000));
    expect(shown()[1]).toBe('row 30');
  });

  test('stays where fewer rows left it when others come', () => {
    const { rerender } = render(table(100));
    const body = screen.getByRole('grid').querySelector('[class*=body]') as Element;
    fireEvent.wheel(body, { deltaY: 22 * 50 });
    rerender(table(20));
    expect(shown()[1]).toBe('row 10');
    rerender(table(30));
    expect(shown()[1]).toBe('row 10');
    fireEvent.wheel(body, { deltaY: 22 * 5 });
    expect(shown()[1]).toBe('row 15');
  });

  test('follows the end when told to, and tells when the user scrolls up', () => {
    let ups = 0;
    const following = { isFollowing: true, onScrollUp: () => ups++ };
    const { rerender } = render(table(100, following));
    expect(shown().at(-1)).toBe('row 99');
    rerender(table(120, following));
    expect(shown().at(-1)).toBe('row 119');
    const body = screen.getByRole('grid').querySelector('[class*=body]') as Element;
    fireEvent.wheel(body, { deltaY: 44 });
    expect(ups).toBe(0);
    fireEvent.wheel(body, { deltaY: -44 });
    expect(ups).toBe(1);
    rerender(table(150, { isFollowing: false }));
    expect(shown().at(-1)).toBe('row 117');
  });

  test('extends by Shift with arrows and clicks, key after key, and toggles by Ctrl with a click', () => {
    const said: string[] = [];
    const handlers = {
      selected: 4,
      onSelect: (row: number) => said.push(`select ${row}`),
      onExtend: (row: number, how: string) => said.push(`${how} ${row}`),
      isChosen: ({ n }: { n: number }) => n === 4 || n === 5,
    };
    render(table(100, handlers as object));
    const grid = screen.getByRole('grid');
    expect(grid.getAttribute('aria-multiselectable')).toBe('true');
    // what is selected comes back later than the next key
    fireEvent.keyDown(grid, { key: 'ArrowDown', shiftKey: true });
    fireEvent.keyDown(grid, { key: 'ArrowDown', shiftKey: true });
    fireEvent.keyDown(grid, { key: 'ArrowUp', shiftKey: true });
    fireEvent.mouseDown(screen.getByText('row 8'), { shiftKey: true });
    fireEvent.mouseDown(screen.getByText('row 2'), { ctrlKey: true });
    expect(said).toEqual(['upTo 5', 'upTo 6', 'upTo 5', 'upTo 8', 'toggle 2']);
    const chosen = screen.getAllByRole('row', { selected: true }).map((row) => row.textContent);
    expect(chosen).toEqual(['row 4', 'row 5']);
  });

  test('selects by keys and by clicks, and opens with Enter', () => {
    const said: string[] = [];
    const handlers = {
      onSelect: (row: number) => said.push(`select ${row}`),
      onActivate: (row: number) => said.push(`open ${row}`),
    };
    const { rerender } = render(table(100, handlers));
    const grid = screen.getByRole('grid');
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.mouseDown(screen.getByText('row 4'));
    rerender(table(100, { ...handlers, selected: 4 }));
    fireEvent.keyDown(grid, { key: 'PageDown' });
    fireEvent.keyDown(grid, { key: 'Enter' });
    fireEvent.keyDown(grid, { key: 'ArrowDown', ctrlKey: true });
    expect(said).toEqual(['select 0', 'select 4', 'select 13', 'open 4']);
    expect(shown()).toContain('row 13');
    expect(screen.getByRole('row', { selected: true }).textContent).toBe('row 4');
  });

  test('shows what stands in place of rows when there are none', () => {
    render(table(0, { empty: 'nothing yet' }));
    expect(screen.getByText('nothing yet')).toBeTruthy();
  });

  test('asks for the rows that it shows', () => {
    const asked: string[] = [];
    const onVisible = (first: number, count: number) => void asked.push(`${first}+${count}`);
    render(table(1000, { onVisible }));
    expect(asked.at(-1)).toBe('0+10');
  });
});
