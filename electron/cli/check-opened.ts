/** Findings for commands that print messages: what the recorder had found stands in the capture, the rest is found here. */
import { checkerOf } from '../../src-core/analysis/check-capture.ts';
import type { Field } from '../../src-core/analysis/field.ts';
import type { CompiledFilter } from '../../src-core/analysis/filter.ts';
import type { Capture } from '../../src-core/capture/capture.ts';
import type { Offline } from './offline.ts';

/** Fields that findings decide. */
const FOUND = ['severity', 'finding', 'problem'];
const BYTES_AT_ONCE = 4 << 20;

/** Checks the capture if one of these fields, or the filter, asks for findings. */
export async function checkIfAsked(
  capture: Capture,
  fields: readonly Field[],
  filter: CompiledFilter | undefined,
  offline: Offline,
): Promise<void> {
  const isAsked =
    fields.some(({ name }) => FOUND.includes(name)) ||
    FOUND.some((name) => new RegExp(`\\b${name}\\b`).test(filter?.text ?? ''));
  if (!isAsked) return;
  const checker = checkerOf(capture);
  while (checker.advance({ bytes: BYTES_AT_ONCE })) {
    offline.output.status('looking for findings');
    await offline.pause();
  }
  checker.finish();
  offline.output.endStatus();
}
