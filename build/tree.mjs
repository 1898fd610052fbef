// The tree in ARCHITECTURE.md: every folder and file with the first sentence of its first comment. `npm run tree` writes it;
// tests/tree.test.ts holds it against what is there.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BEGIN = '<!-- tree: written by `npm run tree` -->';
const END = '<!-- end of tree -->';
const TOPS = ['electron', 'src-core', 'renderer', 'tests', 'build'];

/** The section between the marks, for the tree below `root`. */
export function treeText(root) {
  return TOPS.flatMap((top) => folderLines(root, top)).join('\n');
}

/** The document with its tree section replaced. */
export function withTree(document, tree) {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1] ?? '\n';
  return `${before}${BEGIN}\n\n${tree}\n${END}${after}`;
}

function folderLines(root, folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const lines =
    files.length > 0 ? [`**${folder}/**`, '', ...fileLines(root, folder, files), ''] : [];
  return [...lines, ...folders.flatMap((entry) => folderLines(root, `${folder}/${entry.name}`))];
}

/** Tests say what they are for by their names; other files by their first comment. */
function fileLines(root, folder, files) {
  if (folder.startsWith('tests')) return [files.map(({ name }) => name).join(' · ')];
  const told = files.filter(({ name }) => isCode(name));
  const rest = files.filter(({ name }) => !isCode(name)).map(({ name }) => name);
  const lines = told.map(({ name }) =>
    `- \`${name}\` ${sentence(join(root, folder, name))}`.trim(),
  );
  return rest.length > 0 ? [...lines, `- ${rest.join(' · ')}`] : lines;
}

function isCode(name) {
  return /\.(ts|tsx|mjs|sh)$/.test(name) && !name.endsWith('.d.ts') && !name.endsWith('.d.mts');
}

/** The first sentence of the comment that a file starts with. */
function sentence(path) {
  const text = readFileSync(path, 'utf8').replace(/^(#!.*\n|\/\/ biome-ignore.*\n|\s*\n)+/, '');
  const block = /^\s*\/\*\*?([\s\S]*?)\*\//.exec(text)?.[1];
  const lines = /^(?:\s*(?:\/\/|#).*\n)+/.exec(text)?.[0];
  const comment = (block ?? lines ?? '')
    .replace(/^\s*(\*|\/\/|#)\s?/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return /^(.*?[.:])(\s|$)/.exec(comment)?.[1]?.replace(/:$/, '.') ?? comment;
}

if (process.argv[1]?.endsWith('tree.mjs')) {
  const root = join(import.meta.dirname, '..');
  const path = join(root, 'ARCHITECTURE.md');
  writeFileSync(path, withTree(readFileSync(path, 'utf8'), treeText(root)));
}
