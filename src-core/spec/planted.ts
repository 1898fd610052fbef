/** How a demo tells in the capture which stage it held up on purpose: a note that people can read, and the tour too. */
import { NS_PER_MS, type Ns } from '../units.ts';

const WORDS = {
  guest: 'the application sleeps',
  post: 'the driver kicks late',
  pop: 'the device pops late',
  sink: 'the sink asks late',
  complete: 'the device returns late',
  notify: 'the interrupt comes late',
} as const;

/** A stage that can be held up on purpose. */
export type PlantedStage = keyof typeof WORDS;

export interface Planted {
  readonly stage: PlantedStage;
  readonly stallNs: Ns;
}

/** Written when it begins. */
export function plantedNote(stage: PlantedStage, stallNs: Ns): string {
  return `planted: ${WORDS[stage]} (${(stallNs / NS_PER_MS).toFixed(0)} ms)`;
}

/** What such a note says; `undefined` for any other note. */
export function plantedOf(note: string): Planted | undefined {
  const said = /^planted: (.+) \((\d+) ms\)$/.exec(note);
  const stages = Object.keys(WORDS) as PlantedStage[];
  const stage = stages.find((one) => WORDS[one] === said?.[1]);
  return stage === undefined ? undefined : { stage, stallNs: Number(said?.[2]) * NS_PER_MS };
}
