/** The layouts that everybody has, in the order of their keys. Sizes are pixels of a window of 1440 × 900; dockview scales
 *  them. */
import { column, drawer, type Layout, row, tabs } from './layout.ts';

export interface BuiltInLayout {
  /** As `--layout` takes it. */
  readonly id: string;
  readonly title: string;
  /** What it is for, in one sentence. */
  readonly purpose: string;
  readonly layout: Layout;
}

export const BUILT_IN_LAYOUTS: readonly BuiltInLayout[] = [
  {
    id: 'overview',
    title: 'Overview',
    purpose: 'Everything at hand: what the device has, when it happened, what it was.',
    layout: {
      root: row(
        1440,
        tabs(206, 'navigator'),
        column(
          874,
          tabs(370, 'timeline'),
          tabs(400, 'messages', 'rings', 'streams', 'states', 'waveform'),
        ),
        tabs(360, 'inspector'),
      ),
      drawer: drawer(['findings', 'latency', 'log']),
    },
  },
  {
    id: 'glitch-hunt',
    title: 'Glitch hunt',
    purpose: 'From what is heard to the message that caused it.',
    layout: {
      root: row(
        1440,
        column(
          1070,
          tabs(270, 'timeline'),
          tabs(270, 'waveform'),
          tabs(230, 'findings', 'messages', 'latency'),
        ),
        tabs(370, 'inspector', 'navigator'),
      ),
      drawer: drawer(['streams', 'rings', 'states', 'log']),
    },
  },
  {
    id: 'driver',
    title: 'Driver bring-up',
    purpose: 'What the driver asks, in which order, and what is wrong with it.',
    layout: {
      root: row(
        1440,
        column(620, tabs(430, 'states', 'streams'), tabs(340, 'findings', 'navigator')),
        column(820, tabs(400, 'messages', 'timeline'), tabs(370, 'inspector', 'waveform')),
      ),
      drawer: drawer(['log', 'rings', 'latency'], true, 200),
    },
  },
  {
    id: 'back-end',
    title: 'Back-end',
    purpose: 'Rings, buffers and delays: how well the device keeps up.',
    layout: {
      root: column(
        900,
        tabs(220, 'timeline'),
        row(
          550,
          tabs(620, 'rings', 'messages'),
          tabs(440, 'latency', 'streams', 'states', 'waveform'),
          tabs(340, 'inspector', 'navigator'),
        ),
      ),
      drawer: drawer(['findings', 'log']),
    },
  },
  {
    id: 'debugger',
    title: 'Debugger',
    purpose: 'Message by message: the ring as it stood, the chain, the bytes.',
    layout: {
      root: row(
        1440,
        column(
          1000,
          tabs(340, 'rings', 'timeline'),
          tabs(430, 'messages', 'streams', 'states', 'waveform'),
        ),
        tabs(440, 'inspector', 'navigator'),
      ),
      drawer: drawer(['findings', 'latency', 'log']),
    },
  },
];

const FIRST = BUILT_IN_LAYOUTS[0] as BuiltInLayout;

export function builtInLayout(id: string): BuiltInLayout | undefined {
  return BUILT_IN_LAYOUTS.find((layout) => layout.id === id);
}

/** What there is when nothing else can be used. */
export function firstLayout(): BuiltInLayout {
  return FIRST;
}
