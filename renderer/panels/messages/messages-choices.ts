/** How the message table is shown, kept between starts: its depth, whether runs are one line, what Δ is, which columns. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export const DEPTHS = ['conversations', 'messages', 'events'] as const;
export type Depth = (typeof DEPTHS)[number];

export const DELTA_MODES = ['start', 'gap', 'stage'] as const;
export type DeltaMode = (typeof DELTA_MODES)[number];

export const DEPTH_WORDS: Readonly<Record<Depth, { title: string; means: string }>> = {
  conversations: {
    title: 'Conversations',
    means: 'Streams from PREPARE to RELEASE, control requests with their answers, events.',
  },
  messages: { title: 'Messages', means: 'Every chain from kick to interrupt, a row each.' },
  events: {
    title: 'Events',
    means: 'What happened to each message: kick, popped, moved, used, interrupt.',
  },
};

export const DELTA_WORDS: Readonly<Record<DeltaMode, { title: string; means: string }>> = {
  start: {
    title: 'Δ start–start',
    means: 'Popped so long after the message in the row above was popped.',
  },
  gap: {
    title: 'Δ end–start',
    means:
      'Popped so long after the message in the row above had ended; negative where they overlap.',
  },
  stage: {
    title: 'Δ same stage',
    means: 'Returned so long after the message in the row above was returned.',
  },
};

export interface MessageChoices {
  readonly depth: Depth;
  /** Runs of equal healthy messages are one line each. */
  readonly collapse: boolean;
  readonly delta: DeltaMode;
  /** Ids of columns of the table that are not shown. */
  readonly hidden: readonly string[];
  /** Fields of the vocabulary that are shown as columns too. */
  readonly fields: readonly string[];
}

const INITIAL: MessageChoices = {
  depth: 'messages',
  collapse: false,
  delta: 'start',
  hidden: [],
  fields: [],
};
/** More do not fit anywhere. */
const MOST_FIELDS = 16;

export const useMessageChoices = create<MessageChoices>()(
  persist((): MessageChoices => INITIAL, {
    name: 'ringside.messages',
    version: 1,
    merge: (kept, initial) => ({ ...initial, ...believed(kept) }),
  }),
);

export function setDepth(depth: Depth): void {
  useMessageChoices.setState({ depth });
}

/** The next one down; behind the last comes the first. */
export function nextDepth(): void {
  const { depth } = useMessageChoices.getState();
  setDepth(DEPTHS[(DEPTHS.indexOf(depth) + 1) % DEPTHS.length] ?? 'messages');
}

export function toggleCollapse(): void {
  useMessageChoices.setState(({ collapse }) => ({ collapse: !collapse, depth: 'messages' }));
}

export function toggleColumn(id: string): void {
  useMessageChoices.setState(({ hidden }) => ({ hidden: toggled(hidden, id) }));
}

export function toggleField(name: string): void {
  useMessageChoices.setState(({ fields }) => ({
    fields: toggled(fields, name).slice(-MOST_FIELDS),
  }));
}

export function resetColumns(): void {
  useMessageChoices.setState({ hidden: [], fields: [], delta: 'start' });
}

function toggled(list: readonly string[], one: string): readonly string[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

/** What storage gives may be of another version, or somebody's hand. */
function believed(kept: unknown): Partial<MessageChoices> {
  if (typeof kept !== 'object' || kept === null) return {};
  const { depth, collapse, delta, hidden, fields } = kept as Partial<Record<string, unknown>>;
  return {
    ...(DEPTHS.some((known) => known === depth) ? { depth: depth as Depth } : {}),
    ...(DELTA_MODES.some((known) => known === delta) ? { delta: delta as DeltaMode } : {}),
    ...(typeof collapse === 'boolean' ? { collapse } : {}),
    ...(isTexts(hidden) ? { hidden } : {}),
    ...(isTexts(fields) ? { fields: fields.slice(0, MOST_FIELDS) } : {}),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
