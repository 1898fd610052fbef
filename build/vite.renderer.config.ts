// Bundles the page. It is the same in Electron and in a browser, and runs under a content security policy without
// inline code or data: addresses other than images, so nothing is inlined.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { defines } from './defines.ts';

const root = join(import.meta.dirname, '..');

/** Dockview's style sheet brings eighteen themes; the page has its own (renderer/dock/dock.css). */
const withoutDockThemes: Plugin = {
  name: 'without-dock-themes',
  enforce: 'pre',
  load(id) {
    if (!id.split('?')[0]?.endsWith('/dockview-react/dist/styles/dockview.css')) return null;
    const text = readFileSync(id.split('?')[0] ?? id, 'utf8');
    return text.replace(/^\.dockview-theme-[^{}]*\{[^{}]*\}\n?/gm, '');
  },
};

/** In the first rows: asked for with the page, so that their text does not change its face a moment later. */
const FIRST_FONTS = ['inter-latin-wght-normal', 'jetbrains-mono-latin-wght-normal'];

/** The app is asked for by the first script; so that the browser fetches it along with that one, the page names it too. */
const preloadedApp: Plugin = {
  name: 'preloaded-app',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle, path }) {
      if (bundle === undefined || !path.endsWith('index.html')) return [];
      const files = Object.values(bundle).filter((file) => file.type === 'chunk');
      const app = files.find(({ name }) => name === 'start-app');
      const names = new Set<string>();
      const styles = new Set<string>();
      const visit = (fileName: string) => {
        const chunk = files.find((file) => file.fileName === fileName);
        if (chunk === undefined || names.has(fileName)) return;
        names.add(fileName);
        for (const style of chunk.viteMetadata?.importedCss ?? []) styles.add(style);
        for (const other of chunk.imports) visit(other);
      };
      visit(files.find(({ isEntry, name }) => isEntry && name === 'index')?.fileName ?? '');
      const first = new Set([...names, ...styles]);
      visit(app?.fileName ?? '');
      for (const name of first) names.delete(name);
      for (const name of first) styles.delete(name);
      return [
        ...FIRST_FONTS.flatMap((font) =>
          Object.keys(bundle).filter((name) => name.includes(font)),
        ).map((name) => ({ rel: 'preload', as: 'font', type: 'font/woff2', href: `./${name}` })),
        // behind the first script and what it asks the host for; a modulepreload would be compiled before that script runs
        ...[...names].map((name) => ({
          ...{ rel: 'preload', as: 'script', fetchpriority: 'low', href: `./${name}` },
        })),
        ...[...styles].map((name) => ({
          ...{ rel: 'preload', as: 'style', fetchpriority: 'low', href: `./${name}` },
        })),
      ].map((attrs) => ({ tag: 'link', attrs: { ...attrs, crossorigin: true }, injectTo: 'head' }));
    },
  },
};

export default defineConfig({
  root: join(root, 'renderer'),
  base: './',
  cacheDir: join(root, '.cache', 'vite'),
  define: defines,
  plugins: [withoutDockThemes, preloadedApp, react()],
  build: {
    // the second one is the empty page of a panel's own window
    rollupOptions: {
      input: ['index.html', 'popout.html'].map((name) => join(root, 'renderer', name)),
    },
    outDir: process.env.RINGSIDE_OUT ?? join(root, 'dist', 'renderer'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
});
