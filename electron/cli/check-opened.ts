/** Findings for commands that print messages: what the recorder had found stands in the capture, the rest is found here. */
import { checkerOf } from '../../src-core/analysis/check-capture.ts';
import type { Field } from '../../src-core/analysis/field.ts';
import type { CompiledFilter } from '../../src-core/analysis/filter.ts';
import type { Capture } from '../../src-core/capture/capture.ts';
import type { Ns } from '../../src-core/units.ts';
import type { Offline } from './offline.ts';

/** Fields that findings decide. */
const FOUND = ['severity', 'finding', 'problem'];
const BYTES_AT_ONCE = 4 << 20;
const BYTES_OF_FEW = 1 << 18;

/** Checks the capture if one of these fields, or the filter, asks for findings. `untilNs`: what comes later is of no
 *  interest, unless the filter asks. */
export async function checkIfAsked(
  capture: Capture,
  fields: readonly Field[],
  filter: CompiledFilter | undefined,
  offline: Offline,
  untilNs: Ns = Number.POSITIVE_INFINITY,
): Promise<void> {
  const isFiltered = FOUND.some((name) => new RegExp(`\\b${name}\\b`).test(filter?.text ?? ''));
  if (!isFiltered && !fields.some(({ name }) => FOUND.includes(name))) return;
  const endNs = isFiltered ? Number.POSITIVE_INFINITY : untilNs;
  const bytes = endNs < capture.endNs ? BYTES_OF_FEW : BYTES_AT_ONCE;
  const checker = checkerOf(capture);
  while (checker.world.nowNs < endNs && checker.advance({ bytes })) {
    offline.output.status('looking for findings');
    await offline.pause();
  }
  if (endNs >= capture.endNs) checker.finish();
  offline.output.endStatus();
}
