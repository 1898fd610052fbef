/** Which theme is on: dark, light, or what the system says. The palette's values become custom properties of the root, so
 *  that a colour stands in `palette.ts` and nowhere else. */
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { DARK, LIGHT, type Theme } from './palette.ts';
import { useView } from './store/view.ts';

export type { StateName, Theme } from './palette.ts';

const systemIsLight = () => globalThis.matchMedia?.('(prefers-color-scheme: light)');

/** The theme in force; renders again when the user or the system changes it. */
export function useTheme(): Theme {
  const choice = useView((view) => view.themeChoice);
  const isLight = useSyncExternalStore(watchSystem, () => systemIsLight()?.matches ?? false);
  if (choice === 'system') return isLight ? LIGHT : DARK;
  return choice === 'light' ? LIGHT : DARK;
}

/** Puts the theme in force onto the root element. Used once, by the app. */
export function useThemeProperties(): Theme {
  const theme = useTheme();
  useLayoutEffect(() => applyTheme(theme, document.documentElement), [theme]);
  return theme;
}

/** Sets `--text-second` and its like from the theme's keys. */
export function applyTheme(theme: Theme, root: HTMLElement): void {
  for (const [key, value] of Object.entries(theme)) {
    if (key !== 'name') root.style.setProperty(`--${toKebabCase(key)}`, value);
  }
  root.dataset.theme = theme.name;
  root.style.colorScheme = theme.name;
}

function watchSystem(listener: () => void): () => void {
  const query = systemIsLight();
  query?.addEventListener('change', listener);
  return () => query?.removeEventListener('change', listener);
}

function toKebabCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
