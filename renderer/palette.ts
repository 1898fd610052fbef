/** Colours of both themes, and what stands beside a colour so that no state is told by colour alone: a glyph and a word.
 *  Contrasts against the panel are at least 4.5 : 1 for text and states; tests/renderer/palette.test.ts computes them. */

/** Plain colour strings and font families: all that a draw function needs. Keys become `--kebab-case` properties. */
export interface Theme {
  readonly name: 'dark' | 'light' | 'contrast';
  readonly scheme: 'dark' | 'light';
  readonly background: string;
  readonly panel: string;
  readonly raised: string;
  readonly sunken: string;
  readonly border: string;
  readonly borderStrong: string;
  readonly grid: string;
  readonly text: string;
  readonly textSecond: string;
  /** For marks and rules, never for text that must be read. */
  readonly textFaint: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly hover: string;
  readonly selection: string;
  readonly selectionBorder: string;
  readonly cursor: string;
  readonly posted: string;
  readonly held: string;
  readonly service: string;
  readonly done: string;
  readonly error: string;
  readonly lost: string;
  readonly wave: string;
  readonly waveRms: string;
  /** Identity of a stream, by `streamId % 4`; only in its ribbon, beside its name. */
  readonly stream0: string;
  readonly stream1: string;
  readonly stream2: string;
  readonly stream3: string;
  readonly shadow: string;
  readonly fontUi: string;
  readonly fontMono: string;
}

const fonts = {
  fontUi: "'Inter Variable', system-ui, sans-serif",
  fontMono: "'JetBrains Mono Variable', ui-monospace, monospace",
};

export const DARK: Theme = {
  name: 'dark',
  scheme: 'dark',
  background: '#14171C',
  panel: '#1B1F26',
  raised: '#252B35',
  sunken: '#101317',
  border: '#2C333E',
  borderStrong: '#434C5A',
  grid: '#272D37',
  text: '#E7EAF0',
  textSecond: '#A9B2C0',
  textFaint: '#6A7484',
  accent: '#4A89FF',
  onAccent: '#0B1220',
  hover: '#232933',
  selection: '#253553',
  selectionBorder: '#6FA2FF',
  cursor: '#FFFFFF',
  posted: '#4A89FF',
  held: '#F6CB31',
  service: '#6AE2B5',
  done: '#C3D0E6',
  error: '#F3482A',
  lost: '#B17298',
  wave: '#5B7FB8',
  waveRms: '#9DBDF2',
  stream0: '#56BFE0',
  stream1: '#C79BFF',
  stream2: '#E8985A',
  stream3: '#A3C95C',
  shadow: '0 6px 24px rgb(0 0 0 / 0.5)',
  ...fonts,
};

export const LIGHT: Theme = {
  name: 'light',
  scheme: 'light',
  background: '#FFFFFF',
  panel: '#F4F6F9',
  raised: '#E6EAF0',
  sunken: '#FFFFFF',
  border: '#D3D9E2',
  borderStrong: '#A3ADBB',
  grid: '#E3E7ED',
  text: '#14171C',
  textSecond: '#4A5463',
  textFaint: '#8A94A2',
  accent: '#1C4FC4',
  onAccent: '#FFFFFF',
  hover: '#E9EDF3',
  selection: '#D5E2FB',
  selectionBorder: '#1C4FC4',
  cursor: '#14171C',
  posted: '#0E2C8F',
  held: '#966614',
  service: '#1C674B',
  done: '#646F7D',
  error: '#8D0F1A',
  lost: '#B631CC',
  wave: '#7C9BD2',
  waveRms: '#2F57A6',
  stream0: '#0B6C88',
  stream1: '#6B3FC0',
  stream2: '#A04F16',
  stream3: '#4A7512',
  shadow: '0 6px 24px rgb(20 23 28 / 0.18)',
  ...fonts,
};

/** For those who need more: black ground, white text, lines that can be seen, states as bright as they get. */
export const CONTRAST: Theme = {
  ...DARK,
  name: 'contrast',
  background: '#000000',
  panel: '#000000',
  raised: '#1A1A1A',
  sunken: '#000000',
  border: '#8A93A0',
  borderStrong: '#D6DCE5',
  grid: '#3A3F47',
  text: '#FFFFFF',
  textSecond: '#E3E8F0',
  textFaint: '#AEB6C2',
  accent: '#7DB4FF',
  onAccent: '#000000',
  hover: '#22262D',
  selection: '#0A3A7A',
  selectionBorder: '#9CC7FF',
  posted: '#6FA8FF',
  held: '#FFE04A',
  service: '#5CFFC9',
  done: '#D9E3F5',
  error: '#FF4F2E',
  lost: '#B870A0',
  wave: '#8FB4F0',
  waveRms: '#D5E6FF',
  shadow: '0 0 0 1px #D6DCE5',
};

export type StateName = 'posted' | 'held' | 'service' | 'done' | 'error' | 'lost';

/** Glyph and word of each state; draw both wherever the colour is drawn. */
export const STATE_MARKS: Readonly<Record<StateName, { glyph: string; word: string }>> = {
  posted: { glyph: '▷', word: 'posted' },
  held: { glyph: '◇', word: 'waiting' },
  service: { glyph: '▶', word: 'in service' },
  done: { glyph: '■', word: 'done' },
  error: { glyph: '✕', word: 'error' },
  lost: { glyph: '▨', word: 'unknown' },
};

/** Glyph and state colour of a severity: 0 none, 1 note, 2 warning, 3 error, as in `MessageColumns.severity`. */
export const SEVERITY_MARKS = [
  { name: 'none', glyph: '', state: 'done' },
  { name: 'note', glyph: '·', state: 'done' },
  { name: 'warning', glyph: '▲', state: 'held' },
  { name: 'error', glyph: '✕', state: 'error' },
] as const satisfies readonly { name: string; glyph: string; state: StateName }[];

export function streamColour(theme: Theme, streamId: number): string {
  const colours = [theme.stream0, theme.stream1, theme.stream2, theme.stream3];
  return colours[streamId % colours.length] ?? theme.stream0;
}
