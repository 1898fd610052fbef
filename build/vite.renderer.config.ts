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

export default defineConfig({
  root: join(root, 'renderer'),
  base: './',
  cacheDir: join(root, '.cache', 'vite'),
  define: defines,
  plugins: [withoutDockThemes, react()],
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
