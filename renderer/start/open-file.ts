/** Hands a capture file that the user gave to the page over to the host. */
import { LIMITS } from '../../src-core/limits.ts';
import { ask, notify } from '../store/session.ts';
import { formatBytes } from '../ui/format.ts';

/** Room in a packet for what stands around the file's bytes. */
const AROUND_BYTES = 4096;

export async function openFile(file: File): Promise<void> {
  if (file.size > LIMITS.packetBytes - AROUND_BYTES) {
    notify({
      severity: 'error',
      code: 'file-too-large',
      what: `${file.name} has ${formatBytes(file.size)}: too much to hand over through the page.`,
      action: 'Open it by its path on the machine where Ringside runs.',
    });
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  await ask('openCaptureBytes', { name: file.name, bytes });
}
