// A capture as views and commands see it: a demo recorded on a manual clock, and opened again from its bytes.
import { Capture } from '../../../src-core/capture/capture.ts';
import { readFacts } from '../../../src-core/capture/capture-file.ts';
import { CaptureReader } from '../../../src-core/capture/capture-reader.ts';
import { memoryStoreOf } from '../../../src-core/capture/store.ts';
import { recordDemo } from '../../electron/cli/offline-rig.ts';

export async function demoCapture(scenario = 'clean', ms = 800): Promise<Capture> {
  return openBytes(await recordDemo(scenario, ms));
}

export function openBytes(bytes: Uint8Array): Capture {
  const store = memoryStoreOf(bytes);
  const facts = readFacts(store);
  if ('error' in facts) throw new Error(facts.error);
  const capture = new Capture(facts, store);
  const reader = new CaptureReader(capture, store);
  while (reader.readSome(1 << 20));
  return capture;
}
