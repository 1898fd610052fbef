// Bundles one host program of electron/, named by Vite's mode: `vite build --mode cli`.
// Each comes out as one file, so that a build can replace it in one step while another process runs it; but for the command,
// whose sub-commands are files of their own, named by their content: what one of them does not need is not loaded.
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { defines } from './defines.ts';

const root = join(import.meta.dirname, '..');

/** Electron's sandboxed preload scripts have to be CommonJS; all else is ESM. */
const COMMON_JS = new Set(['preload']);

/** What stays an import: Electron itself, native code, Node, ws's optional native parts, and for benches our own scripts,
 *  which know where they lie. */
const EXTERNAL = [
  /\/build\/[^/]+\.mjs$/,
  'electron',
  'koffi',
  'playwright-core',
  'bufferutil',
  'utf-8-validate',
  /^node:/,
  ...builtinModules,
  ...builtinModules.map((name) => `${name}/promises`),
];

export default defineConfig(({ mode }) => ({
  root,
  define: defines,
  publicDir: false,
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: join(root, process.env.RINGSIDE_FROM ?? 'electron', `${mode}.ts`),
    outDir: process.env.RINGSIDE_OUT ?? join(root, 'dist'),
    emptyOutDir: false,
    target: 'node20.19',
    minify: false,
    rolldownOptions: {
      external: EXTERNAL,
      output: COMMON_JS.has(mode)
        ? { format: 'cjs', entryFileNames: `${mode}.cjs`, codeSplitting: false }
        : {
            format: 'es',
            entryFileNames: `${mode}.js`,
            ...(mode === 'cli' ? { chunkFileNames: 'cli-[hash].js' } : { codeSplitting: false }),
          },
    },
  },
}));
