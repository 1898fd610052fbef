/** The guided tour of a demo: three steps from what is planted to the message that is guilty of it. Pure. */
import type { ScenarioInfo } from '../../src-core/contract.ts';
import type { FindingGroup, FindingRow, SetupRow } from '../../src-core/contract-data.ts';
import type { BlameRow } from '../../src-core/contract-latency.ts';
import { type Planted, type PlantedStage, plantedOf } from '../../src-core/spec/planted.ts';
import { stageRow } from '../../src-core/spec/stages.ts';
import type { Ns } from '../../src-core/units.ts';
import { formatDuration, formatTime } from '../canvas/time-scale.ts';
import { formatCount, formatPlural } from '../ui/format.ts';

export interface TourStep {
  readonly title: string;
  readonly text: string;
  /** What the step shows when one comes to it. */
  readonly show: 'findings' | 'message' | 'inspector' | 'blame' | 'timeline';
}

const RANK = { error: 0, warning: 1, note: 2 } as const;

/** The finding that the tour leads to: the worst, then the most frequent. */
export function guiltyOf(groups: readonly FindingGroup[]): FindingGroup | undefined {
  return [...groups].sort(
    (a, b) => RANK[a.severity] - RANK[b.severity] || b.count - a.count || a.firstNs - b.firstNs,
  )[0];
}

/** Scenarios whose fault is time: what they lead to is the stage that took it. */
const IS_SLOW: ReadonlySet<string> = new Set(['stalls', 'slow-sink']);

export function isSlowScenario({ name }: ScenarioInfo): boolean {
  return IS_SLOW.has(name);
}

/** A stall that the demo says it planted, and when it began. */
export interface PlantedStall extends Planted {
  readonly atNs: Ns;
}

export function plantedStalls(rows: readonly SetupRow[]): readonly PlantedStall[] {
  return rows.flatMap(({ atNs, step }) => {
    const planted = step.what === 'note' ? plantedOf(step.detail) : undefined;
    return planted === undefined ? [] : [{ ...planted, atNs }];
  });
}

/** The incident that the tour leads to. Of those that were planted the one that was heard, then the longest; a busy machine
 *  has stalls of its own, which are no part of the tour. While the demo says of none that it was planted: any of them. */
export function worstBlame(
  rows: readonly BlameRow[],
  planted: readonly PlantedStall[] = [],
): BlameRow | undefined {
  const heard = (row: BlameRow) => (row.kind === 'late-post' ? 1 : 0);
  return rows
    .filter(({ stage }) => stage !== 'unknown')
    .filter((row) => planted.length === 0 || planted.some((stall) => isOf(row, stall)))
    .sort((a, b) => heard(a) - heard(b) || b.excessNs - a.excessNs)[0];
}

/** The sink's turn begins while a message waits for it. */
const SHOWS_AS: Readonly<Record<PlantedStage, readonly BlameRow['stage'][]>> = {
  guest: ['guest'],
  post: ['post'],
  pop: ['pop'],
  sink: ['sink', 'wait'],
  complete: ['complete'],
  notify: ['notify'],
};

/** The blamed stage and the planted stall share half of the shorter one. */
function isOf(row: BlameRow, { stage, stallNs, atNs }: PlantedStall): boolean {
  if (!SHOWS_AS[stage].includes(row.stage)) return false;
  const links = row.chain.filter((link) => link.stage === row.stage);
  return links.some(({ fromNs, toNs }) => {
    const sharedNs = Math.min(toNs, atNs + stallNs) - Math.max(fromNs, atNs);
    return sharedNs > 0 && sharedNs >= Math.min(toNs - fromNs, stallNs) / 2;
  });
}

/** Three steps to the stage that was too slow; `undefined` while none was. */
export function slowTour(
  scenario: ScenarioInfo,
  row: BlameRow | undefined,
): readonly [TourStep, TourStep, TourStep] | undefined {
  if (row === undefined || row.stage === 'unknown') return undefined;
  const { name } = stageRow(row.stage);
  const more = formatDuration(row.excessNs);
  return [
    {
      title: 'Something came late',
      text: `Planted: ${scenario.planted ?? scenario.title} The latency panel has a list, Blame: for each incident the stage that ate the time. Here it is “${name}”, which is the ${row.owner}’s: ${more} longer than it usually takes.`,
      show: 'blame',
    },
    {
      title: 'When it happened',
      text: `It was at ${formatTime(row.atNs, 3)}, and message #${formatCount(row.index)} was late by it. The timeline has moved there: the bar that is longer than its neighbours is the one. In any capture, a line of Blame leads to its message.`,
      show: 'message',
    },
    {
      title: 'The guilty message',
      text: `${row.sentence} The inspector shows “${name}” in the message’s life, beside the period that it had.`,
      show: 'inspector',
    },
  ];
}

/** Three steps; `undefined` while what is planted has not shown itself yet. */
export function tourOf(
  scenario: ScenarioInfo,
  group: FindingGroup | undefined,
  row: FindingRow | undefined,
): readonly [TourStep, TourStep, TourStep] | undefined {
  if (scenario.planted === undefined) return healthyTour(scenario);
  if (group === undefined) return undefined;
  const where =
    row === undefined || row.index < 0
      ? `It belongs to no single message; it was at ${formatTime(group.firstNs, 3)}.`
      : `The first is message #${formatCount(row.index)}, at ${formatTime(row.atNs, 3)}.`;
  return [
    {
      title: 'Something is wrong',
      text: `Planted: ${scenario.planted} The findings list what broke a rule, the worst first: here ${group.rule}, ${formatPlural(group.count, 'time')}.`,
      show: 'findings',
    },
    {
      title: 'When it happened',
      text: `${where} The strip of findings over the lanes marks each; the timeline has moved there. In any capture, N goes to the next and Shift+N to the one before.`,
      show: 'message',
    },
    {
      title: 'The guilty message',
      text: `${group.rule} (§ ${group.section}, the ${group.by}): ${group.asks} Here: ${group.firstDetail}. The inspector has its life, its fields and its bytes.`,
      show: 'inspector',
    },
  ];
}

function healthyTour({ title }: ScenarioInfo): readonly [TourStep, TourStep, TourStep] {
  return [
    {
      title: `${title}: nothing is planted`,
      text: 'Every bar of the timeline is one message: hollow while it waits to be taken, dashed in the device, solid while its PCM moves.',
      show: 'timeline',
    },
    {
      title: 'One message, opened up',
      text: 'The inspector tells each stage of its life, what it asked by the standard’s names, its descriptor chain and its bytes.',
      show: 'message',
    },
    {
      title: 'What to look for',
      text: 'N goes to the next message with a problem, F1 finds every command. A scenario with a planted fault shows how one looks.',
      show: 'inspector',
    },
  ];
}
