// `ringside device` for the time of one test.
import { onTestFinished } from 'vitest';
import type { RunSummary, Summary } from '../../src-core/contract-summary.ts';
import { type DeviceOptions, type DeviceProcess, spawnDevice } from './ringside-process.ts';

/** As `spawnDevice`; it is gone when the test ends. */
export async function startDevice(options: DeviceOptions = {}): Promise<DeviceProcess> {
  const device = await spawnDevice(options);
  onTestFinished(() => device.discard());
  return device;
}

/** The run of a stream that the summary lists at that place. */
export function runOf(summary: Summary, streamId: number, run: number): RunSummary {
  const found = summary.streams.find(({ id }) => id === streamId)?.runs[run];
  if (found) return found;
  throw new Error(
    `the summary has no run ${run} of stream ${streamId}: ${JSON.stringify(summary)}`,
  );
}
