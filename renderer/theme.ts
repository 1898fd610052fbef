/** Which theme is on: dark, light, or what the system says. The palette's values become custom properties of the root, so
 *  that a colour stands in `palette.ts` and nowhere else. */
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { CONTRAST, DARK, LIGHT, type Theme } from './palette.ts';
import { useView } from './store/view.ts';

export type { StateName, Theme } from './palette.ts';

/** Every canvas asks at each of its redraws: the queries are made once. */
const queries = new Map<string, MediaQueryList | undefined>();

function systemQuery(text: string): MediaQueryList | undefined {
  if (!queries.has(text)) queries.set(text, globalThis.matchMedia?.(text));
  return queries.get(text);
}

const systemIsLight = () => systemQuery('(prefers-color-scheme: light)');
/** More contrast is wished for, or the system's own few colours are forced onto pages: canvases follow with ours. */
const systemIsStrong = () => systemQuery('(prefers-contrast: more), (forced-colors: active)');

/** The theme in force; renders again when the user or the system changes it. */
export function useTheme(): Theme {
  const choice = useView((view) => view.themeChoice);
  const isLight = useSyncExternalStore(watchSystem, () => systemIsLight()?.matches ?? false);
  const isStrong = useSyncExternalStore(watchSystem, () => systemIsStrong()?.matches ?? false);
  if (choice === 'system') return isStrong ? CONTRAST : isLight ? LIGHT : DARK;
  return THEMES[choice];
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
  const watched = [systemIsLight(), systemIsStrong()];
  for (const query of watched) query?.addEventListener('change', listener);
  return () => {
    for (const query of watched) query?.removeEventListener('change', listener);
  };
}

function toKebabCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
