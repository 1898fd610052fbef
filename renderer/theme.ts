/** Which theme is on: dark, light, or what the system says. The palette's values become custom properties of the root, so
 *  that a colour stands in `palette.ts` and nowhere else. */
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { CONTRAST, DARK, LIGHT, type Theme } from './palette.ts';
import { type ThemeChoice, useView } from './store/view.ts';

export type { StateName, Theme } from './palette.ts';

/** What the system says. Every canvas asks at each of its redraws: a query that is asked so often never tells of a change
 *  (Chromium takes the question for having told), so each is read once and then by its events. */
class SystemQuery {
  matches: boolean;
  private readonly listeners = new Set<() => void>();

  constructor(text: string) {
    const query = globalThis.matchMedia?.(text);
    this.matches = query?.matches ?? false;
    query?.addEventListener('change', (event) => {
      this.matches = event.matches;
      for (const listener of this.listeners) listener();
    });
  }

  watch(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

const queries = new Map<string, SystemQuery>();

function systemQuery(text: string): SystemQuery {
  const known = queries.get(text) ?? new SystemQuery(text);
  queries.set(text, known);
  return known;
}

const systemIsLight = () => systemQuery('(prefers-color-scheme: light)');
/** More contrast is wished for, or the system's own few colours are forced onto pages: canvases follow with ours. */
const systemIsStrong = () => systemQuery('(prefers-contrast: more), (forced-colors: active)');

/** The theme in force; renders again when the user or the system changes it. */
export function useTheme(): Theme {
  const choice = useView((view) => view.themeChoice);
  return useSyncExternalStore(watchSystem, () => themeNow(choice));
}

export function themeNow(choice: ThemeChoice): Theme {
  if (choice !== 'system') return THEMES[choice];
  return systemIsStrong().matches ? CONTRAST : systemIsLight().matches ? LIGHT : DARK;
}

const THEMES = { dark: DARK, light: LIGHT, contrast: CONTRAST } as const;

/** Puts the theme in force onto the root element. Used once, by the app. */
export function useThemeProperties(): Theme {
  const theme = useTheme();
  useLayoutEffect(() => applyTheme(theme, document.documentElement), [theme]);
  return theme;
}

/** Sets `--text-second` and its like from the theme's keys. */
export function applyTheme(theme: Theme, root: HTMLElement): void {
  for (const [key, value] of Object.entries(theme)) {
    if (key !== 'name' && key !== 'scheme') root.style.setProperty(`--${toKebabCase(key)}`, value);
  }
  root.dataset.theme = theme.name;
  root.style.colorScheme = theme.scheme;
}

function watchSystem(listener: () => void): () => void {
  const ends = [systemIsLight().watch(listener), systemIsStrong().watch(listener)];
  return () => {
    for (const end of ends) end();
  };
}

function toKebabCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
