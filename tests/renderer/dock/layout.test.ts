import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_LAYOUTS } from '../../../renderer/dock/built-in-layouts.ts';
import {
  column,
  drawer,
  layoutFileText,
  panelsOf,
  parseLayout,
  parseLayoutFile,
  row,
  sameLayout,
  tabs,
  tidyLayout,
} from '../../../renderer/dock/layout.ts';
import { fromDockview, toDockview } from '../../../renderer/dock/layout-dockview.ts';
import { PANELS } from '../../../renderer/panels/panels.ts';

const known = new Set<string>(PANELS.map(({ id }) => id));
const box = { widthPx: 1440, heightPx: 800 };

describe.each(BUILT_IN_LAYOUTS)('the layout $title', ({ layout }) => {
  test('names each panel once, and none that is not in the list of panels to come', () => {
    const panels = panelsOf(layout);
    expect(new Set(panels).size).toBe(panels.length);
  });

  test('comes back the same from dockview’s format', () => {
    const tidy = tidyLayout(layout, known);
    if (tidy === undefined) throw new Error('nothing is left of it');
    const back = fromDockview(toDockview(tidy, PANELS, box), 'messages');
    expect(back).toBeDefined();
    expect(back !== undefined && sameLayout(tidy, back)).toBe(true);
  });

  test('comes back the same from a file', () => {
    expect(parseLayoutFile(layoutFileText('Mine', layout))?.layout).toEqual(layout);
  });
});

describe('a layout', () => {
  test('loses panels that are not known, and the groups and splits that are empty then', () => {
    const layout = {
      root: row(100, tabs(50, 'gone'), column(50, tabs(10, 'messages', 'gone'), tabs(20, 'x'))),
      drawer: drawer(['messages', 'findings']),
    };
    expect(tidyLayout(layout, known)).toEqual({
      root: { kind: 'tabs', panels: ['messages'], active: 'messages', size: 100 },
      drawer: { ...layout.drawer, panels: ['findings'], active: 'findings' },
    });
  });

  test('keeps which of its panels are unlinked, and differs by them', () => {
    const linked = { root: tabs(1, 'messages', 'rings'), drawer: drawer([]) };
    const layout = { ...linked, unlinked: ['rings', 'inspector', 'gone'] };
    expect(tidyLayout(layout, known)?.unlinked).toEqual(['rings']);
    expect(parseLayoutFile(layoutFileText('Mine', layout))?.layout).toEqual(layout);
    expect(sameLayout(layout, linked)).toBe(false);
    expect(sameLayout(layout, { ...linked, unlinked: ['gone', 'inspector', 'rings'] })).toBe(true);
  });

  test('of which nothing is left is none', () => {
    expect(tidyLayout({ root: tabs(1, 'x'), drawer: drawer([]) }, known)).toBeUndefined();
  });

  test('takes panels of other windows back beside the messages', () => {
    const layout = { root: row(10, tabs(4, 'timeline'), tabs(6, 'messages')), drawer: drawer([]) };
    const dock = toDockview(layout, PANELS, box);
    const panels = { ...dock.panels, rings: { id: 'rings' } };
    expect(fromDockview({ ...dock, panels }, 'messages')).toMatchObject({
      root: { children: [{ panels: ['timeline'] }, { panels: ['messages', 'rings'] }] },
    });
  });

  test('is read from anything at all without a throw', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 5 }), fc.string(), (value, text) => {
        parseLayout(value);
        parseLayoutFile(text);
      }),
    );
    expect(parseLayoutFile('{"ringsideLayout":2,"title":"x","layout":{}}')).toBeUndefined();
  });
});
