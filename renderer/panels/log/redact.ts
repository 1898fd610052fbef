/** Leaves out of a text what names the machine and its user: paths, addresses with their tokens, names. What stands for
 *  them has a number, so that the same path can be told from another. Pure; rather too much than too little. */

export interface Known {
  /** Of the user and of the machine. */
  readonly names: readonly string[];
  /** Paths that are known to be in it, with whatever signs they have. */
  readonly paths: readonly string[];
}

export interface Redacted {
  readonly text: string;
  /** How many different ones are gone. */
  readonly paths: number;
  readonly names: number;
  readonly addresses: number;
}

/** Names that everybody has tell nothing, and are words of the report. */
const COMMON_NAMES = new Set(['root', 'user', 'admin', 'guest', 'localhost', 'home', 'linux']);
const LEAST_NAME = 2;
/** A shorter last part of a path is a word like any other. */
const LEAST_BASE_NAME = 4;

export function redact(text: string, known: Known): Redacted {
  const paths = new Numbered('path');
  const names = new Numbered('name');
  const addresses = new Numbered('address');
  let left = text.normalize('NFC');
  left = left.replace(ADDRESS, (whole) => addresses.placeOf(whole));
  for (const path of longestFirst(known.paths)) left = replaceAll(left, path, paths);
  for (const quoted of QUOTED) {
    left = left.replace(quoted, (_, open: string, path: string, close: string) =>
      isPath(path) ? `${open}${paths.placeOf(path)}${close}` : `${open}${path}${close}`,
    );
  }
  for (const form of [FILE_URL, UNIX_PATH, WINDOWS_PATH]) {
    left = left.replace(form, (path) => keepEnd(path, (bare) => paths.placeOf(bare)));
  }
  const called = new Set(known.names.map((name) => name.toLowerCase()));
  for (const base of longestFirst(known.paths.map(baseName))) {
    const isName = called.has(base.toLowerCase());
    if (base.length >= LEAST_BASE_NAME && !isName) left = replaceWord(left, base, paths);
  }
  for (const name of longestFirst(known.names)) {
    const isTelling = name.length >= LEAST_NAME && !COMMON_NAMES.has(name.toLowerCase());
    if (isTelling) left = replaceWord(left, name, names);
  }
  return { text: left, paths: paths.count, names: names.count, addresses: addresses.count };
}

/** What is gone, in a sentence for whoever reads the report. */
export function goneText({ paths, names, addresses }: Omit<Redacted, 'text'>): string {
  const parts = [
    ...(paths === 0 ? [] : [counted(paths, 'path', 'paths')]),
    ...(names === 0
      ? []
      : [counted(names, 'name of the user or the machine', 'names of the user or the machine')]),
    ...(addresses === 0 ? [] : [counted(addresses, 'address', 'addresses')]),
  ];
  if (parts.length === 0) return 'There were no paths and no names of the machine in it.';
  return `${parts.join(', ')} left out; the same number stands for the same.`;
}

const ADDRESS = /\b(?:https?|wss?):\/\/[^\s"'<>`)\]]+/gi;
/** In quotes a path ends where they do, spaces and all. */
const QUOTED = [
  /(")([^"\n]+)(")/g,
  /(')([^'\n]+)(')/g,
  /(“)([^”\n]+)(”)/g,
  /(`)([^`\n]+)(`)/g,
] as const;
const FILE_URL = /\bfile:\/\/[^\s"'<>`]+/gi;
// What a path may begin behind: nothing that belongs to a word, so that `tx/rx` and `48000/2` are none. A space goes on
// with it where another separator follows in the same word.
const UNIX_PATH =
  /(?<![\p{L}\p{N}_/.-])(?:~[\p{L}\p{N}_.-]*)?\/(?:[^\s"'<>`|/]+(?:(?<![,;:]) (?=[\p{L}\p{N}_.-][^\s/"'<>`|]*\/))?\/?)+/gu;
const WINDOWS_PATH =
  /(?<![\p{L}\p{N}])(?:[a-z]:[\\/]|\\\\[^\s\\]+\\)(?:[^\s"'<>`|\\]+(?:(?<![,;:]) (?=[^\s\\"'<>`|]+\\))?\\?)+/giu;

function isPath(text: string): boolean {
  return /^(?:~[^/\s]*\/|\/[^/\s]|[a-z]:[\\/]|\\\\|file:\/\/)/i.test(text);
}

/** Signs that end a sentence are not of the path, nor is a place in the file. */
function keepEnd(path: string, replace: (bare: string) => string): string {
  const [end = ''] = /(?::\d+){0,2}[.,;:!?)\]}…]*$/.exec(path) ?? [];
  const bare = path.slice(0, path.length - end.length);
  return bare === '' || bare === '/' || bare === '~/' ? path : `${replace(bare)}${end}`;
}

function replaceAll(text: string, part: string, by: Numbered): string {
  return isPath(part) ? text.replaceAll(part, () => by.placeOf(part)) : text;
}

function replaceWord(text: string, word: string, by: Numbered): string {
  const escaped = word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu');
  return text.replace(whole, () => by.placeOf(word.toLowerCase()));
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? '';
}

function longestFirst(texts: readonly string[]): readonly string[] {
  const given = texts.map((text) => text.normalize('NFC').trim()).filter((text) => text !== '');
  return [...new Set(given)].sort((one, other) => other.length - one.length);
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** Stands for what is gone, `[path 2 .sock]`: how a file's name ends tells what it is. */
class Numbered {
  private readonly word: string;
  private readonly known = new Map<string, number>();

  constructor(word: string) {
    this.word = word;
  }

  get count(): number {
    return this.known.size;
  }

  placeOf(text: string): string {
    const number = this.known.get(text) ?? this.known.size + 1;
    this.known.set(text, number);
    const ending = this.word === 'path' ? (ENDING.exec(text)?.[1] ?? '') : '';
    return `[${this.word} ${number}${ending === '' ? '' : ` ${ending}`}]`;
  }
}

/** Of the endings only those that tell a kind of file. */
const ENDING = /[^\\/](\.(?:pcapng|pcap|sock|socket|wav|log|txt|json|zst|gz|trace|bin|so|js|ts))$/i;
