import { describe, expect, test } from 'vitest';
import {
  CONTRAST,
  DARK,
  LIGHT,
  STATE_MARKS,
  type StateName,
  type Theme,
} from '../../renderer/palette.ts';
import { contrast, distance, VISIONS } from './colour-vision.ts';

const STATES = Object.keys(STATE_MARKS) as StateName[];

describe.each([DARK, LIGHT, CONTRAST])('the $name theme', (theme: Theme) => {
  test.each(['background', 'panel', 'raised', 'selection', 'hover'] as const)(
    'has text that can be read on %s',
    (ground) => {
      expect(contrast(theme.text, theme[ground])).toBeGreaterThan(7);
      expect(contrast(theme.textSecond, theme[ground])).toBeGreaterThan(4.5);
    },
  );

  test('has states of at least 4.5 : 1 on a panel', () => {
    for (const state of STATES) {
      expect(contrast(theme[state], theme.panel), state).toBeGreaterThanOrEqual(4.45);
    }
  });

  test('has states that people without one kind of cone can tell apart', () => {
    const pairs = STATES.flatMap((left, at) =>
      STATES.slice(at + 1).map((right) => [left, right] as const),
    );
    for (const [name, vision] of Object.entries(VISIONS)) {
      for (const [left, right] of pairs) {
        const apart = distance(theme[left], theme[right], vision);
        expect(apart, `${left} and ${right}, ${name}`).toBeGreaterThan(13.5);
      }
    }
  });

  test('has an accent that its label can be read on', () => {
    expect(contrast(theme.onAccent, theme.accent)).toBeGreaterThan(4.5);
  });
});

describe('state marks', () => {
  test('tell every state by a glyph and a word of its own', () => {
    expect(new Set(Object.values(STATE_MARKS).map(({ glyph }) => glyph)).size).toBe(STATES.length);
    expect(new Set(Object.values(STATE_MARKS).map(({ word }) => word)).size).toBe(STATES.length);
  });
});
