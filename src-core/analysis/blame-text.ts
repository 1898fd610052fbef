/** Blame in sentences. */
import type { BlameRow, BlameStage } from '../contract-latency.ts';
import { NS_PER_MS, type Ns } from '../units.ts';

const DID: Readonly<Record<BlameStage, string>> = {
  guest: 'the guest posted it',
  post: 'the guest’s kick came',
  pop: 'the device popped it',
  wait: 'the sink asked for it',
  sink: 'the sink took all of it',
  complete: 'the device put it into the used ring',
  notify: 'the interrupt came',
  unknown: 'it came',
};

const AFTER: Readonly<Record<BlameStage, string>> = {
  guest: 'after its place was free',
  post: 'or more after it was posted',
  pop: 'after the kick',
  wait: 'late',
  sink: 'after its first byte',
  complete: 'after its last byte',
  notify: 'after it was in the used ring',
  unknown: 'late',
};

/** `Stream 0 ran dry for 15.20 ms (730 frames) before #1204: the guest posted #1204 21.40 ms after its place was free, usually
 *  0.31 ms.` */
export function blameSentence(row: Omit<BlameRow, 'sentence'>): string {
  const { kind, streamId, stage, index, lateNs, missingFrames, chain, excessNs } = row;
  const link = chain.findLast((one) => one.stage === stage);
  const took = link === undefined ? '' : ms(stage === 'wait' ? excessNs : link.toNs - link.fromNs);
  const usual = link === undefined || stage === 'wait' ? '' : `, usually ${ms(link.usualNs)}`;
  const name = `#${link?.index ?? index}`;
  const cause = `${DID[stage].replace(/\bit\b/, name)} ${took} ${AFTER[stage]}${usual}.`;
  if (kind === 'underrun') {
    return `Stream ${streamId} ran dry for ${ms(lateNs)} (${missingFrames} frames) before #${index}: ${cause}`;
  }
  if (kind === 'late-return') {
    return `#${index} of stream ${streamId} came back ${ms(lateNs)} late: ${cause}`;
  }
  return `#${index} of stream ${streamId} was held up, and the buffer covered it: ${cause}`;
}

function ms(ns: Ns): string {
  return `${(ns / NS_PER_MS).toFixed(2)} ms`;
}
