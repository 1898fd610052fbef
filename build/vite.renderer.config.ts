// Bundles the page. It is the same in Electron and in a browser, and runs under a content security policy without
// inline code or data: addresses other than images, so nothing is inlined.
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { defines } from './defines.ts';

const root = join(import.meta.dirname, '..');

export default defineConfig({
  root: join(root, 'renderer'),
  base: './',
  cacheDir: join(root, '.cache', 'vite'),
  define: defines,
  plugins: [react()],
  build: {
    outDir: process.env.RINGSIDE_OUT ?? join(root, 'dist', 'renderer'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
});
